import { createStep, type Environment, type Step } from "../context.ts";
import type { StartBody } from "../github/agent-tasks/api.ts";
import type { Problem } from "../github/agent-tasks/problems.ts";
import { nameOf } from "../github/repository.ts";
import { readStartInputs, type StartInputs } from "../inputs/start-inputs.ts";
import { composePrompt, readPrompt } from "../prompt/compose.ts";
import { type Quoting, quoteIssue } from "../prompt/issue.ts";
import { keyOf, originOf, traceLine } from "../prompt/trace.ts";
import { notStarted } from "../report/build-result.ts";
import { finish } from "../report/finish.ts";
import { keepComment } from "../report/issue-comment.ts";
import { createLedger } from "../report/result-store.ts";
import { isPublic } from "../runner/environment.ts";
import { warnOfRivals } from "../start/concurrency.ts";
import { warnOfOtherBranch } from "../start/head-branch.ts";
import type { Beginning, BegunTask, Start } from "../start/outcome.ts";
import { beginAll, tellFailures } from "../start/start-all.ts";
import { checkTrigger } from "../trigger/authorize.ts";
import type { Watched } from "../watch/tracker.ts";
import { watch } from "../watch/watch.ts";
import { dryRun } from "./dry-run.ts";

/**
 * The start action: starts a task in each repository, makes its ID known at once, waits for all if asked, and reports.
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
  const places = placesOf(step, inputs);
  const quoting = await withIssue(step, inputs, given, places);
  if (quoting.kind === "failed") {
    return refuse(step, inputs, quoting.problem);
  }
  const { prompt } = quoting;
  const starts = places.map((place) => ({ ...place, body: bodyOf(inputs, place, prompt) }));
  const shown = promptOf(starts, prompt);
  tellStarts(step, inputs, starts, shown);
  if (inputs.dryRun) {
    return dryRun(step, inputs, starts, shown);
  }

  const beganAt = step.clock.now();
  const ledger = createLedger(step, starts.length);
  const show = keepComment(step, inputs, keyOf(step.runner, inputs));
  const begun = await beginAll(step, inputs, starts, ledger);
  const tasks = begun.flatMap(([start, beginning]) =>
    beginning.kind === "task" ? [{ ...beginning, start }] : [],
  );
  if (tasks.length > 0) {
    await show({ results: ledger.results(), problems: [] });
  }
  const problems = [...tellFailures(step, begun)];
  await warnOfSecondTasks(step, inputs, tasks);
  problems.push(...(await watch(step, tasks.map(watchedOf), inputs, ledger, beganAt)));

  const results = ledger.results();
  for (const result of results) {
    warnOfOtherBranch(step, inputs, result);
  }
  const outcome = { results, problems };
  const status = await finish(step, {
    ...outcome,
    failOn: inputs.failOn,
    // What another task was told is not known here.
    prompt: begun.every(([, beginning]) => isOthers(beginning)) ? null : shown,
  });
  await show(outcome);
  return status;
}

/** Ends the step before anything was sent that could start a task. */
function refuse(step: Step, inputs: StartInputs, problem: Problem): Promise<number> {
  const results = inputs.repositories.map((repository) => notStarted(nameOf(repository), problem.message));
  return finish(step, { results, problems: [problem], failOn: inputs.failOn, prompt: null });
}

/** A start without its request. */
type Place = Omit<Start, "body">;

function placesOf({ runner, newId }: Step, inputs: StartInputs): readonly Place[] {
  const { repositories, matrix } = inputs;
  const key = keyOf(runner, inputs);
  return repositories.map((repository, index) => {
    const origin = originOf(runner, { matrix, key, repository: nameOf(repository) }, newId());
    return { index, repository, origin, isOneOfMany: repositories.length > 1 };
  });
}

/** What was given, and the issue if there is one. */
async function withIssue(
  step: Step,
  inputs: StartInputs,
  given: string,
  places: readonly Place[],
): Promise<Quoting> {
  const { issueNumber, trace } = inputs;
  if (issueNumber === null) {
    return { kind: "prompt", prompt: given };
  }
  // One prompt for all leaves room for the longest trace.
  const [longest = null] = places
    .map(({ origin }) => traceLine(origin))
    .toSorted((a, b) => b.length - a.length);
  return quoteIssue(step, { ...inputs, issueNumber }, given, trace ? longest : null);
}

/** The body of the request: what was set, and `create_pull_request` always. The trace is the prompt's last line. */
function bodyOf(inputs: StartInputs, { origin }: Place, prompt: string): StartBody {
  return {
    prompt: composePrompt(prompt, inputs.trace ? traceLine(origin) : null),
    create_pull_request: inputs.createPullRequest,
    ...(inputs.baseRef === "" ? {} : { base_ref: inputs.baseRef }),
    ...(inputs.headRef === "" ? {} : { head_ref: inputs.headRef }),
    // GitHub knows no model of that name: it chooses one where none is named.
    ...(inputs.model === "" || inputs.model.toLowerCase() === "auto" ? {} : { model: inputs.model }),
    ...(inputs.customAgent === "" ? {} : { custom_agent: inputs.customAgent }),
  };
}

/** The prompt to show: as it is sent, without the traces where there are several. */
function promptOf(starts: readonly Start[], shared: string): string {
  const [first, ...others] = starts;
  return first === undefined || others.length > 0 ? shared : first.body.prompt;
}

/** What will be sent. Who asks for a dry run wants to see all of it; a public log is no place for a prompt else. */
function tellStarts(
  { log, runner }: Step,
  inputs: StartInputs,
  starts: readonly Start[],
  prompt: string,
): void {
  const [first, ...others] = starts;
  if (first === undefined) {
    return;
  }
  const { prompt: _prompt, ...settings } = first.body;
  const showPrompt = inputs.dryRun || !isPublic(runner);
  const where =
    others.length === 0 ? `a task in ${nameOf(first.repository)}` : `tasks in ${starts.length} repositories`;
  log.group(`Start ${where}`, [
    ...(others.length === 0 ? [] : starts.map(({ repository }) => `repository: ${nameOf(repository)}`)),
    ...Object.entries(settings).map(([name, value]) => `${name}: ${value}`),
    `prompt: ${[...prompt].length} characters`,
    ...(showPrompt ? prompt.split("\n").map((line) => `  ${line}`) : []),
  ]);
}

/** A task to follow, and its start. */
interface OpenTask extends BegunTask {
  readonly start: Start;
}

/** A second task costs money all the time, so it is looked for before the waiting. */
async function warnOfSecondTasks(step: Step, inputs: StartInputs, tasks: readonly OpenTask[]): Promise<void> {
  for (const { lookForTwins } of tasks) {
    await lookForTwins();
  }
  await warnOfRivals(
    step,
    inputs,
    tasks.filter(({ started }) => started),
  );
}

function watchedOf({ task, serverNow, started, start: { index, repository } }: OpenTask): Watched {
  return { index, id: task.id, repository, known: { task, serverNow }, started };
}

function isOthers(beginning: Beginning): boolean {
  return beginning.kind === "skipped" || (beginning.kind === "task" && !beginning.started);
}
