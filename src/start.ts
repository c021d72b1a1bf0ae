import type { StartBody } from "./agent-tasks/api.ts";
import { explain, type Problem } from "./agent-tasks/errors.ts";
import { readAgain } from "./agent-tasks/read-again.ts";
import { type StartOutcome, startOnce } from "./agent-tasks/start-once.ts";
import { finish } from "./finish.ts";
import { originOf, traceLine } from "./identity.ts";
import { readStartInputs, type StartInputs } from "./inputs.ts";
import { describe } from "./narrate.ts";
import { composePrompt, readPrompt } from "./prompt.ts";
import { span } from "./report/log.ts";
import { taskOutputs } from "./report/outputs.ts";
import { dryRunSummary } from "./report/summary.ts";
import { notStarted, resultOf } from "./result.ts";
import { isPublic } from "./runner.ts";
import { createStep, type Environment, type Step } from "./step.ts";
import { warnOfExpiry } from "./token-expiry.ts";
import { nameOf, watch } from "./watch.ts";

/**
 * The start action: starts one task, makes its ID known at once, waits for it if asked, and reports.
 *
 * @returns the exit status, 0 or 1.
 * @throws {InputError} before any request, where an input is not allowed.
 */
export async function start(env: Environment): Promise<number> {
  const inputs = readStartInputs(env.input);
  const step = createStep(env, inputs);
  const body = bodyOf(step, inputs);
  const repository = nameOf(inputs.repository);
  tellRequest(step, repository, body, inputs.dryRun || !isPublic(env.runner));

  if (inputs.dryRun) {
    return dryRun(step, inputs, body);
  }

  const outcome = await startOnce(
    () => step.api.start(inputs.repository, body),
    step,
    (fault, delayMs) =>
      step.log.info(`Not started yet: ${describe(fault)}. Trying again in ${span(delayMs)}.`),
  );
  if (outcome.kind !== "started") {
    const problem = explainStart(step, repository, outcome);
    const result = notStarted(repository, problem.message);
    return finish(step, {
      results: [result],
      problems: [problem],
      failOn: inputs.failOn,
      prompt: body.prompt,
    });
  }

  const { task, meta } = outcome;
  const begun = resultOf(task, {
    repository,
    started: true,
    settled: false,
    waitTimedOut: false,
    changes: null,
  });
  step.writeOutputs(taskOutputs([begun]));
  step.log.notice(
    "Agent task started",
    `Task ${task.id} in ${repository}: ${task.htmlUrl || "(no link yet)"}`,
  );
  warnOfExpiry(step.log, meta);

  if (inputs.wait === "no") {
    return finish(step, { results: [begun], problems: [], failOn: inputs.failOn, prompt: body.prompt });
  }

  const { result, problem } = await watch(
    step,
    { taskId: task.id, repository: inputs.repository, known: { task, serverNow: meta.serverNow } },
    inputs,
  );
  return finish(step, {
    results: [result ?? begun],
    problems: problem === null ? [] : [problem],
    failOn: inputs.failOn,
    prompt: body.prompt,
  });
}

/** The body of the request: what was set, and `create_pull_request` always. */
function bodyOf(step: Step, inputs: StartInputs): StartBody {
  const given = readPrompt(inputs.prompt, step.runner.workspace, [inputs.token, inputs.githubToken]);
  const trace = inputs.trace ? traceLine(originOf(step.runner, step.newId())) : null;
  return {
    prompt: composePrompt(given, trace),
    create_pull_request: inputs.createPullRequest,
    ...(inputs.baseRef === "" ? {} : { base_ref: inputs.baseRef }),
    ...(inputs.headRef === "" ? {} : { head_ref: inputs.headRef }),
    // GitHub knows no model of that name: it chooses one where none is named.
    ...(inputs.model === "" || inputs.model.toLowerCase() === "auto" ? {} : { model: inputs.model }),
    ...(inputs.customAgent === "" ? {} : { custom_agent: inputs.customAgent }),
  };
}

/** What will be sent. Who asks for a dry run wants to see all of it; a public log is no place for a prompt else. */
function tellRequest(
  { log }: Step,
  repository: string,
  { prompt, ...settings }: StartBody,
  showPrompt: boolean,
): void {
  log.group(`Start a task in ${repository}`, [
    ...Object.entries(settings).map(([name, value]) => `${name}: ${value}`),
    `prompt: ${[...prompt].length} characters`,
    ...(showPrompt ? prompt.split("\n").map((line) => `  ${line}`) : []),
  ]);
}

/** Reads once, so that a token or a repository that cannot work is found out, and writes nothing to GitHub. */
async function dryRun(step: Step, inputs: StartInputs, body: StartBody): Promise<number> {
  const repository = nameOf(inputs.repository);
  const query = { per_page: 1, sort: "created_at", direction: "desc" } as const;
  const answer = await readAgain(
    () => step.api.list(inputs.repository, query),
    step,
    (fault, delayMs) => step.log.info(`${describe(fault)}. Trying again in ${span(delayMs)}.`),
  );
  if (!answer.ok) {
    const attempt = { what: `list the tasks of ${repository}`, writes: true, tokenKind: step.tokenKind };
    const problem = explain(answer.fault, attempt);
    return finish(step, { results: [], problems: [problem], failOn: inputs.failOn, prompt: body.prompt });
  }
  warnOfExpiry(step.log, answer.meta);
  step.writeOutputs(taskOutputs([]));
  step.log.notice("Dry run", `Nothing was started in ${repository}. The token can read its tasks.`);
  await step.writeSummary(dryRunSummary(repository, { ...body }, isPublic(step.runner) ? null : body.prompt));
  return 0;
}

/** Why there is no task to follow. Where one may exist all the same, people are told where to look first. */
function explainStart(
  { runner, tokenKind }: Step,
  repository: string,
  { kind, fault }: Exclude<StartOutcome, { kind: "started" }>,
): Problem {
  const problem = explain(fault, { what: `start a task in ${repository}`, writes: true, tokenKind });
  switch (kind) {
    case "not_started":
      return problem;
    case "doubtful":
      return {
        message: `${problem.message} A task may have been started all the same.`,
        remedy: `Look at the repository's tasks before you run this again: ${runner.serverUrl}/${repository}/agents`,
      };
  }
}
