import type { RequestProblem } from "./contract.ts";
import { applyFault, JSON_TYPE } from "./faults/apply.ts";
import { type FaultRules, isCarriedOut } from "./faults/rules.ts";
import { badCredentials, errorResponse, notFound } from "./http/errors.ts";
import { etagOf, matchesEtag } from "./http/etag.ts";
import type { HttpResponse, SimulatedRequest, SimulatedResponse } from "./http/message.ts";
import type { RateLimiter } from "./http/rate-limit.ts";
import { checkRequest } from "./http/request-checks.ts";
import { type Exchange, type LoggedRequest, receive } from "./http/request-log.ts";
import type { Backend, Caller, Route, RouteResponse } from "./http/route.ts";
import { expirationHeader, findCaller } from "./http/tokens.ts";
import { toJson } from "./json.ts";

/** The simulated GitHub's parts, and what it records. */
export interface GitHub extends Backend {
  routes: ReadonlyMap<string, Route>;
  faults: FaultRules;
  limiter: RateLimiter;
  requests: LoggedRequest[];
  violations: string[];
}

/** Answers a request at `at` (server time, epoch ms), and records it. */
export function handleRequest(github: GitHub, request: SimulatedRequest, at: number): SimulatedResponse {
  const { world, contract, routes, faults, limiter, requests } = github;
  const exchange = receive(request, contract, routes, at);
  const { logged, origin } = exchange;
  requests.push(logged);
  const problems = checkRequest(contract, exchange);
  report(github, logged, ...problems.map(({ text }) => text));
  const { kind, repository } = logged;
  const second = (at - world.startedAt) / 1000;
  const fault = faults.next({ kind, repository, body: request.body, second });
  const caller = findCaller(world, request.headers.authorization, at);
  const common = commonHeaders(github, at);

  const intact: HttpResponse =
    fault === null || isCarriedOut(fault)
      ? complete(github, exchange, caller, answer(github, exchange, caller, problems))
      : { status: 200, headers: common, body: "{}" };
  const limits = () => (caller === null ? {} : limiter.headers(caller.token, "other", at));
  const response: SimulatedResponse =
    fault === null
      ? { type: "response", delay_ms: 0, ...intact }
      : applyFault(fault, intact, { at, origin, url: request.url, serial: requests.length, common, limits });
  logged.fault = fault?.type ?? null;
  const head = response.type === "stall" ? response.head : response.type === "reset" ? null : response;
  logged.status = head?.status ?? null;
  return response;
}

function report({ violations }: GitHub, { method, path, query }: LoggedRequest, ...problems: string[]): void {
  const url = query.size === 0 ? path : `${path}?${query}`;
  violations.push(...problems.map((problem) => `${method} ${url}: ${problem}`));
}

/** Carries the request out, if nothing stands in its way. */
function answer(
  github: GitHub,
  exchange: Exchange,
  caller: Caller | null,
  problems: RequestProblem[],
): RouteResponse {
  const { operation, route, origin, logged } = exchange;
  const { body, query, path, at, headers, kind } = logged;
  if (operation === null || route === null) {
    return notFound();
  }
  if (caller === null) {
    return headers.authorization === undefined
      ? errorResponse(401, "Requires authentication")
      : badCredentials();
  }
  const limited = github.limiter.use(caller.token, kind, at);
  if (limited !== null) {
    return limited;
  }
  if (typeof body === "string") {
    return errorResponse(400, "Problems parsing JSON");
  }
  for (const { text, consequence } of problems) {
    if (consequence !== "ignored") {
      return errorResponse(consequence, text);
    }
  }
  return (
    redirectRenamed(github, exchange, caller) ??
    route.handle(github, { params: operation.params, query, body, caller, at, origin, path })
  );
}

/** Redirects a request for a repository that has another name now; null: it has not. */
function redirectRenamed(
  { world }: GitHub,
  { operation, origin, logged, request }: Exchange,
  caller: Caller,
): RouteResponse | null {
  const { owner = "", repo = "" } = operation?.params ?? {};
  const name = `${owner}/${repo}`;
  const renamed = world.repositories.findRenamed(name, caller.info);
  if (renamed === null) {
    return null;
  }
  const query = logged.query.size === 0 ? "" : `?${logged.query}`;
  const location = `${origin}${logged.path.replace(`/${name}`, `/${renamed.nameWithOwner}`)}${query}`;
  const status = request.method === "GET" ? 301 : 307;
  return { ...errorResponse(status, "Moved Permanently", { headers: { location } }), deliberate: true };
}

/** Checks a response against GitHub's description, and completes it with headers. */
function complete(
  github: GitHub,
  { operation, request, logged }: Exchange,
  caller: Caller | null,
  response: RouteResponse,
): HttpResponse {
  const { world, contract, limiter } = github;
  const { kind, at } = logged;
  const { status, deliberate = false, violations = [] } = response;
  const text = toJson(response.body);
  report(github, logged, ...violations);
  if (operation !== null && kind !== "graphql" && !deliberate) {
    const problems = contract.checkResponse(operation, status, JSON.parse(text));
    report(github, logged, ...problems.map((problem) => `own ${problem}`));
  }
  const etag = world.assumptions.etags && request.method === "GET" && status === 200 ? etagOf(text) : null;
  const isUnchanged = etag !== null && matchesEtag(request.headers["if-none-match"], etag);
  if (isUnchanged && caller !== null) {
    limiter.giveBack(caller.token, kind, at);
  }
  const headers = {
    ...commonHeaders(github, at),
    ...(caller === null
      ? {}
      : { ...limiter.headers(caller.token, kind, at), ...expirationHeader(caller.info) }),
    ...(etag === null ? {} : { etag }),
    ...response.headers,
    ...(world.assumptions.relative_links ? relativeLinks(response) : {}),
  };
  return isUnchanged
    ? { status: 304, headers, body: "" }
    : { status, headers: { ...JSON_TYPE, ...headers }, body: text };
}

function relativeLinks({ headers: { link } = {} }: RouteResponse): Record<string, string> {
  return link === undefined ? {} : { link: link.replaceAll(/<https?:\/\/[^/]+/g, "<") };
}

function commonHeaders({ requests, world }: GitHub, at: number): Record<string, string> {
  const serial = requests.length.toString(16).toUpperCase().padStart(6, "0");
  const { date: hasDate, date_ahead_seconds: ahead } = world.assumptions;
  const date = hasDate ? { date: new Date(at + ahead * 1000).toUTCString() } : {};
  return { ...date, "x-github-request-id": `5EED:${serial}` };
}
