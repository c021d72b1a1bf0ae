import { type Artifact, getPhase, getRefs, type Task } from "./agent-tasks/task.ts";
import { compareBranch } from "./compare.ts";
import { type Lookup, type LookupContext, preferClient } from "./fallback.ts";
import {
  lookUpPullRequests,
  type PullRequest,
  type PullRequestRef,
  type SeenLookup,
} from "./pull-requests.ts";
import type { Repository } from "./repository.ts";

/** What a task has changed. Null, or an empty text, means unknown. */
export interface Changes {
  readonly pullRequest: PullRequest | null;
  /** The SHA of the newest commit of the pull request, or of the branch if there is no pull request. */
  readonly headSha: string;
  readonly commits: number | null;
  readonly changedFiles: number | null;
}

/** A task to look up, with its repository. */
export interface TaskInRepository {
  /** Null if only the task's ID is known. Its pull request can then be found only by a GraphQL ID. */
  readonly repository: Repository | null;
  readonly task: Task;
}

/**
 * Looks up what tasks have changed. Pull requests are looked up many at a time, see {@link findAllPullRequestsOf}. A
 * branch without a pull request is compared with its base, one request per task. A task has no changes if it has no
 * branch, or if it has ended and its branch does not exist.
 *
 * @returns a lookup for each task, in the order of the tasks; `none` if there is nothing to look up yet.
 */
export async function findAllChanges(
  context: LookupContext,
  tasks: readonly TaskInRepository[],
): Promise<readonly Lookup<Changes>[]> {
  const changes: Lookup<Changes>[] = [];
  for (const [task, { lookup: pullRequest, seenBy }] of await lookUpAllPullRequests(context, tasks)) {
    if (pullRequest.kind !== "none") {
      changes.push(
        pullRequest.kind === "found" ? { kind: "found", value: toChanges(pullRequest.value) } : pullRequest,
      );
      continue;
    }
    // The client that saw the repository sees its branches too.
    changes.push(await compareTaskBranch(task, preferClient(seenBy, context)));
  }
  return changes;
}

/** {@link findAllPullRequestsOf} for one task. */
export async function findPullRequestOf(
  context: LookupContext,
  repository: Repository | null,
  task: Task,
): Promise<Lookup<PullRequest>> {
  const [lookup] = await findAllPullRequestsOf(context, [{ repository, task }]);
  return lookup ?? { kind: "none" };
}

/**
 * Looks up the pull requests of tasks, many with one request: first by GraphQL ID, then by head branch if the ID is
 * missing or finds nothing.
 *
 * @returns a lookup for each task, in the order of the tasks; `none` if the task has no pull request.
 */
export async function findAllPullRequestsOf(
  context: LookupContext,
  tasks: readonly TaskInRepository[],
): Promise<readonly Lookup<PullRequest>[]> {
  return (await lookUpAllPullRequests(context, tasks)).map(([, { lookup }]) => lookup);
}

/** As {@link findAllPullRequestsOf}, with the client that saw each task's repository. */
export async function lookUpAllPullRequests<T extends TaskInRepository>(
  context: LookupContext,
  tasks: readonly T[],
): Promise<readonly (readonly [T, SeenLookup])[]> {
  const byId = await lookUpByRef(context, tasks, toIdRef);
  const remaining = tasks.filter((task) => {
    const lookup = byId.get(task)?.lookup;
    return lookup === undefined || (lookup.kind === "unknown" && !lookup.limited);
  });
  const byHeadRef = await lookUpByRef(context, remaining, toHeadRef);
  return tasks.map((task) => {
    const seen = byHeadRef.get(task) ?? byId.get(task) ?? NOTHING_SEEN;
    return [task, seen.lookup.kind === "none" ? { ...seen, lookup: explainNone(task.task) } : seen];
  });
}

const NOTHING_SEEN: SeenLookup = { lookup: { kind: "none" }, seenBy: null };

/** Explains why no pull request was found. That the task has none is sure only if nothing says otherwise. */
function explainNone(task: Task): Lookup<never> {
  const has = (type: Artifact["type"]) => task.artifacts.some((artifact) => artifact.type === type);
  if (has("pull")) {
    return {
      kind: "unknown",
      reason: "the task has a pull request, but it was not found by its ID or its branch",
    };
  }
  return has("unreadable") && getRefs(task).headRef === ""
    ? { kind: "unknown", reason: "GitHub's answer names no branch, and has an artifact that cannot be read" }
    : { kind: "none" };
}

/** Looks up the pull requests of the tasks that have such a ref. */
async function lookUpByRef(
  context: LookupContext,
  tasks: readonly TaskInRepository[],
  toRef: (task: TaskInRepository) => PullRequestRef | null,
): Promise<ReadonlyMap<TaskInRepository, SeenLookup | undefined>> {
  const entries = tasks.flatMap((task) => {
    const ref = toRef(task);
    return ref === null ? [] : [{ task, ref }];
  });
  const lookups = await lookUpPullRequests(
    context,
    entries.map(({ ref }) => ref),
  );
  return new Map(entries.map(({ task }, index) => [task, lookups[index]]));
}

function toIdRef(task: TaskInRepository): PullRequestRef | null {
  const globalId = getPullArtifact(task)?.globalId ?? "";
  return globalId === "" ? null : { by: "global_id", globalId };
}

function toHeadRef({ repository, task }: TaskInRepository): PullRequestRef | null {
  const { headRef } = getRefs(task);
  return repository === null || headRef === "" ? null : { by: "head_ref", ...repository, headRef };
}

function getPullArtifact({ task }: TaskInRepository) {
  return task.artifacts.find((artifact) => artifact.type === "pull");
}

/** The changes in a pull request. */
export function toChanges(pullRequest: PullRequest): Changes {
  const { commits, changedFiles, headSha } = pullRequest;
  return { pullRequest, commits, changedFiles, headSha };
}

/**
 * What stays true of changes that were looked up earlier, when a later lookup failed. The agent may have pushed since
 * then, and anyone may have closed the pull request.
 */
export function keepLasting({ pullRequest }: Changes): Changes {
  const lasting: PullRequest | null =
    pullRequest === null
      ? null
      : { ...pullRequest, state: "", isDraft: null, headSha: "", commits: null, changedFiles: null };
  return { pullRequest: lasting, commits: null, changedFiles: null, headSha: "" };
}

const NO_CHANGES: Lookup<Changes> = {
  kind: "found",
  value: { pullRequest: null, commits: 0, changedFiles: 0, headSha: "" },
};

/** The changes of a task, if no pull request in any state has its branch. */
async function compareTaskBranch(
  { repository, task }: TaskInRepository,
  context: LookupContext,
): Promise<Lookup<Changes>> {
  const { headRef, baseRef } = getRefs(task);
  if (headRef === "") {
    return getPhase(task.state) === "active" ? { kind: "none" } : NO_CHANGES;
  }
  if (repository === null) {
    return { kind: "unknown", reason: "the branch can only be compared if the input repository is set" };
  }
  const comparison = await compareBranch(context, { ...repository, headRef, baseRef });
  switch (comparison.kind) {
    case "found":
      return { kind: "found", value: { pullRequest: null, ...comparison.value } };
    case "unknown":
      return comparison;
    case "none":
      // A task names its branch before pushing it.
      return getPhase(task.state) === "active" ? comparison : NO_CHANGES;
  }
}
