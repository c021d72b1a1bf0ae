import { createHash } from "node:crypto";
import type { Task } from "../github/agent-tasks/task.ts";
import { EVERY_TASK, type StartInputs } from "../inputs/start-inputs.ts";
import { getRunUrl, type Runner } from "../runner/environment.ts";

/** Whether a task is the one that a search looks for; `unreadable` if GitHub does not show its prompt. */
export type Match = "match" | "unreadable" | "no_match";

/** Identifies the run that started a task, and the task among those of the run. */
export interface TaskTrace {
  /** URL of the run, the same for all its attempts. */
  readonly runUrl: string;
  /** The run's attempt, from 1. */
  readonly attempt: number;
  /** Tasks with the same key do the same work. By default the workflow's file, the job and the issue. */
  readonly key: string;
  /** The step, and the matrix job. No two steps of a run have the same. */
  readonly step: string;
  /** The task's repository, `owner/name`. A list of all repositories' tasks does not name it. */
  readonly repository: string;
  /** Random for each start. A request that is sent again keeps it. */
  readonly startId: string;
}

/** What a trace contains besides the run. */
interface TraceInputs {
  /** The job's `matrix` context as JSON; `null` or empty if it has none. */
  readonly matrix: string;
  readonly key: string;
  /** The task's repository, `owner/name`. */
  readonly repository: string;
}

/** Creates the trace of a task that this step starts. */
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
 * The default key: the workflow's file without repository and ref, the job, and the issue if there is one.
 * `.github/workflows/nightly.yml:update`, `.github/workflows/label.yml:agent#7`.
 */
export function buildDefaultKey({ workflowRef, workflow, job }: Runner, issueNumber: number | null): string {
  const file = /^[^/]+\/[^/]+\/(.+?\.ya?ml)@/.exec(workflowRef)?.[1] ?? workflow;
  return `${file}:${job}${issueNumber === null ? "" : `#${issueNumber}`}`;
}

/** The key of a step's tasks: the input, or the default. The input `*` selects every task and is no key. */
export function getConcurrencyKey(
  runner: Runner,
  { concurrencyKey, issueNumber }: Pick<StartInputs, "concurrencyKey" | "issueNumber">,
): string {
  return concurrencyKey === "" || concurrencyKey === EVERY_TASK
    ? buildDefaultKey(runner, issueNumber)
    : concurrencyKey;
}

/**
 * Formats the trace line that ends a prompt. It is visible text, because GitHub removes HTML comments. Free text is
 * quoted as JSON, so that it cannot add lines.
 */
export function formatTrace({ runUrl, attempt, key, step, repository, startId }: TaskTrace): string {
  const names = `key ${quoteJson(key)}, step ${quoteJson(step)}, repository ${quoteJson(repository)}`;
  return `Started by GitHub Actions: ${runUrl}/attempts/${attempt} (${names}, start ${startId})`;
}

/** Formats as JSON, and escapes the line separators that JSON allows. */
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

/** Parses the last line of a prompt; null if it is not a trace line. */
export function parseTrace(prompt: string): TaskTrace | null {
  const match = TRACE.exec(prompt.trimEnd().split("\n").at(-1) ?? "");
  if (match === null) {
    return null;
  }
  const [, runUrl = "", attempt, key = "", step = "", repository = "", startId = ""] = match;
  return {
    runUrl,
    attempt: Number(attempt),
    key: parseJsonText(key),
    step: parseJsonText(step),
    repository: parseJsonText(repository),
    startId,
  };
}

function parseJsonText(json: string): string {
  try {
    return String(JSON.parse(json));
  } catch {
    // Not a line of ours: whatever it says, it matches no key of ours.
    return json;
  }
}

/** Recognises the task of a start by the start ID in its trace. */
export function matchStartId({ startId }: TaskTrace): (task: Task) => Match {
  return matchBy((prompt) => {
    if (parseTrace(prompt)?.startId === startId) {
      return "match";
    }
    // Nobody else knows the ID, so this is our task or quotes it. Only the last line proves that it is ours.
    return prompt.includes(startId) ? "unreadable" : "no_match";
  });
}

/** Recognises a task without a trace by the same prompt and base branch. */
export function matchPrompt(ownPrompt: string, baseRef: string): (task: Task) => Match {
  return matchBy((prompt, { sessions }) => {
    const taskBaseRef = sessions?.at(-1)?.baseRef ?? "";
    const sameBase = baseRef === "" || taskBaseRef === "" || taskBaseRef === baseRef;
    return prompt.trim() === ownPrompt.trim() && sameBase ? "match" : "no_match";
  });
}

/** Recognises a task that the same step started in an earlier attempt of the same run. */
export function matchEarlierAttempt({ runUrl, attempt, key, step }: TaskTrace): (task: Task) => Match {
  return matchBy((prompt) => {
    const trace = parseTrace(prompt);
    const isEarlier = trace?.runUrl === runUrl && trace.attempt < attempt;
    return isEarlier && trace.key === key && trace.step === step ? "match" : "no_match";
  });
}

/**
 * Recognises tasks that do the same work as this step, by their key. A key from the input matches in every workflow. The
 * default key names a workflow's file, so it only matches tasks of the same workflow repository.
 *
 * @param concurrencyKey the input.
 */
export function matchKey(own: TaskTrace, concurrencyKey: string): (task: Task) => Match {
  if (concurrencyKey === EVERY_TASK) {
    return () => "match";
  }
  return matchBy((prompt) => {
    const trace = parseTrace(prompt);
    const sameKey = trace !== null && trace.key === own.key;
    return sameKey && (concurrencyKey !== "" || getRunsUrl(trace) === getRunsUrl(own)) ? "match" : "no_match";
  });
}

/** Compares the prompt that started a task, if GitHub shows it. */
function matchBy(compare: (prompt: string, task: Task) => Match): (task: Task) => Match {
  return (task) => {
    const prompt = getPrompt(task);
    return prompt === null ? "unreadable" : compare(prompt, task);
  };
}

/** The repository in a task's trace, `owner/name`; null if it has no trace. */
export function getTracedRepository(task: Task): string | null {
  return parseTrace(getPrompt(task) ?? "")?.repository ?? null;
}

/** The part of the URL that all runs of a repository share. */
function getRunsUrl({ runUrl }: TaskTrace): string {
  return runUrl.slice(0, runUrl.lastIndexOf("/"));
}

/** The prompt that started the task: that of its oldest session. */
function getPrompt({ sessions }: Task): string | null {
  return sessions?.at(-1)?.prompt ?? null;
}
