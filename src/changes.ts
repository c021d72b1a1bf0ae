import type { Repository } from "./agent-tasks/api.ts";
import { phaseOf, refsOf, type Task } from "./agent-tasks/task.ts";
import { compareBranch, findPullRequest, type Lookup, type PullRequest } from "./github/pull-request.ts";
import { retelling } from "./narrate.ts";
import type { Step } from "./step.ts";

/** What a task has changed: its pull request if it has one, and how much. */
export interface Changes {
  readonly pullRequest: PullRequest | null;
  readonly commits: number;
  readonly changedFiles: number;
}

/**
 * Looks up what a task has changed: the pull request by its GraphQL ID, else by the head branch; without one the
 * branch is compared with its base; without a branch there is nothing.
 *
 * @param repository null where only the task's ID is known; then only a GraphQL ID helps.
 * @param readForMs for how long each request is tried.
 * @returns `none` where there is nothing to look up yet.
 */
export async function findChanges(
  step: Step,
  repository: Repository | null,
  task: Task,
  readForMs: number,
): Promise<Lookup<Changes>> {
  const { clients, clock, random, signal } = step;
  const context = { clock, random, signal, readForMs, onFault: retelling(step.log) };
  const { headRef, baseRef } = refsOf(task);
  const lookup = await findPullRequestOf(step, repository, task, readForMs);
  if (lookup.kind === "found") {
    const { commits, changedFiles } = lookup.value;
    return { kind: "found", value: { pullRequest: lookup.value, commits, changedFiles } };
  }
  if (lookup.kind === "unknown") {
    return lookup;
  }
  if (headRef === "") {
    return phaseOf(task.state) === "active" ? { kind: "none" } : NOTHING;
  }
  if (repository === null) {
    return { kind: "unknown", reason: "only the repository's branches tell; set the input repository" };
  }
  const comparison = await compareBranch(clients, { ...repository, headRef, baseRef }, context);
  switch (comparison.kind) {
    case "found":
      return { kind: "found", value: { pullRequest: null, ...comparison.value } };
    case "unknown":
      return comparison;
    case "none":
      // A session names its branch before it pushes; an artifact is a branch that was there.
      return task.artifacts.some((artifact) => artifact.type === "branch")
        ? { kind: "unknown", reason: `GitHub finds no branch ${headRef}; it may have been deleted` }
        : NOTHING;
  }
}

const NOTHING: Lookup<Changes> = { kind: "found", value: { pullRequest: null, commits: 0, changedFiles: 0 } };

/**
 * Looks up the pull request of a task: by its GraphQL ID, else by the head branch.
 *
 * @param repository null where only the task's ID is known; then only a GraphQL ID helps.
 * @param readForMs for how long each request is tried.
 * @returns `none` where the task has none.
 */
export async function findPullRequestOf(
  step: Step,
  repository: Repository | null,
  task: Task,
  readForMs: number,
): Promise<Lookup<PullRequest>> {
  const { clients, clock, random, signal } = step;
  const context = { clock, random, signal, readForMs, onFault: retelling(step.log) };
  const pull = task.artifacts.find((artifact) => artifact.type === "pull");
  const { headRef } = refsOf(task);

  const places = [
    ...(pull !== undefined && pull.globalId !== ""
      ? [{ by: "global_id", globalId: pull.globalId } as const]
      : []),
    ...(repository !== null && headRef !== "" ? [{ by: "head_ref", ...repository, headRef } as const] : []),
  ];
  for (const [index, place] of places.entries()) {
    const lookup = await findPullRequest(clients, place, context);
    if (lookup.kind === "found") {
      return lookup;
    }
    if (lookup.kind === "unknown" && (lookup.limited || index === places.length - 1)) {
      return lookup;
    }
  }
  return pull === undefined
    ? { kind: "none" }
    : { kind: "unknown", reason: "it has a pull request, but neither its ID nor its branch leads to it" };
}
