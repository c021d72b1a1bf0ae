import type { Log } from "../runner/log.ts";
import { phaseOf, refsOf, type Task } from "./agent-tasks/task.ts";
import { compareBranch } from "./compare.ts";
import type { Lookup, NamedClient } from "./fallback.ts";
import { type LookupContext, type ReadContext, retelling } from "./http/retry.ts";
import { findPullRequests, type PullRequest, type PullRequestPlace } from "./pull-requests.ts";
import type { Repository } from "./repository.ts";

/** What looking up changes needs: clients in the order to try, the log, time and chance. */
export interface ChangesContext extends ReadContext {
  readonly clients: readonly NamedClient[];
  readonly log: Log;
}

/** What a task has changed: its pull request if it has one, and how much. */
export interface Changes {
  readonly pullRequest: PullRequest | null;
  readonly commits: number;
  readonly changedFiles: number;
}

/** A task of which something is wanted. */
export interface Wanted {
  /** Null where only the task's ID is known; then only a GraphQL ID helps. */
  readonly repository: Repository | null;
  readonly task: Task;
}

/**
 * Looks up what tasks have changed: their pull requests by their GraphQL IDs, else by their head branches, many with
 * one request; a branch without a pull request is compared with its base, one after the other; without a branch there
 * is nothing.
 *
 * @param readForMs for how long each request is tried. Comparisons that fail have that time once for all of them.
 * @returns a lookup for each task, in the order of the tasks; `none` where there is nothing to look up yet.
 */
export async function findAllChanges(
  context: ChangesContext,
  wanted: readonly Wanted[],
  readForMs: number,
): Promise<readonly Lookup<Changes>[]> {
  const changes: Lookup<Changes>[] = [];
  let leftMs = readForMs;
  for (const { pullRequest, ...one } of await lookUp(context, wanted, readForMs)) {
    if (pullRequest.kind === "none") {
      const startedAt = context.clock.now();
      const lookup = await compareBranchOf(one, context, leftMs);
      if (lookup.kind === "unknown") {
        leftMs = Math.max(0, leftMs - (context.clock.now() - startedAt));
      }
      changes.push(lookup);
    } else {
      changes.push(
        pullRequest.kind === "found" ? { kind: "found", value: changesIn(pullRequest.value) } : pullRequest,
      );
    }
  }
  return changes;
}

/** {@link findAllPullRequestsOf} for one task. */
export async function findPullRequestOf(
  context: ChangesContext,
  repository: Repository | null,
  task: Task,
  readForMs: number,
): Promise<Lookup<PullRequest>> {
  return only(await findAllPullRequestsOf(context, [{ repository, task }], readForMs));
}

/**
 * Looks up the pull requests of tasks, many with one request: by their GraphQL IDs; by their head branches those that
 * have no ID, or one that leads nowhere.
 *
 * @param readForMs for how long each request is tried.
 * @returns a lookup for each task, in the order of the tasks; `none` where the task has none.
 */
export async function findAllPullRequestsOf(
  context: ChangesContext,
  wanted: readonly Wanted[],
  readForMs: number,
): Promise<readonly Lookup<PullRequest>[]> {
  return (await lookUp(context, wanted, readForMs)).map(({ pullRequest }) => pullRequest);
}

/** A task with what came of looking for its pull request. */
interface LookedUp extends Wanted {
  readonly pullRequest: Lookup<PullRequest>;
}

async function lookUp(
  context: ChangesContext,
  wanted: readonly Wanted[],
  readForMs: number,
): Promise<readonly LookedUp[]> {
  const byId = await lookUpBy(idPlaceOf, wanted, context, readForMs);
  const left = wanted.filter((one) => {
    const lookup = byId.get(one);
    return lookup === undefined || (lookup.kind === "unknown" && !lookup.limited);
  });
  const byHeadRef = await lookUpBy(headRefPlaceOf, left, context, readForMs);
  return wanted.map((one) => {
    const lookup = byHeadRef.get(one) ?? byId.get(one) ?? { kind: "none" };
    const isLost = lookup.kind === "none" && pullOf(one) !== undefined;
    return { ...one, pullRequest: isLost ? LOST : lookup };
  });
}

const LOST: Lookup<PullRequest> = {
  kind: "unknown",
  reason: "it has a pull request, but neither its ID nor its branch leads to it",
};

/** Looks up all those that have such a place. */
async function lookUpBy(
  placeOf: (one: Wanted) => PullRequestPlace | null,
  wanted: readonly Wanted[],
  context: ChangesContext,
  readForMs: number,
): Promise<ReadonlyMap<Wanted, Lookup<PullRequest> | undefined>> {
  const placed = wanted.flatMap((one) => {
    const place = placeOf(one);
    return place === null ? [] : [{ one, place }];
  });
  const places = placed.map(({ place }) => place);
  const lookups = await findPullRequests(context.clients, places, contextOf(context, readForMs));
  return new Map(placed.map(({ one }, index) => [one, lookups[index]]));
}

function idPlaceOf(one: Wanted): PullRequestPlace | null {
  const globalId = pullOf(one)?.globalId ?? "";
  return globalId === "" ? null : { by: "global_id", globalId };
}

function headRefPlaceOf({ repository, task }: Wanted): PullRequestPlace | null {
  const { headRef } = refsOf(task);
  return repository === null || headRef === "" ? null : { by: "head_ref", ...repository, headRef };
}

function pullOf({ task }: Wanted) {
  return task.artifacts.find((artifact) => artifact.type === "pull");
}

/** What a task has changed, by its pull request. */
export function changesIn(pullRequest: PullRequest): Changes {
  const { commits, changedFiles } = pullRequest;
  return { pullRequest, commits, changedFiles };
}

const NOTHING: Lookup<Changes> = { kind: "found", value: { pullRequest: null, commits: 0, changedFiles: 0 } };

/** What a task without a pull request has changed. */
async function compareBranchOf(
  { repository, task }: Wanted,
  context: ChangesContext,
  readForMs: number,
): Promise<Lookup<Changes>> {
  const { headRef, baseRef } = refsOf(task);
  if (headRef === "") {
    return phaseOf(task.state) === "active" ? { kind: "none" } : NOTHING;
  }
  if (repository === null) {
    return { kind: "unknown", reason: "only the repository's branches tell; set the input repository" };
  }
  const branch = { ...repository, headRef, baseRef };
  const comparison = await compareBranch(context.clients, branch, contextOf(context, readForMs));
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

function contextOf({ clock, random, signal, log }: ChangesContext, readForMs: number): LookupContext {
  return { clock, random, signal, readForMs, onFault: retelling(log) };
}

/** The answer about the one task that was asked about. */
function only<T>(answers: readonly T[]): T {
  const [answer] = answers;
  if (answer === undefined) {
    throw new Error("One lookup was asked for, none was answered.");
  }
  return answer;
}
