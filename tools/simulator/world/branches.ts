import { pullsAt } from "./pulls.ts";
import type { Repository } from "./repositories.ts";
import { type TaskRecord, taskAt } from "./task.ts";

export interface Branch {
  name: string;
  /** Ahead of the default branch. */
  commits: number;
  changedFiles: number;
}

/** A branch at `at` (epoch ms): of a task, an open pull request or the scenario. Null: there is none. */
export function branchAt(
  repository: Repository,
  tasks: readonly TaskRecord[],
  name: string,
  at: number,
): Branch | null {
  if (name === repository.defaultBranch) {
    return { name, commits: 0, changedFiles: 0 };
  }
  const artifacts = tasks.flatMap((task) => {
    const { branch, pull } = task.createdAt <= at ? taskAt(task, at) : { branch: null, pull: null };
    // One per task, the pull request first.
    return (
      [pull, branch].find((artifact) => artifact?.head_ref === name && artifact.missing === undefined) ?? []
    );
  });
  // If the plan of a task in an existing branch gives no numbers, the scenario's apply.
  const counted = artifacts.find(
    ({ commits, changed_files }) => commits !== undefined || changed_files !== undefined,
  );
  if (counted !== undefined) {
    return { name, commits: counted.commits ?? 0, changedFiles: counted.changed_files ?? 0 };
  }
  const pull = pullsAt(repository, tasks, at).find(({ headRef }) => headRef === name);
  if (pull !== undefined) {
    return { name, commits: pull.commits, changedFiles: pull.changedFiles };
  }
  const info = repository.info.branches?.[name];
  if (info !== undefined) {
    return { name, commits: info.commits, changedFiles: info.changed_files };
  }
  return artifacts.length > 0 ? { name, commits: 0, changedFiles: 0 } : null;
}
