import type { ExistingTask, Scenario, StartBody, TaskPlan, TokenInfo } from "../scenario.ts";
import { toId } from "./ids.ts";
import { pullNodeId, pullsAt } from "./pulls.ts";
import { FIRST_PULL_ID, type Repositories, type Repository } from "./repositories.ts";
import type { TaskPull, TaskRecord } from "./task.ts";

/** A task that a POST started, even if its response was lost. */
export interface StartedTask {
  id: string;
  repository: string;
  body: StartBody;
  creator: string;
  /** Server time, epoch ms. */
  at: number;
}

export interface Tasks {
  readonly all: readonly TaskRecord[];
  readonly started: readonly StartedTask[];
  find(id: string): TaskRecord | null;
  listIn(repository: Repository): readonly TaskRecord[];
  /** Creates a task that follows the next plan. */
  start(repository: Repository, creator: TokenInfo, body: StartBody, at: number): TaskRecord;
  /** Adds a task as if it had existed from the start. */
  addExisting(task: ExistingTask): void;
}

/** A task before it is decided in which pull request it works. `branch`: its own. */
type NewTask = Omit<TaskRecord, "pull">;

/** The tasks of a scenario that began at `startedAt` (epoch ms). */
export function createTasks(scenario: Scenario, repositories: Repositories, startedAt: number): Tasks {
  const all: TaskRecord[] = [];
  const started: StartedTask[] = [];
  const byId = new Map<string, TaskRecord>();
  const byRepository = new Map<string, TaskRecord[]>();
  const nextPlan = createPlans(scenario.plans ?? []);
  const choosePull = createPullChoice(repositories, scenario.assumptions?.pull_request_by_default ?? true);

  const listIn = ({ nameWithOwner }: Repository) => byRepository.get(nameWithOwner) ?? [];
  const add = (
    repository: Repository,
    fields: Omit<NewTask, "serial" | "repository" | "baseRef" | "branch">,
  ): TaskRecord => {
    const siblings = listIn(repository);
    const serial = all.length;
    const { nameWithOwner, defaultBranch } = repository;
    const baseRef = fields.body.base_ref ?? defaultBranch;
    const branch = `copilot/task-${serial + 1}`;
    const task = { ...fields, serial, repository: nameWithOwner, baseRef, branch };
    const record: TaskRecord = { ...task, ...choosePull(repository, siblings, task) };
    all.push(record);
    byId.set(record.id, record);
    byRepository.set(nameWithOwner, [...siblings, record]);
    return record;
  };

  const tasks: Tasks = {
    all,
    started,
    find: (id) => byId.get(id) ?? null,
    listIn,
    start(repository, { login, id: creatorId }, body, at) {
      const plan = nextPlan(repository);
      const generated = `7a5c0000-0000-4000-8000-${(all.length + 1).toString(16).padStart(12, "0")}`;
      const id = plan.id !== undefined && !byId.has(plan.id) ? plan.id : generated;
      started.push({ id, repository: repository.nameWithOwner, body, creator: login, at });
      const creator = { login, id: creatorId };
      return add(repository, {
        id,
        creator,
        createdAt: at,
        body,
        plan,
        archived: false,
        fromScenario: false,
      });
    },
    addExisting(task) {
      const { id, creator, archived = false } = task;
      const createdAt = startedAt - task.created_seconds_ago * 1000;
      const repository = repositories.get(task.repository);
      add(repository, { id, creator, createdAt, body: task, plan: task, archived, fromScenario: true });
    },
  };
  scenario.existing?.forEach(tasks.addExisting);
  return tasks;
}

/** Chooses the plan of the next task in a repository: the n-th start gets the n-th plan, later ones the last. */
function createPlans(plans: readonly TaskPlan[]): (repository: Repository) => TaskPlan {
  const startsByPlans = new Map<string, number>();
  return ({ nameWithOwner }) => {
    const own = plans.filter((plan) => plan.repository?.toLowerCase() === nameWithOwner.toLowerCase());
    const common = plans.filter((plan) => plan.repository === undefined);
    const [key, set] = own.length > 0 ? [nameWithOwner, own] : ["", common];
    const count = startsByPlans.get(key) ?? 0;
    startsByPlans.set(key, count + 1);
    return set[Math.min(count, set.length - 1)] ?? { steps: [] };
  };
}

/** Decides in which pull request and branch a new task works: in the open one it names, or in its own. */
function createPullChoice({ all }: Repositories, opensByDefault: boolean) {
  let lastId = FIRST_PULL_ID + BigInt(all.flatMap(({ pulls }) => pulls).length);
  return (
    repository: Repository,
    siblings: readonly TaskRecord[],
    { body, createdAt, plan, baseRef, branch }: NewTask,
  ): { branch: string; pull: TaskPull | null } => {
    const { head_ref: headRef, create_pull_request: opens = opensByDefault } = body;
    // Without an open pull request, GitHub silently ignores head_ref.
    const open =
      headRef === undefined
        ? undefined
        : pullsAt(repository, siblings, createdAt).find(
            (pull) =>
              pull.state === "open" &&
              pull.headRef === headRef &&
              pull.headOwner === repository.owner &&
              pull.baseRef === baseRef,
          );
    if (open !== undefined) {
      const { number, id, nodeId } = open;
      return { branch: open.headRef, pull: { number, id, nodeId, existing: true } };
    }
    const planned = plan.steps.flatMap(({ pull_request }) => pull_request ?? []);
    if (!opens || planned.length === 0) {
      return { branch, pull: null };
    }
    // The number is taken now, although the pull request appears later.
    const number = chooseNumber(repository, siblings, planned.find((pull) => pull.number)?.number);
    lastId += 1n;
    const id = toId(planned.find((pull) => pull.id !== undefined)?.id, lastId);
    return { branch, pull: { number, id, nodeId: pullNodeId(repository, number), existing: false } };
  };
}

/** The requested number if it is free, otherwise the next one. Issues and pull requests share numbers. */
function chooseNumber(
  { info, pulls }: Repository,
  tasks: readonly TaskRecord[],
  requested: number | undefined,
): number {
  const taken = [
    ...pulls.map((pull) => pull.info.number),
    ...(info.issues ?? []).map((issue) => issue.number),
    ...tasks.flatMap(({ pull }) => pull?.number ?? []),
  ];
  return requested !== undefined && !taken.includes(requested) ? requested : Math.max(0, ...taken) + 1;
}
