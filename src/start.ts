import type { StartBody } from "./agent-tasks/api.ts";
import type { Problem } from "./agent-tasks/errors.ts";
import {
  adoptEarlier,
  type Beginning,
  type BegunTask,
  begin,
  type FailedBeginning,
  underWay,
} from "./begin.ts";
import { checkTrigger } from "./check-trigger.ts";
import { dryRun } from "./dry-run.ts";
import { type Finish, finish } from "./finish.ts";
import { checkHeadRef, warnOfOtherBranch } from "./head-ref.ts";
import { keyOf, type Origin, originOf, traceLine } from "./identity.ts";
import { readStartInputs, type StartInputs } from "./inputs.ts";
import { keepComment } from "./keep-comment.ts";
import { composePrompt, readPrompt } from "./prompt.ts";
import { type Quoting, quoteIssue } from "./quote-issue.ts";
import { notStarted } from "./result.ts";
import { isPublic } from "./runner.ts";
import { giveWay, warnOfRival } from "./single-flight.ts";
import { createStep, type Environment, type Step } from "./step.ts";
import { nameOf, watch } from "./watch.ts";

/**
 * The start action: starts one task, makes its ID known at once, waits for it if asked, and reports.
 *
 * @returns the exit status, 0 or 1.
 * @throws {InputError} before any request, where an input is not allowed; later, where the issue holds a token.
 */
export async function start(env: Environment): Promise<number> {
  const inputs = readStartInputs(env.input);
  const step = createStep(env, inputs);
  const given = readPrompt(inputs.prompt, env.runner.workspace, [inputs.token, inputs.githubToken]);

  const stopped = await checkTrigger(step, inputs);
  if (stopped !== null) {
    return refuse(step, inputs, stopped);
  }
  const origin = originOf(env.runner, { matrix: inputs.matrix, key: keyOf(env.runner, inputs) }, env.newId());
  const composed = await compose(step, inputs, origin, given);
  if (composed.kind === "failed") {
    return refuse(step, inputs, composed.problem);
  }
  const body = bodyOf(inputs, composed.prompt);
  tellRequest(step, inputs, body);

  if (inputs.dryRun) {
    return dryRun(step, inputs, body);
  }
  const begun =
    (await adoptEarlier(step, inputs, origin)) ??
    (await giveWay(step, inputs, origin)) ??
    (await refuseHeadRef(step, inputs)) ??
    (await begin(step, inputs, origin, body));
  const show = keepComment(step, inputs, origin);
  if (begun.kind === "task") {
    await show({ results: [underWay(inputs, begun.task, begun.started)], problems: [] });
  }
  const outcome = await comeTo(step, inputs, origin, begun);
  // What another task was told is not known here.
  const isOthers = begun.kind === "skipped" || (begun.kind === "task" && !begun.started);
  const prompt = isOthers ? null : body.prompt;
  const status = await finish(step, { ...outcome, failOn: inputs.failOn, prompt });
  await show(outcome);
  return status;
}

/** Ends the step before anything was sent that could start a task. */
function refuse(step: Step, inputs: StartInputs, problem: Problem): Promise<number> {
  const results = [notStarted(nameOf(inputs.repository), problem.message)];
  return finish(step, { results, problems: [problem], failOn: inputs.failOn, prompt: null });
}

/** What a start has come to. */
type Outcome = Pick<Finish, "results" | "problems">;

async function comeTo(step: Step, inputs: StartInputs, origin: Origin, begun: Beginning): Promise<Outcome> {
  switch (begun.kind) {
    case "task":
      return goOn(step, inputs, origin, begun);
    case "skipped":
      return { results: [begun.result], problems: [] };
    case "failed":
      return tellFailure(step, inputs, begun);
  }
}

/** Waits for the task if asked. A second one, if there may be one, is warned of first: it costs money all the time. */
async function goOn(step: Step, inputs: StartInputs, origin: Origin, begun: BegunTask): Promise<Outcome> {
  const { task, serverNow, started, lookForTwins } = begun;
  await lookForTwins();
  await warnOfRival(step, inputs, origin, begun);
  const watched = { taskId: task.id, repository: inputs.repository, known: { task, serverNow }, started };
  const { result, problem } = await watch(step, watched, inputs);
  if (result !== null) {
    warnOfOtherBranch(step, inputs, result);
  }
  return { results: result === null ? [] : [result], problems: problem === null ? [] : [problem] };
}

/** Links the tasks that may be the one that was started. */
function tellFailure({ log }: Step, inputs: StartInputs, { problem, candidates }: FailedBeginning): Outcome {
  for (const { id, htmlUrl } of candidates) {
    log.warning("A task may have been started", `It may be task ${id}: ${htmlUrl || "no link is known"}`);
  }
  return { results: [notStarted(nameOf(inputs.repository), problem.message)], problems: [problem] };
}

/** The whole prompt: what was given, the issue if there is one, and the trace as its last line. */
async function compose(step: Step, inputs: StartInputs, origin: Origin, given: string): Promise<Quoting> {
  const { issueNumber } = inputs;
  const trace = inputs.trace ? traceLine(origin) : null;
  const quoting: Quoting =
    issueNumber === null
      ? { kind: "prompt", prompt: given }
      : await quoteIssue(step, { ...inputs, issueNumber }, given, trace);
  return quoting.kind === "failed"
    ? quoting
    : { kind: "prompt", prompt: composePrompt(quoting.prompt, trace) };
}

/** Nothing is started where there is no pull request to go on with. */
async function refuseHeadRef(step: Step, inputs: StartInputs): Promise<FailedBeginning | null> {
  const problem = await checkHeadRef(step, inputs);
  return problem === null ? null : { kind: "failed", problem, candidates: [] };
}

/** The body of the request: what was set, and `create_pull_request` always. */
function bodyOf(inputs: StartInputs, prompt: string): StartBody {
  return {
    prompt,
    create_pull_request: inputs.createPullRequest,
    ...(inputs.baseRef === "" ? {} : { base_ref: inputs.baseRef }),
    ...(inputs.headRef === "" ? {} : { head_ref: inputs.headRef }),
    // GitHub knows no model of that name: it chooses one where none is named.
    ...(inputs.model === "" || inputs.model.toLowerCase() === "auto" ? {} : { model: inputs.model }),
    ...(inputs.customAgent === "" ? {} : { custom_agent: inputs.customAgent }),
  };
}

/** What will be sent. Who asks for a dry run wants to see all of it; a public log is no place for a prompt else. */
function tellRequest({ log, runner }: Step, inputs: StartInputs, { prompt, ...settings }: StartBody): void {
  const showPrompt = inputs.dryRun || !isPublic(runner);
  log.group(`Start a task in ${nameOf(inputs.repository)}`, [
    ...Object.entries(settings).map(([name, value]) => `${name}: ${value}`),
    `prompt: ${[...prompt].length} characters`,
    ...(showPrompt ? prompt.split("\n").map((line) => `  ${line}`) : []),
  ]);
}
