import { createHash } from "node:crypto";
import { getTask, listTasks, startTask } from "./agent-tasks.ts";
import {
  badCredentials,
  bodyText,
  type Caller,
  errorAnswer,
  type HttpAnswer,
  notFound,
  type RouteAnswer,
  type RouteRequest,
  type SimulatedAnswer,
  type SimulatedRequest,
} from "./answer.ts";
import { type Clock, followingClock, systemClock } from "./clock.ts";
import { type Contract, loadContract, type MatchedOperation, type RequestProblem } from "./contract.ts";
import { createFaults, isCarriedOut, spoil } from "./faults.ts";
import { createFetch } from "./fetch.ts";
import { createGraphQlRoute } from "./graphql.ts";
import { createRateLimiter } from "./rate-limit.ts";
import { createRestRoutes } from "./rest.ts";
import type { ExistingTask, Fault, FaultRule, FaultType, RequestKind, Scenario } from "./scenario.ts";
import { type StartBody, taskAt } from "./task.ts";
import { createValues } from "./values.ts";
import { type Comment, createWorld, type PullView } from "./world.ts";

export interface SimulatorOptions {
  scenario: Scenario;
  /** The time, epoch ms; the real one by default. */
  clock?: Clock;
  /** Whether a request's `x-simulated-now` (epoch ms) pushes the time ahead. Default false. */
  followClient?: boolean;
  /** GitHub's description; loaded anew by default. Share one between simulators to compile its validators once. */
  contract?: Contract;
  /** Whether queries are checked against GitHub's whole GraphQL schema, which costs half a second once a contract. Default true. */
  graphqlValidation?: boolean;
  /** How `fetch` waits for a late answer, in ms; in real time by default. A server's answers are late in real time. */
  sleep?: (milliseconds: number) => Promise<void>;
}

/** A request as it was met. */
export interface LoggedRequest {
  method: string;
  path: string;
  query: URLSearchParams;
  /** The path template, null where there is none. */
  route: string | null;
  kind: RequestKind;
  /** `owner/name` of the path. */
  repository: string | null;
  headers: Record<string, string>;
  /** Parsed; undefined: there was none, a string: not JSON. */
  body: unknown;
  /** Server time, epoch ms. */
  at: number;
  /** What was answered; null: the connection was reset or stalled before that. */
  status: number | null;
  fault: FaultType | null;
}

/** A task that was really started, whether or not the answer arrived. */
export interface StartedTask {
  id: string;
  repository: string;
  body: StartBody;
  creator: string;
  /** Server time, epoch ms. */
  at: number;
}

export interface Simulator {
  /** Answers a request. Never throws for what a client sends. */
  handle(request: SimulatedRequest): Promise<SimulatedAnswer>;
  /** `fetch` over `handle`, without a socket. Any origin is this server. */
  fetch: typeof fetch;
  /** Every request, in order. */
  readonly requests: readonly LoggedRequest[];
  /** What broke GitHub's description: requests, and answers of the simulator's own. Empty when all is well. */
  readonly violations: readonly string[];
  /** Started through a POST. */
  readonly startedTasks: readonly StartedTask[];
  /** How many requests of a kind were met. */
  count(kind: RequestKind): number;
  /** Server time, epoch ms. */
  now(): number;
  /** The state of a task now; null: no such task. */
  taskState(id: string): string | null;
  /** The comments of an issue or pull request, oldest first. */
  comments(repository: string, issue: number): Comment[];
  /** The pull requests of a repository now. */
  pulls(repository: string): PullView[];
  addTask(task: ExistingTask): void;
  addFault(rule: FaultRule): void;
}

interface Route {
  kind: RequestKind;
  /** Runs the request; violations are those found while running it. */
  run(request: RouteRequest): { answer: RouteAnswer; violations: string[] };
  isWrite: boolean;
  resource: "core" | "graphql";
}

const json = "application/json; charset=utf-8";
const apiVersions = new Set(["2022-11-28", "2026-03-10"]);

/** A simulated GitHub for one scenario; its time begins now. Nothing is shared with other simulators but the contract. */
export function createSimulator(options: SimulatorOptions): Simulator {
  const { scenario } = options;
  const contract = options.contract ?? loadContract();
  const own = options.clock ?? systemClock();
  const ahead = (scenario.assumptions?.server_ahead_seconds ?? 0) * 1000;
  const clock = followingClock(own);
  const now = () => clock.now() + ahead;

  const world = createWorld(scenario, now());
  const faults = createFaults(scenario.faults ?? []);
  const limiter = createRateLimiter(scenario.rate_limits ?? {});
  const rest = createRestRoutes(world, createValues(contract, world));
  const graphql = createGraphQlRoute(world, options.graphqlValidation === false ? null : contract.graphql);
  const requests: LoggedRequest[] = [];
  const violations: string[] = [];
  const startedTasks: StartedTask[] = [];

  const restRoute = (kind: RequestKind, run: (request: RouteRequest) => RouteAnswer): Route => ({
    kind,
    isWrite: kind === "start" || kind === "comment_write",
    resource: "core",
    run: (request) => ({ answer: run(request), violations: [] }),
  });
  const start = (request: RouteRequest): RouteAnswer => {
    const before = world.tasks.length;
    const answer = startTask(world, request);
    for (const { id, repository, body, creator } of world.tasks.slice(before)) {
      startedTasks.push({ id, repository, body, creator: creator.login, at: request.at });
    }
    return answer;
  };
  const list = (request: RouteRequest) => listTasks(world, request);
  const get = (request: RouteRequest) => getTask(world, request);
  const routes = new Map<string, Route>([
    ["POST /agents/repos/{owner}/{repo}/tasks", restRoute("start", start)],
    ["GET /agents/repos/{owner}/{repo}/tasks", restRoute("list", list)],
    ["GET /agents/tasks", restRoute("list", list)],
    ["GET /agents/repos/{owner}/{repo}/tasks/{task_id}", restRoute("get", get)],
    ["GET /agents/tasks/{task_id}", restRoute("get", get)],
    ["GET /user", restRoute("user", rest.user)],
    ["GET /repos/{owner}/{repo}", restRoute("repository", rest.repository)],
    ["GET /repos/{owner}/{repo}/pulls", restRoute("pulls", rest.pulls)],
    ["GET /repos/{owner}/{repo}/pulls/{pull_number}", restRoute("pulls", rest.pull)],
    ["GET /repos/{owner}/{repo}/compare/{basehead}", restRoute("compare", rest.compare)],
    ["GET /repos/{owner}/{repo}/issues/{issue_number}", restRoute("issue", rest.issue)],
    ["GET /repos/{owner}/{repo}/issues/{issue_number}/comments", restRoute("comments", rest.comments)],
    ["GET /repos/{owner}/{repo}/issues/comments/{comment_id}", restRoute("comments", rest.comment)],
    [
      "POST /repos/{owner}/{repo}/issues/{issue_number}/comments",
      restRoute("comment_write", rest.addComment),
    ],
    [
      "PATCH /repos/{owner}/{repo}/issues/comments/{comment_id}",
      restRoute("comment_write", rest.editComment),
    ],
    [
      "GET /repos/{owner}/{repo}/collaborators/{username}/permission",
      restRoute("permission", rest.permission),
    ],
    [
      "POST /graphql",
      { kind: "graphql", isWrite: false, resource: "graphql", run: (request) => graphql.answer(request) },
    ],
  ]);

  /** Who asks; null: nobody GitHub knows. */
  const callerOf = (headers: Record<string, string>, at: number): Caller | null => {
    const token = /^(?:bearer|token) (.+)$/i.exec(headers.authorization ?? "")?.[1];
    const info = token === undefined ? undefined : scenario.tokens[token];
    if (token === undefined || info === undefined || info.type === "refresh") {
      return null;
    }
    const validFor = info.valid_seconds;
    const ended = validFor !== undefined && at >= world.startedAt + validFor * 1000;
    return ended ? null : { token, info };
  };

  const handle = async (request: SimulatedRequest): Promise<SimulatedAnswer> => {
    const told = Number(request.headers["x-simulated-now"]);
    if (options.followClient === true && told > 0) {
      clock.reach(told);
    }
    const at = now();
    const url = new URL(request.url, `http://${request.headers.host ?? "localhost"}`);
    const operation = matched(contract, request.method, url.pathname);
    const route = operation === null ? undefined : routes.get(`${operation.method} ${operation.route}`);
    const body = parsed(request.body);
    const { owner, repo } = operation?.params ?? {};
    const logged: LoggedRequest = {
      method: request.method,
      path: url.pathname,
      query: url.searchParams,
      route: operation?.route ?? null,
      kind: route?.kind ?? "other",
      repository: owner === undefined || repo === undefined ? null : `${owner}/${repo}`,
      headers: request.headers,
      body,
      at,
      status: null,
      fault: null,
    };
    requests.push(logged);
    const label = `${request.method} ${url.pathname}${url.search}`;
    const report = (problems: string[]) =>
      violations.push(...problems.map((problem) => `${label}: ${problem}`));

    const problems = requestProblems(contract, operation, logged);
    report(problems.map((problem) => problem.text));

    const fault = faults.next({
      kind: logged.kind,
      repository: logged.repository,
      body: request.body,
      second: (at - world.startedAt) / 1000,
    });
    logged.fault = fault?.type ?? null;
    if (fault !== null && !isCarriedOut(fault)) {
      return finish(logged, withFault(fault, null, at, url.origin, request.headers));
    }

    const caller = callerOf(request.headers, at);
    const answer = ((): RouteAnswer => {
      if (operation === null || route === undefined) {
        return notFound();
      }
      if (caller === null) {
        return request.headers.authorization === undefined
          ? errorAnswer(401, "Requires authentication")
          : badCredentials();
      }
      const limited = limiter.use(caller.token, route.resource, route.isWrite, at);
      if (limited !== null) {
        return limited;
      }
      if (typeof body === "string") {
        return errorAnswer(400, "Problems parsing JSON");
      }
      const refused = problems.find((problem) => problem.consequence !== "ignored");
      if (refused !== undefined && refused.consequence !== "ignored") {
        return errorAnswer(refused.consequence, refused.text);
      }
      const ran = route.run({
        params: operation.params,
        query: url.searchParams,
        body,
        caller,
        at,
        origin: url.origin,
        path: url.pathname,
      });
      report(ran.violations);
      return ran.answer;
    })();

    const text = bodyText(answer);
    if (operation !== null && operation.route !== "/graphql" && answer.deliberate !== true) {
      report(
        contract.checkAnswer(operation, answer.status, JSON.parse(text)).map((problem) => `own ${problem}`),
      );
    }
    const complete = withHeaders(answer, text, caller, route?.resource ?? "core", at, request);
    if (fault === null) {
      return finish(logged, { type: "answer", delay_ms: 0, ...complete });
    }
    return finish(logged, withFault(fault, complete, at, url.origin, request.headers));
  };

  const commonHeaders = (at: number): Record<string, string> => ({
    date: new Date(at).toUTCString(),
    "x-github-request-id": `5EED:${requests.length.toString(16).toUpperCase().padStart(6, "0")}`,
  });

  const withHeaders = (
    answer: RouteAnswer,
    text: string,
    caller: Caller | null,
    resource: "core" | "graphql",
    at: number,
    request: SimulatedRequest,
  ): HttpAnswer => {
    const hasEtag = world.assumptions.etags && request.method === "GET" && answer.status === 200;
    const etag = `W/"${createHash("sha256").update(text).digest("hex")}"`;
    const notModified = hasEtag && sameTag(request.headers["if-none-match"], etag);
    if (notModified && caller !== null) {
      limiter.giveBack(caller.token, resource);
    }
    const headers: Record<string, string> = {
      ...commonHeaders(at),
      ...(caller === null ? {} : limiter.headers(caller.token, resource, at)),
      ...(caller?.info.expires_at === undefined
        ? {}
        : { "github-authentication-token-expiration": expirationText(caller.info.expires_at) }),
      ...(hasEtag ? { etag } : {}),
      ...answer.headers,
    };
    return notModified
      ? { status: 304, headers, body: "" }
      : { status: answer.status, headers: { "content-type": json, ...headers }, body: text };
  };

  /** `complete`: the right answer, null where nothing was carried out. */
  const withFault = (
    fault: Fault,
    complete: HttpAnswer | null,
    at: number,
    origin: string,
    requestHeaders: Record<string, string>,
  ): SimulatedAnswer => {
    const spoiled = spoil(fault, at, origin);
    const right: HttpAnswer = complete ?? { status: 200, headers: commonHeaders(at), body: "{}" };
    switch (spoiled.type) {
      case "reset":
        return { type: "reset" };
      case "stall":
        return {
          type: "stall",
          head: spoiled.withHead ? { status: right.status, headers: right.headers } : null,
        };
      case "truncate":
        return { type: "truncated", ...right, sent: Math.floor(right.body.length / 2) };
      case "delay":
        return { type: "answer", delay_ms: spoiled.milliseconds, ...right };
      case "route_answer": {
        const caller = callerOf(requestHeaders, at);
        const limits = caller === null ? {} : limiter.headers(caller.token, "core", at);
        const headers = { "content-type": json, ...commonHeaders(at), ...limits, ...spoiled.answer.headers };
        return {
          type: "answer",
          delay_ms: 0,
          status: spoiled.answer.status,
          headers,
          body: bodyText(spoiled.answer),
        };
      }
      case "text":
        return {
          type: "answer",
          delay_ms: 0,
          status: spoiled.status,
          headers: { "content-type": spoiled.contentType, ...commonHeaders(at), ...spoiled.headers },
          body: spoiled.text,
        };
    }
  };

  return {
    handle,
    fetch: createFetch(handle, options.sleep),
    requests,
    violations,
    startedTasks,
    count: (kind) => requests.filter((request) => request.kind === kind).length,
    now,
    taskState(id) {
      const record = world.task(id);
      return record === null ? null : taskAt(record, now()).state;
    },
    comments: (repository, issue) => world.comments(world.repositoryNamed(repository), issue),
    pulls: (repository) => world.pulls(world.repositoryNamed(repository), now()),
    addTask(task) {
      world.addTask(task);
    },
    addFault(rule) {
      faults.add(rule);
    },
  };
}

/** GraphQL is not part of GitHub's OpenAPI description. */
function matched(contract: Contract, method: string, path: string): MatchedOperation | null {
  return method === "POST" && path === "/graphql"
    ? { method, route: "/graphql", params: {} }
    : contract.match(method, path);
}

/** The body as JSON; the text itself where it is none. */
function parsed(body: string | null): unknown {
  if (body === null || body === "") {
    return undefined;
  }
  try {
    return JSON.parse(body) as unknown;
  } catch {
    return body;
  }
}

function requestProblems(
  contract: Contract,
  operation: MatchedOperation | null,
  { headers, query, body }: LoggedRequest,
): RequestProblem[] {
  if (operation === null) {
    return [{ text: "no such route", consequence: "ignored" }];
  }
  const problems: RequestProblem[] = [];
  if (!/^(?:bearer|token) \S+$/i.test(headers.authorization ?? "")) {
    problems.push({ text: "header authorization is neither `Bearer …` nor `token …`", consequence: 401 });
  }
  if (operation.route.startsWith("/agents/")) {
    problems.push(...agentTaskHeaderProblems(headers));
  }
  const checked = operation.route === "/graphql" ? [] : contract.checkRequest(operation, query, body);
  return [...problems, ...checked, ...pullHeadProblems(operation, query)];
}

function agentTaskHeaderProblems(headers: Record<string, string>): RequestProblem[] {
  const { accept = "missing", "x-github-api-version": version = "missing" } = headers;
  const problems: RequestProblem[] = [];
  if (accept !== "application/vnd.github+json") {
    problems.push({ text: `header accept is ${accept}`, consequence: 400 });
  }
  if (!apiVersions.has(version)) {
    problems.push({ text: `header x-github-api-version is ${version}`, consequence: 400 });
  }
  return problems;
}

/** The description does not say it, but GitHub ignores a head without its owner, and lists every pull request. */
function pullHeadProblems(operation: MatchedOperation, query: URLSearchParams): RequestProblem[] {
  const head = query.get("head");
  return operation.route === "/repos/{owner}/{repo}/pulls" && head !== null && !head.includes(":")
    ? [{ text: `query head is not owner:branch: ${head}`, consequence: "ignored" }]
    : [];
}

/** Weak comparison, as `If-None-Match` asks for. */
function sameTag(given: string | undefined, etag: string): boolean {
  const opaque = (tag: string) => tag.trim().replace(/^W\//, "");
  return given?.split(",").some((tag) => opaque(tag) === opaque(etag)) ?? false;
}

/** GitHub writes `2026-01-31 12:00:00 UTC`. */
function expirationText(iso: string): string {
  return `${new Date(iso).toISOString().slice(0, 19).replace("T", " ")} UTC`;
}

function finish(logged: LoggedRequest, answer: SimulatedAnswer): SimulatedAnswer {
  switch (answer.type) {
    case "answer":
    case "truncated":
      logged.status = answer.status;
      return answer;
    case "stall":
      logged.status = answer.head?.status ?? null;
      return answer;
    case "reset":
      return answer;
  }
}
