import { createHash } from "node:crypto";
import type { Task } from "../github/agent-tasks/task.ts";
import { EVERY_TASK, type StartInputs } from "../inputs/start-inputs.ts";
import { getRunUrl, type Runner } from "../runner/environment.ts";

/** Whether a task is the one that is looked for; `unreadable` where it does not say. */
export type Match = "match" | "unreadable" | "no_match";

/** Where a task came from: enough to find the run from the task, and the task from the run. */
export interface TaskTrace {
  /** Address of the run, the same for all its attempts. */
  readonly runUrl: string;
  /** The run's attempt, from 1. */
  readonly attempt: number;
  /** What counts as the same work: the workflow's file, the job and the issue. */
  readonly key: string;
  /** Which step of the job, and which of a matrix' jobs: two steps of a run never have the same. */
  readonly step: string;
  /** Where the task is, `owner/name`: a list of all repositories' tasks does not name it. */
  readonly repository: string;
  /** Random for each start, the same when a start is sent again. */
  readonly startId: string;
}

/** What a task's origin takes beside the run. */
export interface TraceInputs {
  /** The job's `matrix` context as JSON; `null` or empty where it has none. */
  readonly matrix: string;
  readonly key: string;
  /** Where the task is to be, `owner/name`. */
  readonly repository: string;
}

/** The origin of a task that this step starts. */
export function createTrace(
  runner: Runner,
  { matrix, key, repository }: TraceInputs,
  startId: string,
): TaskTrace {
  const hasMatrix = matrix !== "" && matrix !== "null" && matrix !== "{}";
  const job = hasMatrix ? `#${createHash("sha256").update(matrix).digest("hex").slice(0, 12)}` : "";
  return {
    runUrl: getRunUrl(runner),
    attempt: runner.runAttempt,
    key,
    step: `${runner.action}${job}`,
    repository,
    startId,
  };
}

/**
 * The workflow's file, without repository and ref, the job, and the issue if there is one:
 * `.github/workflows/nightly.yml:update`, `.github/workflows/label.yml:agent#7`.
 */
export function buildDefaultKey({ workflowRef, workflow, job }: Runner, issueNumber: number | null): string {
  const file = /^[^/]+\/[^/]+\/(.+?\.ya?ml)@/.exec(workflowRef)?.[1] ?? workflow;
  return `${file}:${job}${issueNumber === null ? "" : `#${issueNumber}`}`;
}

/** The key that a step's tasks get: the given one, or the default. `*` counts tasks, it names none. */
export function getConcurrencyKey(
  runner: Runner,
  { concurrencyKey, issueNumber }: Pick<StartInputs, "concurrencyKey" | "issueNumber">,
): string {
  return concurrencyKey === "" || concurrencyKey === EVERY_TASK
    ? buildDefaultKey(runner, issueNumber)
    : concurrencyKey;
}

/**
 * The line that ends a prompt and tells where the task came from. It is visible text, since GitHub takes HTML
 * comments out; what may hold anything is quoted as JSON, so that it stays on this line.
 */
export function formatTrace({ runUrl, attempt, key, step, repository, startId }: TaskTrace): string {
  const names = `key ${quoteJson(key)}, step ${quoteJson(step)}, repository ${quoteJson(repository)}`;
  return `Started by GitHub Actions: ${runUrl}/attempts/${attempt} (${names}, start ${startId})`;
}

/** As JSON, without the separators that JSON lets stand but that end a line for others. */
function quoteJson(text: string): string {
  return JSON.stringify(text).replace(
    /[\u0085\u2028\u2029]/g,
    (separator) => `\\u${separator.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );
}

const JSON_TEXT = '("(?:[^"\\\\]|\\\\.)*")';

const TRACE = new RegExp(
  `^Started by GitHub Actions: (\\S+)/attempts/(\\d+) \\(key ${JSON_TEXT}, step ${JSON_TEXT}, repository ${JSON_TEXT}, start ([\\w-]+)\\)$`,
);

/** Reads the origin from the last line of a prompt; null where that is no trace line. */
export function parseTrace(prompt: string): TaskTrace | null {
  const match = TRACE.exec(prompt.trimEnd().split("\n").at(-1) ?? "");
  if (match === null) {
    return null;
  }
  const [, runUrl = "", attempt, key = "", place = "", repository = "", startId = ""] = match;
  return {
    runUrl,
    attempt: Number(attempt),
    key: parseJsonText(key),
    step: parseJsonText(place),
    repository: parseJsonText(repository),
    startId,
  };
}

function parseJsonText(json: string): string {
  try {
    return String(JSON.parse(json));
  } catch {
    // Somebody else wrote a line like ours: it names no key that we have.
    return json;
  }
}

/** Recognises the task of one start, by the start ID in its trace. */
export function matchStartId({ startId }: TaskTrace): (task: Task) => Match {
  return (task) => {
    const prompt = getPrompt(task);
    if (prompt === null) {
      return "unreadable";
    }
    if (parseTrace(prompt)?.startId === startId) {
      return "match";
    }
    // Nobody else can know the ID: this is our task or speaks of it. Only the last line may say that it is.
    return prompt.includes(startId) ? "unreadable" : "no_match";
  };
}

/** Recognises a task without a trace: by exactly the same prompt and base. */
export function matchPrompt(prompt: string, baseRef: string): (task: Task) => Match {
  return (task) => {
    const given = getPrompt(task);
    if (given === null) {
      return "unreadable";
    }
    const base = task.sessions?.at(-1)?.baseRef ?? "";
    const sameBase = baseRef === "" || base === "" || base === baseRef;
    return given.trim() === prompt.trim() && sameBase ? "match" : "no_match";
  };
}

/** Recognises what the same step started in an earlier attempt of the same run. */
export function matchEarlierAttempt(origin: TaskTrace): (task: Task) => Match {
  return (task) => {
    const prompt = getPrompt(task);
    const trace = prompt === null ? null : parseTrace(prompt);
    if (trace === null) {
      return prompt === null ? "unreadable" : "no_match";
    }
    const isSame =
      trace.runUrl === origin.runUrl &&
      trace.attempt < origin.attempt &&
      trace.key === origin.key &&
      trace.step === origin.step;
    return isSame ? "match" : "no_match";
  };
}

/**
 * Recognises tasks that do the same work as this step: those of its key. A key that was given counts wherever it is
 * used; the default one names a workflow's file, and another repository may have a file of that name.
 *
 * @param concurrencyKey as the input gives it.
 */
export function matchKey(origin: TaskTrace, concurrencyKey: string): (task: Task) => Match {
  return (task) => {
    if (concurrencyKey === EVERY_TASK) {
      return "match";
    }
    const prompt = getPrompt(task);
    if (prompt === null) {
      return "unreadable";
    }
    const trace = parseTrace(prompt);
    const isSame =
      trace !== null &&
      trace.key === origin.key &&
      (concurrencyKey !== "" || getRunsUrl(trace) === getRunsUrl(origin));
    return isSame ? "match" : "no_match";
  };
}

/** The repository that a task's trace names, `owner/name`; null where it has no trace. */
export function getTracedRepository(task: Task): string | null {
  return parseTrace(getPrompt(task) ?? "")?.repository ?? null;
}

/** The address that all runs of a repository have in common. */
function getRunsUrl({ runUrl }: TaskTrace): string {
  return runUrl.slice(0, runUrl.lastIndexOf("/"));
}

/** The prompt that a task was started with: its oldest session's. */
function getPrompt({ sessions }: Task): string | null {
  return sessions?.at(-1)?.prompt ?? null;
}
