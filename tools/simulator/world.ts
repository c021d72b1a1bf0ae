import { toId } from "./json.ts";
import type {
  Assumptions,
  ExistingTask,
  IssueInfo,
  RepositoryInfo,
  RoleName,
  Scenario,
  TaskPlan,
  TokenInfo,
} from "./scenario.ts";
import { type StartBody, type TaskPull, type TaskRecord, taskAt } from "./task.ts";

/** An account, made up from a login that appears in the scenario. */
export interface Account {
  login: string;
  id: number;
  isBot: boolean;
}

/** A pull request at some moment. Times in epoch ms. */
export interface PullView {
  repository: Repository;
  number: number;
  id: bigint;
  nodeId: string;
  title: string;
  state: "open" | "closed" | "merged";
  draft: boolean;
  headRef: string;
  baseRef: string;
  headOwner: string;
  user: string;
  changedFiles: number;
  commits: number;
  createdAt: number;
  updatedAt: number;
  closedAt: number | null;
}

/** A comment, now. Times in epoch ms. */
export interface Comment {
  id: bigint;
  nodeId: string;
  repository: string;
  issue: number;
  user: string;
  body: string;
  createdAt: number;
  updatedAt: number;
  editedAt: number | null;
}

export interface Issue {
  info: IssueInfo;
  id: bigint;
  nodeId: string;
  repository: Repository;
}

export interface Repository {
  /** `owner/name` as the scenario spells it. */
  nameWithOwner: string;
  owner: string;
  name: string;
  id: bigint;
  nodeId: string;
  defaultBranch: string;
  info: RepositoryInfo;
}

export interface Branch {
  name: string;
  commits: number;
  changedFiles: number;
}

/** All that the simulated GitHub holds. */
export interface World {
  scenario: Scenario;
  assumptions: Assumptions;
  /** Epoch ms on the server's clock. */
  startedAt: number;
  tasks: readonly TaskRecord[];
  task(id: string): TaskRecord | null;
  account(login: string): Account;
  /** By `owner/name` in any case, if the token can see it. */
  repository(owner: string, name: string, token: TokenInfo): Repository | null;
  repositories(): Repository[];
  /** By the scenario's name. Throws when the scenario has none of that name. */
  repositoryNamed(nameWithOwner: string): Repository;
  /** Starts a task: creates it in the way its plan says. */
  startTask(repository: Repository, creator: TokenInfo, body: StartBody, at: number): TaskRecord;
  /** Puts a task there as if it had been there from the start. */
  addTask(task: ExistingTask): TaskRecord;
  pulls(repository: Repository, at: number): PullView[];
  branch(repository: Repository, name: string, at: number): Branch | null;
  issue(repository: Repository, number: number): Issue | null;
  comments(repository: Repository, issue: number): Comment[];
  comment(repository: Repository, id: string): Comment | null;
  addComment(repository: Repository, issue: number, login: string, body: string, at: number): Comment;
  /** The role by login; null: GitHub knows nobody of that name. */
  role(repository: Repository, login: string): RoleName | null;
}

export const defaultAssumptions: Readonly<Assumptions> = {
  etags: true,
  list_lag_seconds: 0,
  get_lag_seconds: 0,
  wrapped: false,
  session_prompt: "exact",
  global_id: "present",
  pull_request_by_default: true,
  artifacts_in_lists: true,
  html_url: true,
  server_ahead_seconds: 0,
  prompt_limit: 30_000,
  disabled_status: 404,
};

/** A global ID in GitHub's form: a prefix and characters that say nothing. */
function nodeIdOf(prefix: string, ...parts: (string | number | bigint)[]): string {
  return `${prefix}_kwDO${Buffer.from(parts.join(":")).toString("base64url")}`;
}

/** The simulated GitHub of a scenario at `startedAt` (epoch ms, server time). */
export function createWorld(scenario: Scenario, startedAt: number): World {
  const assumptions: Assumptions = { ...defaultAssumptions, ...scenario.assumptions };
  const tasks: TaskRecord[] = [];
  const accounts = new Map<string, Account>();
  const numbersTaken = new Map<string, Set<number>>();
  const comments: Comment[] = [];
  const startsByPlanSet = new Map<string, number>();
  const tasksById = new Map<string, TaskRecord>();
  const tasksByRepository = new Map<string, TaskRecord[]>();
  const counters = { account: 9000, pull: 2_000_000n, comment: 3_000_000n };

  for (const token of Object.values(scenario.tokens)) {
    accounts.set(token.login, { login: token.login, id: token.id, isBot: token.type === "installation" });
  }
  for (const task of scenario.existing ?? []) {
    accounts.set(task.creator.login, { ...task.creator, isBot: false });
  }
  const account = (login: string): Account => {
    const known = accounts.get(login);
    if (known !== undefined) {
      return known;
    }
    counters.account += 1;
    const made = { login, id: counters.account, isBot: login.endsWith("[bot]") };
    accounts.set(login, made);
    return made;
  };

  const repositories = new Map<string, Repository>();
  for (const [index, [nameWithOwner, info]] of Object.entries(scenario.repositories).entries()) {
    const [owner = "", name = ""] = nameWithOwner.split("/");
    const id = toId(info.id ?? 1_000_000 + index);
    repositories.set(nameWithOwner.toLowerCase(), {
      nameWithOwner,
      owner,
      name,
      id,
      nodeId: nodeIdOf("R", id),
      defaultBranch: info.default_branch ?? "main",
      info,
    });
  }
  const byName = (nameWithOwner: string): Repository => {
    const found = repositories.get(nameWithOwner.toLowerCase());
    if (found === undefined) {
      throw new Error(`the scenario has no repository ${nameWithOwner}`);
    }
    return found;
  };

  const pullIds = new Map<string, bigint>();
  for (const repository of repositories.values()) {
    const taken = new Set<number>();
    numbersTaken.set(repository.nameWithOwner, taken);
    for (const pull of repository.info.pulls ?? []) {
      taken.add(pull.number);
      counters.pull += 1n;
      pullIds.set(
        `${repository.nameWithOwner}#${pull.number}`,
        pull.id === undefined ? counters.pull : toId(pull.id),
      );
    }
    for (const issue of repository.info.issues ?? []) {
      taken.add(issue.number);
      for (const comment of issue.comments ?? []) {
        counters.comment += 1n;
        const id = comment.id === undefined ? counters.comment : toId(comment.id);
        const createdAt = startedAt - (comment.created_seconds_ago ?? 3600) * 1000;
        const edited = comment.edited_seconds_ago;
        const editedAt = edited === undefined ? null : startedAt - edited * 1000;
        comments.push({
          id,
          nodeId: nodeIdOf("IC", id),
          repository: repository.nameWithOwner,
          issue: issue.number,
          user: comment.user,
          body: comment.body,
          createdAt,
          updatedAt: editedAt ?? createdAt,
          editedAt,
        });
      }
    }
  }

  const scenarioPulls = (repository: Repository, at: number): PullView[] =>
    (repository.info.pulls ?? []).map((pull) => {
      const closes = pull.closes_after_seconds;
      const closesAt = closes === undefined ? Number.POSITIVE_INFINITY : startedAt + closes * 1000;
      const state = closesAt <= at ? (pull.closes_as ?? "closed") : (pull.state ?? "open");
      const id = pullIds.get(`${repository.nameWithOwner}#${pull.number}`) ?? 0n;
      const createdAt = startedAt - 86_400_000;
      return {
        repository,
        number: pull.number,
        id,
        nodeId: nodeIdOf("PR", repository.id, pull.number),
        title: pull.title ?? `Pull request ${pull.number}`,
        state,
        draft: pull.draft ?? false,
        headRef: pull.head_ref,
        baseRef: pull.base_ref ?? repository.defaultBranch,
        headOwner: pull.head_owner ?? repository.owner,
        user: pull.user ?? repository.owner,
        changedFiles: pull.changed_files ?? 1,
        commits: pull.commits ?? 1,
        createdAt,
        updatedAt: closesAt <= at ? closesAt : createdAt,
        closedAt: closesAt <= at ? closesAt : state === "open" ? null : createdAt,
      };
    });

  const tasksIn = (repository: Repository): readonly TaskRecord[] =>
    tasksByRepository.get(repository.nameWithOwner) ?? [];

  const pulls = (repository: Repository, at: number): PullView[] => {
    const found = scenarioPulls(repository, at);
    for (const record of tasksIn(repository)) {
      if (record.pull === null || record.createdAt > at) {
        continue;
      }
      const identity = record.pull;
      const view = taskAt(record, at);
      if (view.pull === null) {
        continue;
      }
      const planned = view.pull;
      const known = found.findIndex((pull) => pull.number === identity.number);
      const before = found[known];
      const state = planned.state ?? before?.state ?? "open";
      const made: PullView = {
        repository,
        number: identity.number,
        id: identity.id,
        nodeId: identity.nodeId,
        title: planned.title ?? before?.title ?? view.name,
        state,
        draft: planned.draft ?? before?.draft ?? true,
        headRef: planned.head_ref,
        baseRef: planned.base_ref,
        headOwner: repository.owner,
        user: before?.user ?? "Copilot",
        changedFiles: planned.changed_files ?? before?.changedFiles ?? 1,
        commits: planned.commits ?? before?.commits ?? 1,
        createdAt: before?.createdAt ?? planned.openedAt,
        updatedAt: view.updatedAt,
        closedAt: state === "open" ? null : view.updatedAt,
      };
      if (known === -1) {
        found.push(made);
      } else {
        found[known] = made;
      }
    }
    return found;
  };

  /** The number, kept for the task although its pull request appears later. */
  const reservePull = (repository: Repository, plan: TaskPlan): TaskPull | null => {
    const planned = plan.steps.flatMap((step) =>
      step.pull_request === undefined ? [] : [step.pull_request],
    );
    if (planned.length === 0) {
      return null;
    }
    const taken = numbersTaken.get(repository.nameWithOwner) ?? new Set<number>();
    const wanted = planned.find((pull) => pull.number !== undefined)?.number;
    const number = wanted !== undefined && !taken.has(wanted) ? wanted : Math.max(0, ...taken) + 1;
    taken.add(number);
    const id = planned.find((pull) => pull.id !== undefined)?.id;
    counters.pull += 1n;
    return {
      number,
      id: id === undefined ? counters.pull : toId(id),
      nodeId: nodeIdOf("PR", repository.id, number),
      existing: false,
    };
  };

  const add = (
    task: Omit<TaskRecord, "serial" | "baseRef" | "branch" | "pull">,
    repository: Repository,
  ): TaskRecord => {
    const { body } = task;
    const serial = tasks.length;
    const baseRef = body.base_ref ?? repository.defaultBranch;
    const open =
      body.head_ref === undefined
        ? undefined
        : pulls(repository, task.createdAt).find(
            (pull) =>
              pull.state === "open" &&
              pull.headRef === body.head_ref &&
              pull.headOwner === repository.owner &&
              pull.baseRef === baseRef,
          );
    const mayOpen = body.create_pull_request ?? assumptions.pull_request_by_default;
    const pull: TaskPull | null =
      open !== undefined
        ? { number: open.number, id: open.id, nodeId: open.nodeId, existing: true }
        : mayOpen
          ? reservePull(repository, task.plan)
          : null;
    // Without an open pull request a head_ref is silently ignored.
    const branch = open?.headRef ?? `copilot/task-${serial + 1}`;
    const record: TaskRecord = { ...task, serial, baseRef, branch, pull };
    tasks.push(record);
    tasksById.set(task.id, record);
    const siblings = tasksByRepository.get(repository.nameWithOwner) ?? [];
    siblings.push(record);
    tasksByRepository.set(repository.nameWithOwner, siblings);
    return record;
  };

  const planFor = (repository: Repository): TaskPlan => {
    const plans = scenario.plans ?? [];
    const own = plans.filter(
      (plan) => plan.repository?.toLowerCase() === repository.nameWithOwner.toLowerCase(),
    );
    const common = plans.filter((plan) => plan.repository === undefined);
    const [key, set] = own.length > 0 ? [repository.nameWithOwner, own] : ["", common];
    const count = startsByPlanSet.get(key) ?? 0;
    startsByPlanSet.set(key, count + 1);
    return set[Math.min(count, set.length - 1)] ?? { steps: [] };
  };

  const freshId = (): string => {
    const hex = (tasks.length + 1).toString(16).padStart(12, "0");
    return `7a5c0000-0000-4000-8000-${hex}`;
  };

  const world: World = {
    scenario,
    assumptions,
    startedAt,
    tasks,
    task: (id) => tasksById.get(id) ?? null,
    account,
    repository(owner, name, token) {
      const nameWithOwner = `${owner}/${name}`.toLowerCase();
      const seen =
        token.repositories === undefined ||
        token.repositories.some((visible) => visible.toLowerCase() === nameWithOwner);
      return seen ? (repositories.get(nameWithOwner) ?? null) : null;
    },
    repositories: () => [...repositories.values()],
    repositoryNamed: byName,
    startTask(repository, creator, body, at) {
      const plan = planFor(repository);
      const id = plan.id !== undefined && !tasksById.has(plan.id) ? plan.id : freshId();
      return add(
        {
          id,
          repository: repository.nameWithOwner,
          creator: { login: creator.login, id: creator.id },
          createdAt: at,
          body,
          plan,
          archived: false,
          fromScenario: false,
        },
        repository,
      );
    },
    addTask(task) {
      const { base_ref, head_ref, model, create_pull_request } = task;
      const repository = byName(task.repository);
      const body: StartBody = {
        prompt: task.prompt,
        ...(base_ref === undefined ? {} : { base_ref }),
        ...(head_ref === undefined ? {} : { head_ref }),
        ...(model === undefined ? {} : { model }),
        ...(create_pull_request === undefined ? {} : { create_pull_request }),
      };
      return add(
        {
          id: task.id,
          repository: repository.nameWithOwner,
          creator: task.creator,
          createdAt: startedAt - task.created_seconds_ago * 1000,
          body,
          plan: task,
          archived: task.archived ?? false,
          fromScenario: true,
        },
        repository,
      );
    },
    pulls,
    branch(repository, name, at) {
      if (name === repository.defaultBranch) {
        return { name, commits: 0, changedFiles: 0 };
      }
      for (const record of tasksIn(repository).filter((one) => one.createdAt <= at)) {
        const { branch, pull } = taskAt(record, at);
        const found = [pull, branch].find((one) => one?.head_ref === name);
        // A branch that a task only adds to keeps the scenario's numbers where the plan has none.
        if (found?.commits !== undefined || found?.changed_files !== undefined) {
          return { name, commits: found.commits ?? 0, changedFiles: found.changed_files ?? 0 };
        }
      }
      const open = pulls(repository, at).find((pull) => pull.headRef === name);
      if (open !== undefined) {
        return { name, commits: open.commits, changedFiles: open.changedFiles };
      }
      const info = repository.info.branches?.[name];
      if (info !== undefined) {
        return { name, commits: info.commits, changedFiles: info.changed_files };
      }
      const working = tasksIn(repository).some((record) => taskAt(record, at).branch?.head_ref === name);
      return working ? { name, commits: 0, changedFiles: 0 } : null;
    },
    issue(repository, number) {
      const info = repository.info.issues?.find((issue) => issue.number === number);
      return info === undefined
        ? null
        : {
            info,
            id: repository.id * 1000n + BigInt(number),
            nodeId: nodeIdOf("I", repository.id, number),
            repository,
          };
    },
    comments(repository, issue) {
      return comments.filter(
        (comment) => comment.repository === repository.nameWithOwner && comment.issue === issue,
      );
    },
    comment(repository, id) {
      return (
        comments.find(
          (comment) => comment.repository === repository.nameWithOwner && comment.id.toString() === id,
        ) ?? null
      );
    },
    addComment(repository, issue, login, body, at) {
      counters.comment += 1n;
      const comment: Comment = {
        id: counters.comment,
        nodeId: nodeIdOf("IC", counters.comment),
        repository: repository.nameWithOwner,
        issue,
        user: login,
        body,
        createdAt: at,
        updatedAt: at,
        editedAt: null,
      };
      comments.push(comment);
      return comment;
    },
    role(repository, login) {
      const entries = Object.entries(repository.info.permissions ?? {});
      return entries.find(([known]) => known.toLowerCase() === login.toLowerCase())?.[1] ?? null;
    },
  };
  for (const task of scenario.existing ?? []) {
    world.addTask(task);
  }
  return world;
}
