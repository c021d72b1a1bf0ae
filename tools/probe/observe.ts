import type { Octokit } from "@octokit/core";
import { readTask } from "../../src/github/agent-tasks/decode-task.ts";
import {
  type Attempt,
  createProblem,
  explainFailure,
  getTokenKind,
  type Problem,
} from "../../src/github/agent-tasks/problems.ts";
import { createClient } from "../../src/github/http/client.ts";
import { getRetryAfter } from "../../src/github/http/error.ts";
import type { OctokitResponse } from "../../src/github/http/result.ts";
import type { Repository } from "../../src/github/repository.ts";
import type { Clock } from "../../src/runner/clock.ts";
import { isRecord } from "../../src/text/json.ts";
import { type Exchange, exchange, faultOf, headerOf } from "./exchange.ts";
import {
  type ConditionalCheck,
  type CreatorCheck,
  type Found,
  isFound,
  type Look,
  type Observations,
  PLACES,
  type Place,
  type Polled,
  restOf,
  type SinceCheck,
  userIdOf,
} from "./observations.ts";

/** For how long the task is followed, in milliseconds. */
export const FOLLOW_FOR_MS = 5 * 60_000;

/** For how long it is watched once it rests, in milliseconds; this may go beyond {@link FOLLOW_FOR_MS}. */
const WATCH_REST_MS = 60_000;

/** Seconds after its start, a task is looked at every second; later on more seldom. */
const CLOSE_LOOK_MS = 15_000;
const CLOSE_INTERVAL_MS = 1_000;
const INTERVAL_MS = 5_000;

/** Conditional requests sent to each address. */
const REPEATS = 3;

/** What a probe needs from outside. */
export interface ProbeEnvironment {
  readonly token: string;
  readonly repository: Repository;
  /** Root of the REST API, without a slash at its end. */
  readonly apiUrl: string;
  readonly fetch: typeof fetch;
  readonly clock: Clock;
  /** A random ID. */
  readonly newId: () => string;
  /** Stops looking; the start itself is never interrupted. */
  readonly signal: AbortSignal;
  /** Told what happens, in lines that may hold texts of the server's. */
  readonly tell: (line: string) => void;
}

/** How a probe ended. Texts of the server's are in it as they came. */
export type ProbeOutcome =
  | { readonly kind: "observed"; readonly observations: Observations }
  /** Surely nothing was started. */
  | { readonly kind: "not_started"; readonly problem: Problem }
  /** A task may have been started; nothing is sent again. */
  | { readonly kind: "indeterminate"; readonly problem: Problem };

/** Starts one task, once, and writes down what there is to see of it. */
export async function observe(env: ProbeEnvironment): Promise<ProbeOutcome> {
  const { clock, signal, tell } = env;
  const { owner, repo } = env.repository;
  const name = `${owner}/${repo}`;
  const requests = createRequests(env);
  const attempt = (what: string): Attempt => ({
    what,
    writes: true,
    tokenKind: getTokenKind(env.token),
    subject: null,
  });

  const user = await requests.user();
  const userFault = faultOf(user);
  // Some tokens may not ask who they belong to; all else would be in the way of the start too.
  if (userFault !== null && (userFault.kind !== "rejected" || userFault.status === 401)) {
    return { kind: "not_started", problem: explainFailure(userFault, attempt("ask whose token it is")) };
  }
  if (signal.aborted) {
    return { kind: "not_started", problem: explainFailure({ kind: "cancelled" }, attempt("start a task")) };
  }

  const trace = `Probe of the Agent tasks API (start ${env.newId()})`;
  const prompt = `Reply with the word ok. Change no file.\n\n${trace}\n`;
  const start = await requests.start(prompt);
  const started = start.kind === "answered" && faultOf(start) === null ? foundIn(start.data) : null;
  if (started === null || start.kind !== "answered") {
    return explainStart(start, attempt(`start a task in ${name}`), trace);
  }
  const { id, htmlUrl } = started.task;
  tell(`Started task ${id} in ${name}: ${htmlUrl || "(no link in the answer)"}`);
  tell(`Following it for up to ${(FOLLOW_FOR_MS + WATCH_REST_MS) / 60_000} minutes.`);

  const looks = await follow(requests, id, start.receivedAt, env);
  const followedMs = clock.now() - start.receivedAt;
  const checks = signal.aborted ? NO_CHECKS : await check(requests, id, creatorOf(user, started, looks));
  return {
    kind: "observed",
    observations: {
      tokenKind: getTokenKind(env.token),
      apiVersion: requests.apiVersion(),
      prompt,
      trace,
      user,
      start,
      started,
      looks,
      ...checks,
      requests: requests.count(),
      followedMs,
    },
  };
}

function explainStart(start: Exchange, attempt: Attempt, trace: string): ProbeOutcome {
  const failure = faultOf(start) ?? {
    kind: "indeterminate",
    status: start.kind === "answered" ? start.status : null,
    reason: `an answer that is no task (${shapeOf(start)})`,
  };
  const problem = explainFailure(failure, attempt);
  switch (failure.kind) {
    case "not_sent":
    case "rate_limited":
    case "unavailable":
    case "rejected":
    case "redirected":
      return { kind: "not_started", problem };
    case "indeterminate":
    case "cancelled":
      return {
        kind: "indeterminate",
        problem: createProblem(
          `${problem.message} A task may have been started all the same, so nothing was sent again.`,
          `Look at the repository's tasks for one whose prompt ends with "${trace}" before you run this again.`,
        ),
      };
  }
}

/** The fields of an answer that nobody can read: the likeliest thing for a preview to change. */
function shapeOf(start: Exchange): string {
  if (start.kind === "unanswered" || !isRecord(start.data)) {
    return "not a JSON object";
  }
  return `HTTP ${start.status} with the fields ${Object.keys(start.data).slice(0, 30).join(", ") || "none"}`;
}

/** Looks for the task everywhere until it is found, and at the task until it has rested for a while. */
async function follow(
  requests: Requests,
  id: string,
  startedAt: number,
  { clock, signal }: ProbeEnvironment,
): Promise<Record<Place, Look[]>> {
  const looks: Record<Place, Look[]> = { get: [], get_by_id: [], list: [], list_all: [] };
  const isSeen = (place: Place) => looks[place].some(isFound);

  while (!signal.aborted) {
    let askedToWaitMs = 0;
    for (const place of PLACES.filter((one) => one === "get" || !isSeen(one))) {
      const look = await requests.look(place, id);
      looks[place].push(look);
      const failure = faultOf(look.exchange);
      if (failure?.kind === "rejected" && failure.status === 401) {
        return looks;
      }
      askedToWaitMs = Math.max(askedToWaitMs, (failure === null ? null : getRetryAfter(failure)) ?? 0);
    }

    const now = clock.now();
    const rest = restOf(looks.get);
    const rested = rest !== null && now - rest.first.exchange.sentAt >= WATCH_REST_MS;
    const end = startedAt + FOLLOW_FOR_MS + (rest === null || rested ? 0 : WATCH_REST_MS);
    const interval = now - startedAt < CLOSE_LOOK_MS ? CLOSE_INTERVAL_MS : INTERVAL_MS;
    const delayMs = Math.max(interval, askedToWaitMs);
    if ((rested && PLACES.every(isSeen)) || now + delayMs > end) {
      return looks;
    }
    await clock.sleep(delayMs, signal);
  }
  return looks;
}

type Checks = Pick<Observations, "conditional" | "since" | "creator">;

const NO_CHECKS: Checks = { conditional: null, since: null, creator: null };

/** What is asked once the task rests, so that nothing changes between two requests. */
async function check(requests: Requests, id: string, creatorId: string): Promise<Checks> {
  const conditional = {
    get: await checkConditional((etag) => requests.conditional("get", id, etag)),
    list: await checkConditional((etag) => requests.conditional("list", id, etag)),
    list_all: await checkConditional((etag) => requests.conditional("list_all", id, etag)),
  };
  return {
    conditional,
    since: await checkSince(requests, id),
    creator: creatorId === "" ? null : await checkCreator(requests, id, creatorId),
  };
}

async function checkConditional(send: (etag: string | null) => Promise<Exchange>): Promise<ConditionalCheck> {
  const before = await send(null);
  const etag = headerOf(before, "etag");
  if (faultOf(before) !== null || etag === null) {
    return { before, repeats: [], after: null };
  }
  const repeats: Exchange[] = [];
  for (let i = 0; i < REPEATS; i++) {
    repeats.push(await send(etag));
  }
  return { before, repeats, after: await send(null) };
}

async function checkSince(requests: Requests, id: string): Promise<SinceCheck | null> {
  const before = await requests.look("list", id);
  const updatedAt = before.found?.task.updatedAt ?? null;
  if (updatedAt === null) {
    return null;
  }
  const since = (ms: number) => requests.look("list", id, { since: new Date(updatedAt + ms).toISOString() });
  return {
    before,
    earlier: await since(-1000),
    same: await since(0),
    later: await since(1000),
    after: await requests.look("list", id),
  };
}

async function checkCreator(requests: Requests, id: string, creatorId: string): Promise<CreatorCheck> {
  const of = (creator: string) => requests.look("list", id, { creator_id: creator });
  return { mine: await of(creatorId), other: await of(creatorId === "1" ? "2" : "1") };
}

/** The ID of whoever the task belongs to; empty where nothing names it. */
function creatorOf(user: Exchange, started: Found, looks: Record<Place, Look[]>): string {
  const found = looks.get.findLast(isFound)?.found;
  return started.task.creatorId || found?.task.creatorId || userIdOf(user) || "";
}

/** The requests of a probe, each sent once. */
interface Requests {
  user(): Promise<Exchange>;
  start(prompt: string): Promise<Exchange>;
  look(place: Place, id: string, filter?: Readonly<Record<string, string>>): Promise<Look>;
  /** `etag` null: not conditional. */
  conditional(place: Polled, id: string, etag: string | null): Promise<Exchange>;
  count(): number;
  /** The `X-GitHub-Api-Version` that was sent last. */
  apiVersion(): string | null;
}

function createRequests({ token, repository, apiUrl, fetch, clock, signal }: ProbeEnvironment): Requests {
  let count = 0;
  let apiVersion: string | null = null;
  const octokit: Octokit = createClient({
    token,
    apiUrl,
    fetch: (input, init) => {
      count++;
      apiVersion = new Headers(init?.headers).get("x-github-api-version");
      return fetch(input, init);
    },
    observe: () => {},
  });
  const ask = (send: () => Promise<OctokitResponse>, by: AbortSignal | null = signal) =>
    exchange(send, clock.now, by);
  const read = (
    place: Place,
    id: string,
    filter: Readonly<Record<string, string>> = {},
    headers: Readonly<Record<string, string>> = {},
  ): Promise<Exchange> =>
    ask(() => {
      const options = { headers, request: { signal } };
      const newest = { per_page: "30", sort: "created_at", direction: "desc", ...filter };
      switch (place) {
        case "get":
          return octokit.request("GET /agents/repos/{owner}/{repo}/tasks/{task_id}", {
            ...repository,
            task_id: id,
            ...options,
          });
        case "get_by_id":
          return octokit.request("GET /agents/tasks/{task_id}", { task_id: id, ...options });
        case "list":
          return octokit.request(`GET /agents/repos/{owner}/{repo}/tasks?${new URLSearchParams(newest)}`, {
            ...repository,
            ...options,
          });
        case "list_all":
          return octokit.request(`GET /agents/tasks?${new URLSearchParams(newest)}`, options);
      }
    });

  return {
    user: () => ask(() => octokit.request("GET /user", { request: { signal } })),
    // Without the signal: a start that is under way may have worked, and its answer has the task's ID.
    start: (prompt) =>
      ask(
        () =>
          octokit.request("POST /agents/repos/{owner}/{repo}/tasks", {
            ...repository,
            prompt,
            create_pull_request: false,
            request: { redirect: "manual" },
          }),
        null,
      ),
    look: async (place, id, filter) => {
      const made = await read(place, id, filter);
      return { exchange: made, found: faultOf(made) === null ? foundBy(place, made, id) : null };
    },
    conditional: (place, id, etag) => read(place, id, {}, etag === null ? {} : { "if-none-match": etag }),
    count: () => count,
    apiVersion: () => apiVersion,
  };
}

function foundBy(place: Place, made: Exchange, id: string): Found | null {
  const data = made.kind === "answered" ? made.data : null;
  switch (place) {
    case "get":
    case "get_by_id": {
      const found = foundIn(data);
      return found?.task.id === id ? found : null;
    }
    case "list":
    case "list_all": {
      const tasks = isRecord(data) && Array.isArray(data.tasks) ? data.tasks : [];
      return tasks.map(foundIn).find((found) => found?.task.id === id) ?? null;
    }
  }
}

function foundIn(data: unknown): Found | null {
  const task = readTask(data);
  if (task === undefined || !isRecord(data)) {
    return null;
  }
  return isRecord(data.task)
    ? { json: data.task, task, wrapped: true }
    : { json: data, task, wrapped: false };
}
