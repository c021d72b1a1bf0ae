import { type ActionContext, createContext, type Environment } from "../context.ts";
import type { StartBody } from "../github/agent-tasks/api.ts";
import type { Problem } from "../github/agent-tasks/problems.ts";
import { getFullName } from "../github/repository.ts";
import { readStartInputs, type StartInputs } from "../inputs/start-inputs.ts";
import { completePrompt, readPrompt } from "../prompt/compose.ts";
import { createTrace, getConcurrencyKey, isKeyGiven } from "../prompt/trace.ts";
import { buildFailedStart } from "../report/build-result.ts";
import { finish } from "../report/finish.ts";
import { createCommentUpdater } from "../report/issue-comment.ts";
import { planRerun } from "../report/rerun.ts";
import { createResultStore } from "../report/result-store.ts";
import { isPublic } from "../runner/environment.ts";
import { nameCompositeStep } from "../start/composite-step.ts";
import { warnAboutDuplicates } from "../start/duplicates.ts";
import { warnAboutOtherBranch } from "../start/head-branch.ts";
import type { Start, StartedTask, StartOutcome } from "../start/outcome.ts";
import { planSecondSearch } from "../start/second-search.ts";
import { collectStartProblems, listCandidates, startAll } from "../start/start-all.ts";
import { authorize } from "../trigger/authorize.ts";
import type { WatchedTask } from "../watch/tracker.ts";
import { watch } from "../watch/watch.ts";
import { dryRun } from "./dry-run.ts";

/**
 * The start action: starts a task in each repository, writes its ID to the outputs at once, waits for the tasks if
 * asked, and reports.
 *
 * @returns the exit status, 0 or 1.
 * @throws {InputError} before any request if an input is invalid, or before any start if the issue contains a token.
 */
export async function start(env: Environment): Promise<number> {
  const inputs = readStartInputs(env.input, env.runner);
  const context = createContext(env, inputs);
  for (const notice of inputs.notices) {
    context.log.notice("Inputs merged", notice);
  }
  const givenPrompt = readPrompt(inputs.prompt, env.runner, [inputs.token, inputs.githubToken]);
  // Before anything can end this step, so that a re-run counts the steps of a composite action in the same way.
  const targets = createTargets(context, inputs, givenPrompt);

  const refusal = await authorize(context, inputs);
  if (refusal !== null) {
    return refuse(context, inputs, refusal);
  }
  const traces = targets.map(({ trace }) => trace);
  const prompt = await completePrompt(context, inputs, givenPrompt, traces);
  if (prompt.kind === "failed") {
    return refuse(context, inputs, prompt.problem);
  }
  const starts = targets.map((target) => ({
    ...target,
    body: buildBody(inputs, prompt.forTask(target.trace)),
  }));
  logStarts(context, inputs, starts, prompt.shown);
  if (inputs.dryRun) {
    return dryRun(context, inputs, starts, prompt.shown);
  }

  const firstStartedAt = context.time.clock.now();
  const store = createResultStore(context, starts.length, inputs.failOn);
  const updateComment = createCommentUpdater(context, inputs, getConcurrencyKey(context.runner, inputs));
  const outcomes = await startAll(context, inputs, starts, store);
  const tasks = outcomes.flatMap(([, outcome]) => (outcome.kind === "task" ? [outcome] : []));
  const secondSearch = planSecondSearch(context, inputs, tasks);
  if (tasks.length > 0) {
    await updateComment({ results: store.results(), problems: [] });
  }
  const startProblems = collectStartProblems(context, outcomes);

  // Warn before waiting: a second task costs money for as long as it runs.
  const duplicates = await warnAboutDuplicates(context, inputs, tasks);
  secondSearch?.leaveOut(duplicates);
  const possibleTasks = [...listCandidates(outcomes), ...duplicates];
  const watchProblems = await watch(context, tasks.map(toWatched), store, {
    ...inputs,
    firstStartedAt,
    interruption: secondSearch,
  });
  await secondSearch?.finish();

  const results = store.results();
  for (const result of results) {
    warnAboutOtherBranch(context, inputs, result);
  }
  const content = {
    results,
    problems: [...startProblems, ...watchProblems],
    possibleTasks,
    rerun: planRerun({ ...inputs, results, hasPossibleTasks: possibleTasks.length > 0 }),
  };
  const status = await finish(context, {
    ...content,
    waited: inputs.wait !== "no",
    failOn: inputs.failOn,
    // We only know the prompts of tasks this step started.
    prompt: outcomes.every(([, outcome]) => isOtherTask(outcome)) ? null : prompt.shown,
  });
  await updateComment(content);
  return status;
}

/** Reports a step that may not start anything. */
function refuse(context: ActionContext, inputs: StartInputs, problem: Problem): Promise<number> {
  const results = inputs.repositories.map((repository) => buildFailedStart(getFullName(repository), problem));
  const rerun = planRerun({ ...inputs, results, hasPossibleTasks: false });
  return finish(context, {
    results,
    problems: [problem],
    rerun,
    waited: false,
    failOn: inputs.failOn,
    prompt: null,
  });
}

/** Where to start a task, before its prompt is known. */
type Target = Omit<Start, "body">;

function createTargets(context: ActionContext, inputs: StartInputs, prompt: string): readonly Target[] {
  const { runner, newId } = context;
  const { repositories, matrix } = inputs;
  const key = getConcurrencyKey(runner, inputs);
  const job = isKeyGiven(inputs) ? runner.job : "";
  const nameStep = nameCompositeStep(context, inputs, prompt);
  return repositories.map((repository, index) => {
    const { work = "", earlierWork = [] } = nameStep?.(repository) ?? {};
    const trace = createTrace(
      runner,
      { matrix, key, job, work, repository: getFullName(repository) },
      newId(),
    );
    return { index, repository, trace, earlierWork, isOneOfMany: repositories.length > 1 };
  });
}

/** The body of the request: the prompt, `create_pull_request` always, and the other inputs that are set. */
function buildBody(inputs: StartInputs, prompt: string): StartBody {
  return {
    prompt,
    create_pull_request: inputs.createPullRequest,
    ...(inputs.baseRef === "" ? {} : { base_ref: inputs.baseRef }),
    ...(inputs.headRef === "" ? {} : { head_ref: inputs.headRef }),
    // GitHub has no model named "auto". It chooses a model if the request names none.
    ...(inputs.model === "" || inputs.model.toLowerCase() === "auto" ? {} : { model: inputs.model }),
    ...(inputs.customAgent === "" ? {} : { custom_agent: inputs.customAgent }),
  };
}

/** Logs what will be sent. A dry run always shows the prompt; otherwise it is hidden in public repositories. */
function logStarts(
  { log, runner }: ActionContext,
  inputs: StartInputs,
  starts: readonly Start[],
  shownPrompt: string,
): void {
  const [first, ...others] = starts;
  if (first === undefined) {
    return;
  }
  const { prompt: _prompt, ...settings } = first.body;
  const showPrompt = inputs.dryRun || !isPublic(runner);
  const names = starts.map(({ repository }) => getFullName(repository));
  log.group(
    others.length === 0 ? `Start a task in ${names[0]}` : `Start tasks in ${names.length} repositories`,
    [
      ...(others.length === 0 ? [] : names.map((name) => `repository: ${name}`)),
      ...Object.entries(settings).map(([name, value]) => `${name}: ${value}`),
      ...(inputs.trace ? [`key: ${first.trace.key}`] : []),
      `prompt: ${[...shownPrompt].length} characters`,
      ...(showPrompt ? shownPrompt.split("\n").map((line) => `  ${line}`) : []),
    ],
  );
}

function toWatched({ task, serverNow, started, isOwn, start }: StartedTask): WatchedTask {
  const { index, repository } = start;
  return { index, id: task.id, repository, known: { task, serverNow }, started, isOwn };
}

/** Whether another run or attempt started the task. */
function isOtherTask(outcome: StartOutcome): boolean {
  return outcome.kind === "skipped" || (outcome.kind === "task" && !outcome.started);
}
