import type { Assumptions, Scenario } from "../scenario.ts";
import { type Account, createAccounts } from "./accounts.ts";
import { type Branch, branchAt } from "./branches.ts";
import { type Comments, createComments } from "./comments.ts";
import { type PullView, pullsAt } from "./pulls.ts";
import { createRepositories, type Repositories, type Repository } from "./repositories.ts";
import { createTasks, type Tasks } from "./tasks.ts";

/** Everything the simulated GitHub holds. */
export interface World {
  scenario: Scenario;
  assumptions: Assumptions;
  /** Epoch ms on the server's clock. */
  startedAt: number;
  repositories: Repositories;
  tasks: Tasks;
  comments: Comments;
  account(login: string): Account;
  /** `at`: server time, epoch ms. */
  pulls(repository: Repository, at: number): PullView[];
  pull(repository: Repository, number: number, at: number): PullView | null;
  branch(repository: Repository, name: string, at: number): Branch | null;
}

const DEFAULT_ASSUMPTIONS: Readonly<Assumptions> = {
  etags: true,
  list_lag_seconds: 0,
  get_lag_seconds: 0,
  wrapped: false,
  date: true,
  date_ahead_seconds: 0,
  relative_links: false,
  paging: "links",
  session_prompt: "exact",
  global_id: "present",
  pull_request_by_default: true,
  artifacts_in_lists: true,
  html_url: true,
  server_ahead_seconds: 0,
  prompt_limit: 30_000,
  disabled_status: 404,
};

/** The simulated GitHub of a scenario at `startedAt` (epoch ms, server time). */
export function createWorld(scenario: Scenario, startedAt: number): World {
  const assumptions = { ...DEFAULT_ASSUMPTIONS, ...scenario.assumptions };
  const repositories = createRepositories(scenario, startedAt);
  const tasks = createTasks({ ...scenario, assumptions }, repositories, startedAt);
  const pulls = (repository: Repository, at: number) => pullsAt(repository, tasks.listIn(repository), at);
  return {
    scenario,
    assumptions,
    startedAt,
    repositories,
    tasks,
    comments: createComments(repositories.all, startedAt),
    account: createAccounts(scenario),
    pulls,
    pull: (repository, number, at) => pulls(repository, at).find((pull) => pull.number === number) ?? null,
    branch: (repository, name, at) => branchAt(repository, tasks.listIn(repository), name, at),
  };
}
