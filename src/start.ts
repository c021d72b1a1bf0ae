import type { StartBody } from "./agent-tasks/api.ts";
import { explain, type Problem } from "./agent-tasks/errors.ts";
import { type StartOutcome, startOnce } from "./agent-tasks/start-once.ts";
import type { Task } from "./agent-tasks/task.ts";
import { findEarlier, startFinder } from "./find-tasks.ts";
import { finish } from "./finish.ts";
import { readAgain } from "./http/read-again.ts";
import { type Origin, originOf, recognisePrompt, recogniseStart, traceLine } from "./identity.ts";
import { readStartInputs, type StartInputs } from "./inputs.ts";
import { narrateStart, retelling } from "./narrate.ts";
import { composePrompt, readPrompt } from "./prompt.ts";
import { taskOutputs } from "./report/outputs.ts";
import { dryRunSummary } from "./report/summary.ts";
import { notStarted, resultOf, UNDER_WAY } from "./result.ts";
import { isPublic } from "./runner.ts";
import { createStep, type Environment, type Step } from "./step.ts";
import { warnOfTwins } from "./twins.ts";
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
  const origin = originOf(env.runner, inputs.matrix, env.newId());
  const body = bodyOf(step, inputs, origin);
  tellRequest(step, inputs, body);

  if (inputs.dryRun) {
    return dryRun(step, inputs, body);
  }
  const begun = (await adoptEarlier(step, inputs, origin)) ?? (await begin(step, inputs, origin, body));
  if (begun.kind === "failed") {
    const { problem, candidates } = begun;
    const result = notStarted(nameOf(inputs.repository), problem.message);
    tellCandidates(step, candidates);
    return finish(step, {
      results: [result],
      problems: [problem],
      failOn: inputs.failOn,
      prompt: body.prompt,
    });
  }

  const { task, serverNow, started, lookForTwins } = begun;
  const watched = { taskId: task.id, repository: inputs.repository, known: { task, serverNow }, started };
  const { result, problem } = await watch(step, watched, inputs);
  await lookForTwins();
  return finish(step, {
    results: result === null ? [] : [result],
    problems: problem === null ? [] : [problem],
    failOn: inputs.failOn,
    prompt: body.prompt,
  });
}

/** The most tasks to link in warnings. */
const MOST_LINKED = 5;

/** A task to follow, or why there is none. */
type Beginning =
  | {
      readonly kind: "task";
      readonly task: Task;
      readonly serverNow: number;
      /** Whether this step started it. */
      readonly started: boolean;
      /** Warns of a second task, where the start was sent more than once. */
      readonly lookForTwins: () => Promise<void>;
    }
  | { readonly kind: "failed"; readonly problem: Problem; readonly candidates: readonly Task[] };

/**
 * In a re-run: the task that this step started in an earlier attempt, if that is not to be done again.
 *
 * @returns null where there is none, and a task is to be started.
 */
async function adoptEarlier(step: Step, inputs: StartInputs, origin: Origin): Promise<Beginning | null> {
  if (origin.attempt <= 1) {
    return null;
  }
  if (!inputs.trace) {
    step.log.warning(
      "Re-run",
      "With trace: false a task of an earlier attempt of this run cannot be recognised: another one is started.",
    );
    return null;
  }
  const earlier = await findEarlier(step, inputs.repository, origin);
  switch (earlier.kind) {
    case "none":
      step.log.info(
        earlier.ended === null
          ? `Attempt ${origin.attempt}: no earlier attempt of this run has started a task here.`
          : `Attempt ${origin.attempt}: task ${earlier.ended.id} of an earlier attempt is ${earlier.ended.state}; a new one is started.`,
      );
      return null;
    case "unknown": {
      const what = "find out whether an earlier attempt of this run started a task";
      const problem = explain(earlier.fault, { what, writes: false, tokenKind: step.tokenKind });
      return { kind: "failed", problem, candidates: [] };
    }
    case "unreadable": {
      const message = `Could not find out whether an earlier attempt of this run started a task in ${nameOf(inputs.repository)}: no task there shows its prompt.`;
      const remedy =
        "Look at the tasks linked above. To start another one, start a new run instead of a re-run.";
      return {
        kind: "failed",
        problem: { message, remedy },
        candidates: earlier.candidates.slice(0, MOST_LINKED),
      };
    }
    case "adopt": {
      const { task, serverNow } = earlier;
      step.log.notice(
        "Agent task adopted",
        `Attempt ${origin.attempt} goes on with task ${task.id} of an earlier attempt: ${task.htmlUrl || task.state}`,
      );
      makeKnown(step, inputs, task, false);
      return { kind: "task", task, serverNow, started: false, lookForTwins: async () => {} };
    }
  }
}

/** Starts a task, and makes its ID known the moment it exists. */
async function begin(step: Step, inputs: StartInputs, origin: Origin, body: StartBody): Promise<Beginning> {
  const { api, clock, log } = step;
  const { repository } = inputs;
  const recognise = inputs.trace ? recogniseStart(origin) : recognisePrompt(body.prompt, inputs.baseRef);
  const find = startFinder(step, repository, recognise);
  const sentAt = clock.now();

  const outcome = await startOnce({ send: () => api.start(repository, body), find }, step, (event) =>
    narrateStart(log, event),
  );
  if (outcome.kind !== "started") {
    const candidates = outcome.kind === "doubtful" ? outcome.candidates : [];
    return { kind: "failed", problem: explainStart(step, nameOf(repository), outcome), candidates };
  }

  const { task, meta, sends, twins } = outcome;
  makeKnown(step, inputs, task, true);
  log.notice(
    "Agent task started",
    `Task ${task.id} in ${nameOf(repository)}: ${task.htmlUrl || "(no link yet)"}`,
  );
  const settledAt = clock.now();
  return {
    kind: "task",
    task,
    serverNow: meta?.serverNow ?? settledAt,
    started: true,
    lookForTwins: async () => {
      if (sends > 1) {
        await warnOfTwins(step, { task, sentAt, settledAt, twins }, find);
      }
    },
  };
}

/** Writes all outputs as far as they are known: from here on, whatever happens, the ID is not lost. */
function makeKnown(step: Step, { repository }: StartInputs, task: Task, started: boolean): void {
  const ending = { ...UNDER_WAY, repository: nameOf(repository), started, changes: null };
  step.writeOutputs(taskOutputs([resultOf(task, ending)]));
}

/** The body of the request: what was set, and `create_pull_request` always. */
function bodyOf(step: Step, inputs: StartInputs, origin: Origin): StartBody {
  const given = readPrompt(inputs.prompt, step.runner.workspace, [inputs.token, inputs.githubToken]);
  const trace = inputs.trace ? traceLine(origin) : null;
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
function tellRequest({ log, runner }: Step, inputs: StartInputs, { prompt, ...settings }: StartBody): void {
  const showPrompt = inputs.dryRun || !isPublic(runner);
  log.group(`Start a task in ${nameOf(inputs.repository)}`, [
    ...Object.entries(settings).map(([name, value]) => `${name}: ${value}`),
    `prompt: ${[...prompt].length} characters`,
    ...(showPrompt ? prompt.split("\n").map((line) => `  ${line}`) : []),
  ]);
}

/** Reads once, so that a token or a repository that cannot work is found out, and writes nothing to GitHub. */
async function dryRun(step: Step, inputs: StartInputs, body: StartBody): Promise<number> {
  const repository = nameOf(inputs.repository);
  const query = { per_page: 1, sort: "created_at", direction: "desc" } as const;
  const answer = await readAgain(() => step.api.list(inputs.repository, query), step, retelling(step.log));
  if (!answer.ok) {
    const attempt = { what: `list the tasks of ${repository}`, writes: true, tokenKind: step.tokenKind };
    const problem = explain(answer.fault, attempt);
    return finish(step, { results: [], problems: [problem], failOn: inputs.failOn, prompt: body.prompt });
  }
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

/** Links the tasks that may be the one that was started. */
function tellCandidates({ log }: Step, candidates: readonly Task[]): void {
  for (const { id, htmlUrl } of candidates) {
    log.warning("A task may have been started", `It may be task ${id}: ${htmlUrl || "no link is known"}`);
  }
}
