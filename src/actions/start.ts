import { type ActionContext, createContext, type Environment } from "../context.ts";
import type { StartBody } from "../github/agent-tasks/api.ts";
import type { Problem } from "../github/agent-tasks/problems.ts";
import { getFullName } from "../github/repository.ts";
import { readStartInputs, type StartInputs } from "../inputs/start-inputs.ts";
import { composePrompt, readPrompt } from "../prompt/compose.ts";
import { appendIssue, type IssuePromptOutcome } from "../prompt/issue.ts";
import { createTrace, formatTrace, getConcurrencyKey } from "../prompt/trace.ts";
import { buildFailedStart } from "../report/build-result.ts";
import { finish } from "../report/finish.ts";
import { createCommentUpdater } from "../report/issue-comment.ts";
import { createResultStore } from "../report/result-store.ts";
import { isPublic } from "../runner/environment.ts";
import { warnAboutConcurrentStarts } from "../start/concurrency.ts";
import { warnAboutOtherBranch } from "../start/head-branch.ts";
import type { Start, StartedTask, StartOutcome } from "../start/outcome.ts";
import { collectStartProblems, startAll } from "../start/start-all.ts";
import { authorize } from "../trigger/authorize.ts";
import type { WatchedTask } from "../watch/tracker.ts";
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
  const context = createContext(env, inputs);
  const given = readPrompt(inputs.prompt, env.runner.workspace, [inputs.token, inputs.githubToken]);

  const stopped = await authorize(context, inputs);
  if (stopped !== null) {
    return refuse(context, inputs, stopped);
  }
  const targets = buildTargets(context, inputs);
  const quoting = await addIssue(context, inputs, given, targets);
  if (quoting.kind === "failed") {
    return refuse(context, inputs, quoting.problem);
  }
  const { prompt } = quoting;
  const starts = targets.map((place) => ({ ...place, body: buildBody(inputs, place, prompt) }));
  const shownPrompt = choosePrompt(starts, prompt);
  logStarts(context, inputs, starts, shownPrompt);
  if (inputs.dryRun) {
    return dryRun(context, inputs, starts, shownPrompt);
  }

  const beganAt = context.time.clock.now();
  const store = createResultStore(context, starts.length);
  const updateComment = createCommentUpdater(context, inputs, getConcurrencyKey(context.runner, inputs));
  const outcomes = await startAll(context, inputs, starts, store);
  const tasks = outcomes.flatMap(([start, beginning]) =>
    beginning.kind === "task" ? [{ ...beginning, start }] : [],
  );
  if (tasks.length > 0) {
    await updateComment({ results: store.results(), problems: [] });
  }
  const problems = [...collectStartProblems(context, outcomes)];
  await warnAboutSecondTasks(context, inputs, tasks);
  problems.push(
    ...(await watch(context, tasks.map(toWatched), store, { ...inputs, firstStartedAt: beganAt })),
  );

  const results = store.results();
  for (const result of results) {
    warnAboutOtherBranch(context, inputs, result);
  }
  const outcome = { results, problems };
  const status = await finish(context, {
    ...outcome,
    failOn: inputs.failOn,
    // What another task was told is not known here.
    prompt: outcomes.every(([, beginning]) => isFromElsewhere(beginning)) ? null : shownPrompt,
  });
  await updateComment(outcome);
  return status;
}

/** Ends the step before anything was sent that could start a task. */
function refuse(context: ActionContext, inputs: StartInputs, problem: Problem): Promise<number> {
  const results = inputs.repositories.map((repository) =>
    buildFailedStart(getFullName(repository), problem.message),
  );
  return finish(context, { results, problems: [problem], failOn: inputs.failOn, prompt: null });
}

/** A start without its request. */
type Target = Omit<Start, "body">;

function buildTargets({ runner, newId }: ActionContext, inputs: StartInputs): readonly Target[] {
  const { repositories, matrix } = inputs;
  const key = getConcurrencyKey(runner, inputs);
  return repositories.map((repository, index) => {
    const trace = createTrace(runner, { matrix, key, repository: getFullName(repository) }, newId());
    return { index, repository, trace, isOneOfMany: repositories.length > 1 };
  });
}

/** What was given, and the issue if there is one. */
async function addIssue(
  context: ActionContext,
  inputs: StartInputs,
  given: string,
  places: readonly Target[],
): Promise<IssuePromptOutcome> {
  const { issueNumber, trace } = inputs;
  if (issueNumber === null) {
    return { kind: "prompt", prompt: given };
  }
  // One prompt for all leaves room for the longest trace.
  const [longest = null] = places
    .map(({ trace }) => formatTrace(trace))
    .toSorted((a, b) => b.length - a.length);
  return appendIssue(context, { ...inputs, issueNumber }, given, trace ? longest : null);
}

/** The body of the request: what was set, and `create_pull_request` always. The trace is the prompt's last line. */
function buildBody(inputs: StartInputs, { trace }: Target, prompt: string): StartBody {
  return {
    prompt: composePrompt(prompt, inputs.trace ? formatTrace(trace) : null),
    create_pull_request: inputs.createPullRequest,
    ...(inputs.baseRef === "" ? {} : { base_ref: inputs.baseRef }),
    ...(inputs.headRef === "" ? {} : { head_ref: inputs.headRef }),
    // GitHub knows no model of that name: it chooses one where none is named.
    ...(inputs.model === "" || inputs.model.toLowerCase() === "auto" ? {} : { model: inputs.model }),
    ...(inputs.customAgent === "" ? {} : { custom_agent: inputs.customAgent }),
  };
}

/** The prompt to show: as it is sent, without the traces where there are several. */
function choosePrompt(starts: readonly Start[], shared: string): string {
  const [first, ...others] = starts;
  return first === undefined || others.length > 0 ? shared : first.body.prompt;
}

/** What will be sent. Who asks for a dry run wants to see all of it; a public log is no place for a prompt else. */
function logStarts(
  { log, runner }: ActionContext,
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
    others.length === 0
      ? `a task in ${getFullName(first.repository)}`
      : `tasks in ${starts.length} repositories`;
  log.group(`Start ${where}`, [
    ...(others.length === 0 ? [] : starts.map(({ repository }) => `repository: ${getFullName(repository)}`)),
    ...Object.entries(settings).map(([name, value]) => `${name}: ${value}`),
    `prompt: ${[...prompt].length} characters`,
    ...(showPrompt ? prompt.split("\n").map((line) => `  ${line}`) : []),
  ]);
}

/** A task to follow, and its start. */
interface OpenTask extends StartedTask {
  readonly start: Start;
}

/** A second task costs money all the time, so it is looked for before the waiting. */
async function warnAboutSecondTasks(
  context: ActionContext,
  inputs: StartInputs,
  tasks: readonly OpenTask[],
): Promise<void> {
  for (const { checkForDuplicates } of tasks) {
    await checkForDuplicates();
  }
  await warnAboutConcurrentStarts(
    context,
    inputs,
    tasks.filter(({ started }) => started),
  );
}

function toWatched({ task, serverNow, started, start: { index, repository } }: OpenTask): WatchedTask {
  return { index, id: task.id, repository, known: { task, serverNow }, started };
}

function isFromElsewhere(beginning: StartOutcome): boolean {
  return beginning.kind === "skipped" || (beginning.kind === "task" && !beginning.started);
}
