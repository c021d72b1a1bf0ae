import { type Clock, followingClock, systemClock } from "./clock.ts";
import { type Contract, loadContract } from "./contract.ts";
import { createFaultRules } from "./faults/rules.ts";
import { createFetch } from "./fetch.ts";
import { createGraphQlHandler } from "./graphql/endpoint.ts";
import { type GitHub, handleRequest } from "./handle.ts";
import type { SimulatedRequest, SimulatedResponse } from "./http/message.ts";
import { createRateLimiter } from "./http/rate-limit.ts";
import type { LoggedRequest } from "./http/request-log.ts";
import { createRoutes } from "./routes.ts";
import type { ExistingTask, FaultRule, RequestKind, Scenario } from "./scenario.ts";
import type { Comment } from "./world/comments.ts";
import type { PullView } from "./world/pulls.ts";
import { taskAt } from "./world/task.ts";
import type { StartedTask } from "./world/tasks.ts";
import { createWorld } from "./world/world.ts";

export type { LoggedRequest };

export interface SimulatorOptions {
  scenario: Scenario;
  /** The time, epoch ms. Default: the real time. */
  clock?: Clock;
  /** Whether a request's `x-simulated-now` (epoch ms) pushes the time ahead. Default false. */
  followClient?: boolean;
  /** GitHub's description. Default: loaded anew. Share one between simulators to compile its schemas once. */
  contract?: Contract;
  /** Whether to check queries against GitHub's whole GraphQL schema, which costs half a second per contract. Default true. */
  graphqlValidation?: boolean;
  /** How `fetch` waits for a late response. Default: in real time. A server's responses are late in real time. */
  sleep?: (milliseconds: number) => Promise<void>;
}

export interface Simulator {
  /** Answers a request. Never throws because of what a client sends. */
  handle(request: SimulatedRequest): Promise<SimulatedResponse>;
  /** `fetch` over `handle`, without a socket. Any origin is this server. */
  fetch: typeof fetch;
  /** Every request, in order. */
  readonly requests: readonly LoggedRequest[];
  /** How requests, and the simulator's own responses, broke GitHub's description. Should be empty. */
  readonly violations: string[];
  /** The tasks that a POST started. */
  readonly startedTasks: readonly StartedTask[];
  /** The number of requests of a kind. */
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

/** A simulated GitHub for one scenario; its time begins now. Simulators share nothing but the contract. */
export function createSimulator(options: SimulatorOptions): Simulator {
  const { scenario, contract = loadContract(), graphqlValidation = true, followClient = false } = options;
  const clock = followingClock(options.clock ?? systemClock());
  const now = () => clock.now() + (scenario.assumptions?.server_ahead_seconds ?? 0) * 1000;
  const world = createWorld(scenario, now());
  const github: GitHub = {
    world,
    contract,
    routes: createRoutes(createGraphQlHandler(graphqlValidation ? contract.graphql : null)),
    faults: createFaultRules(scenario.faults ?? []),
    limiter: createRateLimiter(scenario.rate_limits ?? {}),
    requests: [],
    violations: [],
  };
  const handle = async (request: SimulatedRequest) => {
    const clientTime = Number(request.headers["x-simulated-now"]);
    if (followClient && clientTime > 0) {
      clock.reach(clientTime);
    }
    return handleRequest(github, request, now());
  };
  return {
    handle,
    fetch: createFetch(handle, options.sleep),
    requests: github.requests,
    violations: github.violations,
    startedTasks: world.tasks.started,
    count: (kind) => github.requests.filter((request) => request.kind === kind).length,
    now,
    taskState(id) {
      const record = world.tasks.find(id);
      return record === null ? null : taskAt(record, now()).state;
    },
    comments: (repository, issue) => world.comments.list(world.repositories.get(repository), issue, now()),
    pulls: (repository) => world.pulls(world.repositories.get(repository), now()),
    addTask: world.tasks.addExisting,
    addFault: github.faults.add,
  };
}
