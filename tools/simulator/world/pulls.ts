import { nodeIdOf } from "./ids.ts";
import type { Repository, ScenarioPull } from "./repositories.ts";
import { type TaskRecord, taskAt } from "./task.ts";

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

/** The pull requests at `at`: the scenario's with what tasks changed in them, then those that tasks opened. */
export function pullsAt(repository: Repository, tasks: readonly TaskRecord[], at: number): PullView[] {
  const pulls = new Map(
    repository.pulls.map((pull) => [pull.info.number, scenarioPullAt(repository, pull, at)]),
  );
  for (const task of tasks) {
    const pull = taskPullAt(repository, task, pulls, at);
    if (pull !== null) {
      pulls.set(pull.number, pull);
    }
  }
  return [...pulls.values()];
}

function scenarioPullAt(repository: Repository, pull: ScenarioPull, at: number): PullView {
  const { info, id, createdAt, closesAt } = pull;
  const isClosedByNow = closesAt <= at;
  const state = isClosedByNow ? (info.closes_as ?? "closed") : (info.state ?? "open");
  return {
    repository,
    number: info.number,
    id,
    nodeId: pullNodeId(repository, info.number),
    title: info.title ?? `Pull request ${info.number}`,
    state,
    draft: info.draft ?? false,
    headRef: info.head_ref,
    baseRef: info.base_ref ?? repository.defaultBranch,
    headOwner: info.head_owner ?? repository.owner,
    user: info.user ?? repository.owner,
    changedFiles: info.changed_files ?? 1,
    commits: info.commits ?? 1,
    createdAt,
    updatedAt: isClosedByNow ? closesAt : createdAt,
    closedAt: isClosedByNow ? closesAt : state === "open" ? null : createdAt,
  };
}

/** The pull request a task works in, over what is known of it; null: none yet. */
function taskPullAt(
  repository: Repository,
  task: TaskRecord,
  known: ReadonlyMap<number, PullView>,
  at: number,
): PullView | null {
  if (task.pull === null || task.createdAt > at) {
    return null;
  }
  const { pull, name, updatedAt } = taskAt(task, at);
  if (pull === null) {
    return null;
  }
  const { number, id, nodeId } = task.pull;
  const before = known.get(number);
  const state = pull.state ?? before?.state ?? "open";
  return {
    repository,
    number,
    id,
    nodeId,
    title: pull.title ?? before?.title ?? name,
    state,
    draft: pull.draft ?? before?.draft ?? true,
    headRef: pull.head_ref,
    baseRef: pull.base_ref,
    headOwner: repository.owner,
    user: before?.user ?? "Copilot",
    changedFiles: pull.changed_files ?? before?.changedFiles ?? 1,
    commits: pull.commits ?? before?.commits ?? 1,
    createdAt: before?.createdAt ?? pull.openedAt,
    updatedAt,
    closedAt: state === "open" ? null : updatedAt,
  };
}

export function pullNodeId(repository: Repository, number: number): string {
  return nodeIdOf("PR", repository.id, number);
}
