import { createAgentTasksApi } from "../../src/github/agent-tasks/api.ts";
import type { TaskPage } from "../../src/github/agent-tasks/decode-task.ts";
import {
  createProblem,
  explainFailure,
  getTokenKind,
  type Problem,
} from "../../src/github/agent-tasks/problems.ts";
import { getPhase, type Task } from "../../src/github/agent-tasks/task.ts";
import { createClient } from "../../src/github/http/client.ts";
import { getRetryAfter, type RequestFailure } from "../../src/github/http/error.ts";
import type { RequestResult } from "../../src/github/http/result.ts";
import { getFullName, type Repository } from "../../src/github/repository.ts";
import type { Clock } from "../../src/runner/clock.ts";
import { isRecord } from "../../src/text/json.ts";
import { createRedactor } from "../../src/text/redact.ts";

/** How long the probe polls, and how much longer at most to watch a task that has ended. */
const POLL_FOR_MS = 5 * 60_000;
const WATCH_END_MS = 60_000;

/** The probe polls every second for the first 15 seconds, then less often. */
const SHORT_INTERVAL_UNTIL_MS = 15_000;
const SHORT_INTERVAL_MS = 1_000;
const INTERVAL_MS = 5_000;

/** What the probe needs. */
export interface ProbeOptions {
  readonly token: string;
  readonly repository: Repository;
  /** Root of the REST API, without a slash at its end. */
  readonly apiUrl: string;
  readonly fetch: typeof fetch;
  readonly clock: Clock;
  readonly newId: () => string;
  /** Stops polling. The start itself is never interrupted. */
  readonly signal: AbortSignal;
  readonly log: (line: string) => void;
}

/** Where the probe looks for the task: two GETs, and the lists of the repository and of all the user's tasks. */
export const PLACES = ["get", "get_by_id", "list", "list_all"] as const;
export type Place = (typeof PLACES)[number];

type Send = () => Promise<RequestResult<Task | TaskPage>>;

/** One request and its response. */
export interface Exchange {
  readonly sentAt: number;
  /** The HTTP status; null if no response came. */
  readonly status: number | null;
  readonly headers: Headers;
  /** The JSON of the response; after a 304 that of the response before. */
  readonly data: unknown;
  readonly failure: RequestFailure | null;
  /** The task, if the response holds it. */
  readonly task: Task | null;
}

/** Everything that a probe saw of one task. Times are this machine's, in milliseconds since the epoch. */
export interface Observations {
  /** As sent: its last line, the trace, ends with a line break, which shows whether the API trims it. */
  readonly prompt: string;
  readonly trace: string;
  readonly start: Exchange;
  /** As the start returned it. */
  readonly task: Task;
  /** When the response to the start came, and when the last poll ended. */
  readonly startedAt: number;
  readonly endedAt: number;
  readonly polls: Readonly<Record<Place, readonly Exchange[]>>;
  /** As the last successful GET returned it, and since when in that state; null while the task is active. */
  readonly final: Task | null;
  readonly settledAt: number | null;
}

/** Starts one task, with one request. Gives what the API shows of it, or why no task is known to be started. */
export async function observe(options: ProbeOptions): Promise<Observations | { readonly problem: Problem }> {
  const { clock, signal, repository, newId, log } = options;
  const { octokit, record } = createRecorder(options);
  // A start is never aborted: it may have worked, and its response has the task's ID.
  const api = createAgentTasksApi(octokit, { clock, signal, graceSignal: new AbortController().signal });
  const trace = `Probe of the Agent tasks API (start ${newId()})`;
  const prompt = `Reply with the word ok. Change no file.\n\n${trace}\n`;
  const start = await record(() => api.start(repository, { prompt, create_pull_request: false }));
  const startedAt = clock.now();
  const { task } = start;
  if (task === null) {
    return { problem: explainStart(start, options, trace) };
  }
  const link = task.htmlUrl || "(no link in the response)";
  log(`Started task ${task.id} in ${getFullName(repository)}: ${link}`);
  log("Polling it for up to 6 minutes.");

  const query = { per_page: 30, sort: "created_at", direction: "desc" } as const;
  const since = new Date(task.createdAt).toISOString();
  const creator_id = [task.creatorId].filter(Boolean);
  const requests: Readonly<Record<Place, Send>> = {
    get: () => api.get(repository, task.id),
    get_by_id: () => api.get(null, task.id),
    // With the filters of the action's search for a task that it started.
    list: () => api.list(repository, { ...query, since, creator_id }),
    list_all: () => api.list(null, query),
  };
  const seen = await pollTask((place) => record(requests[place], task.id), startedAt, options);
  return { prompt, trace, start, task, startedAt, endedAt: clock.now(), ...seen };
}

/** Names the fields of a response that is not a task: a preview API may rename them. */
function explainStart(start: Exchange, { repository, token }: ProbeOptions, trace: string): Problem {
  const failure: RequestFailure = start.failure ?? { kind: "cancelled" };
  const attempt = { what: `start a task in ${getFullName(repository)}`, writes: true, subject: null };
  const problem = explainFailure(failure, { ...attempt, tokenKind: getTokenKind(token) });
  if (failure.kind !== "indeterminate" && failure.kind !== "cancelled") {
    return problem;
  }
  const names = isRecord(start.data) ? Object.keys(start.data).slice(0, 30) : [];
  const fields = names.length > 0 ? ` Fields of the response: ${names.join(", ")}.` : "";
  return createProblem(
    "indeterminate",
    `${problem.message}${fields} This may have started a task, so the probe does not retry.`,
    `Before you run this again, check the repository's tasks for a prompt that ends with "${trace}".`,
  );
}

/**
 * Polls the task until it ended and was watched for a while, and every other place until it shows the task. After
 * the end, when nothing changes any more, polls all places again to see whether they answer 304.
 */
async function pollTask(
  poll: (place: Place) => Promise<Exchange>,
  startedAt: number,
  { clock, signal }: ProbeOptions,
): Promise<Pick<Observations, "polls" | "final" | "settledAt">> {
  const polls: Record<Place, Exchange[]> = { get: [], get_by_id: [], list: [], list_all: [] };
  const isMissing = (place: Place) => polls[place].every(({ task }) => task === null);
  let final: Task | null = null;
  let settledAt: number | null = null;
  let isOver = false;
  while (!isOver && !signal.aborted) {
    let delayMs = clock.now() - startedAt < SHORT_INTERVAL_UNTIL_MS ? SHORT_INTERVAL_MS : INTERVAL_MS;
    for (const place of PLACES.filter((name) => name === "get" || settledAt !== null || isMissing(name))) {
      const exchange = await poll(place);
      polls[place].push(exchange);
      const { status, failure, task, sentAt } = exchange;
      isOver ||= status === 401;
      delayMs = Math.max(delayMs, (failure && getRetryAfter(failure)) ?? 0);
      if (place === "get" && task !== null) {
        const isNew: boolean = task.state !== final?.state;
        settledAt = getPhase(task.state) === "active" ? null : isNew ? sentAt : settledAt;
        final = task;
      }
    }
    const watchUntil = (settledAt ?? 0) + WATCH_END_MS;
    const isComplete = settledAt !== null && !PLACES.some(isMissing);
    const endsAt = isComplete ? watchUntil : Math.max(startedAt + POLL_FOR_MS, watchUntil);
    isOver ||= clock.now() + delayMs > endsAt;
    await clock.sleep(isOver ? 0 : delayMs, signal);
  }
  return { polls, final, settledAt };
}

/** A client, and a function that records the status, headers and JSON that the action's own functions hide. */
function createRecorder({ token, apiUrl, fetch, clock }: ProbeOptions) {
  let response: Pick<Exchange, "status" | "headers">;
  let data: unknown;
  const octokit = createClient({
    token,
    apiUrl,
    fetch,
    now: clock.now,
    redact: createRedactor([token]),
    observe: ({ outcome, headers }) => {
      response = { status: headers && Number(outcome), headers: headers ?? new Headers() };
    },
  });
  octokit.hook.after("request", (answer) => {
    data = answer.data;
  });
  /** @param id the task to look for in the response; without it, any. */
  const record = async (request: Send, id?: string): Promise<Exchange> => {
    const sentAt = clock.now();
    response = { status: null, headers: new Headers() };
    data = null;
    const result = await request();
    const value = result.ok ? result.value : { tasks: [] };
    const tasks = "tasks" in value ? value.tasks : [value];
    const task = tasks.find((entry) => id === undefined || entry.id === id) ?? null;
    return { sentAt, ...response, data, failure: result.ok ? null : result.failure, task };
  };
  return { octokit, record };
}
