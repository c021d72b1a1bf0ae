import { getPhase, getRefs, type Task } from "./agent-tasks/task.ts";
import { compareBranch } from "./compare.ts";
import type { Lookup, LookupContext } from "./fallback.ts";
import { findPullRequests, type PullRequest, type PullRequestRef } from "./pull-requests.ts";
import type { Repository } from "./repository.ts";

/** What a task has changed: its pull request if it has one, and how much. */
export interface Changes {
  readonly pullRequest: PullRequest | null;
  readonly commits: number;
  readonly changedFiles: number;
}

/** A task of which something is wanted. */
export interface TaskInRepository {
  /** Null where only the task's ID is known; then only a GraphQL ID helps. */
  readonly repository: Repository | null;
  readonly task: Task;
}

/**
 * Looks up what tasks have changed: their pull requests by their GraphQL IDs, else by their head branches, many with
 * one request; a branch without a pull request is compared with its base, one after the other; without a branch there
 * is nothing.
 *
 * @param context each request has the retry budget to itself; comparisons that fail share one.
 * @returns a lookup for each task, in the order of the tasks; `none` where there is nothing to look up yet.
 */
export async function findAllChanges(
  context: LookupContext,
  wanted: readonly TaskInRepository[],
): Promise<readonly Lookup<Changes>[]> {
  const changes: Lookup<Changes>[] = [];
  let { retryBudgetMs } = context;
  for (const { pullRequest, ...one } of await lookUpPullRequests(context, wanted)) {
    if (pullRequest.kind === "none") {
      const startedAt = context.clock.now();
      const lookup = await compareTaskBranch(one, { ...context, retryBudgetMs });
      if (lookup.kind === "unknown") {
        retryBudgetMs = Math.max(0, retryBudgetMs - (context.clock.now() - startedAt));
      }
      changes.push(lookup);
    } else {
      changes.push(
        pullRequest.kind === "found" ? { kind: "found", value: toChanges(pullRequest.value) } : pullRequest,
      );
    }
  }
  return changes;
}

/** {@link findAllPullRequestsOf} for one task. */
export async function findPullRequestOf(
  context: LookupContext,
  repository: Repository | null,
  task: Task,
): Promise<Lookup<PullRequest>> {
  return getOnly(await findAllPullRequestsOf(context, [{ repository, task }]));
}

/**
 * Looks up the pull requests of tasks, many with one request: by their GraphQL IDs; by their head branches those that
 * have no ID, or one that leads nowhere.
 *
 * @returns a lookup for each task, in the order of the tasks; `none` where the task has none.
 */
export async function findAllPullRequestsOf(
  context: LookupContext,
  wanted: readonly TaskInRepository[],
): Promise<readonly Lookup<PullRequest>[]> {
  return (await lookUpPullRequests(context, wanted)).map(({ pullRequest }) => pullRequest);
}

/** A task with what came of looking for its pull request. */
interface TaskWithPullRequest extends TaskInRepository {
  readonly pullRequest: Lookup<PullRequest>;
}

async function lookUpPullRequests(
  context: LookupContext,
  wanted: readonly TaskInRepository[],
): Promise<readonly TaskWithPullRequest[]> {
  const byId = await lookUpByRef(toIdRef, wanted, context);
  const left = wanted.filter((one) => {
    const lookup = byId.get(one);
    return lookup === undefined || (lookup.kind === "unknown" && !lookup.limited);
  });
  const byHeadRef = await lookUpByRef(toHeadRef, left, context);
  return wanted.map((one) => {
    const lookup = byHeadRef.get(one) ?? byId.get(one) ?? { kind: "none" };
    const isLost = lookup.kind === "none" && getPullArtifact(one) !== undefined;
    return { ...one, pullRequest: isLost ? LOST : lookup };
  });
}

const LOST: Lookup<PullRequest> = {
  kind: "unknown",
  reason: "it has a pull request, but neither its ID nor its branch leads to it",
};

/** Looks up all those that have such a place. */
async function lookUpByRef(
  placeOf: (one: TaskInRepository) => PullRequestRef | null,
  wanted: readonly TaskInRepository[],
  context: LookupContext,
): Promise<ReadonlyMap<TaskInRepository, Lookup<PullRequest> | undefined>> {
  const placed = wanted.flatMap((one) => {
    const place = placeOf(one);
    return place === null ? [] : [{ one, place }];
  });
  const places = placed.map(({ place }) => place);
  const lookups = await findPullRequests(context, places);
  return new Map(placed.map(({ one }, index) => [one, lookups[index]]));
}

function toIdRef(one: TaskInRepository): PullRequestRef | null {
  const globalId = getPullArtifact(one)?.globalId ?? "";
  return globalId === "" ? null : { by: "global_id", globalId };
}

function toHeadRef({ repository, task }: TaskInRepository): PullRequestRef | null {
  const { headRef } = getRefs(task);
  return repository === null || headRef === "" ? null : { by: "head_ref", ...repository, headRef };
}

function getPullArtifact({ task }: TaskInRepository) {
  return task.artifacts.find((artifact) => artifact.type === "pull");
}

/** What a task has changed, by its pull request. */
export function toChanges(pullRequest: PullRequest): Changes {
  const { commits, changedFiles } = pullRequest;
  return { pullRequest, commits, changedFiles };
}

const NOTHING: Lookup<Changes> = { kind: "found", value: { pullRequest: null, commits: 0, changedFiles: 0 } };

/** What a task without a pull request has changed. */
async function compareTaskBranch(
  { repository, task }: TaskInRepository,
  context: LookupContext,
): Promise<Lookup<Changes>> {
  const { headRef, baseRef } = getRefs(task);
  if (headRef === "") {
    return getPhase(task.state) === "active" ? { kind: "none" } : NOTHING;
  }
  if (repository === null) {
    return { kind: "unknown", reason: "only the repository's branches tell; set the input repository" };
  }
  const branch = { ...repository, headRef, baseRef };
  const comparison = await compareBranch(context, branch);
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

/** The answer about the one task that was asked about. */
function getOnly<T>(answers: readonly T[]): T {
  const [answer] = answers;
  if (answer === undefined) {
    throw new Error("One lookup was asked for, none was answered.");
  }
  return answer;
}
