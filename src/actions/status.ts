import { createContext, type Environment } from "../context.ts";
import { getFullName } from "../github/repository.ts";
import { readStatusInputs } from "../inputs/status-inputs.ts";
import { finish } from "../report/finish.ts";
import { createResultStore } from "../report/result-store.ts";
import { watch } from "../watch/watch.ts";

/**
 * The status action: gets tasks by their IDs, waits for them if asked, and reports.
 *
 * @returns the exit status, 0 or 1.
 * @throws {InputError} before any request, if an input is invalid.
 */
export async function status(env: Environment): Promise<number> {
  const inputs = readStatusInputs(env.input, env.runner);
  const context = createContext(env, inputs);
  for (const notice of inputs.notices) {
    context.log.notice("Inputs merged", notice);
  }
  const { taskIds, repository } = inputs;
  const target = taskIds.length === 1 ? `task ${taskIds[0]}` : `${taskIds.length} tasks`;
  context.log.info(`Checking ${target}${repository === null ? "" : ` in ${getFullName(repository)}`}`);

  const store = createResultStore(context, taskIds.length, inputs.failOn);
  const tasks = taskIds.map((id, index) => ({
    index,
    id,
    repository,
    known: null,
    started: false,
    isOwn: false,
  }));
  const firstStartedAt = context.time.clock.now();
  const problems = await watch(context, tasks, store, { ...inputs, firstStartedAt });
  return finish(context, {
    results: store.results(),
    problems,
    waited: inputs.wait !== "no",
    failOn: inputs.failOn,
    prompt: null,
  });
}
