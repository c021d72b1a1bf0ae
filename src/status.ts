import { finish } from "./finish.ts";
import { readStatusInputs } from "./inputs.ts";
import { createStep, type Environment } from "./step.ts";
import { nameOf, watch } from "./watch.ts";

/**
 * The status action: looks at one task by its ID, or waits for it, and reports.
 *
 * @returns the exit status, 0 or 1.
 * @throws {InputError} before any request, where an input is not allowed.
 */
export async function status(env: Environment): Promise<number> {
  const inputs = readStatusInputs(env.input);
  const step = createStep(env, inputs);
  const { taskId, repository } = inputs;
  step.log.info(`Looking at task ${taskId}${repository === null ? "" : ` in ${nameOf(repository)}`}`);

  const { result, problem } = await watch(step, { taskId, repository, known: null, started: false }, inputs);
  return finish(step, {
    results: result === null ? [] : [result],
    problems: problem === null ? [] : [problem],
    failOn: inputs.failOn,
    prompt: null,
  });
}
