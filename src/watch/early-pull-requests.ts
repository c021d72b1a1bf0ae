import type { ActionContext } from "../context.ts";
import type { Task } from "../github/agent-tasks/task.ts";
import { type LookupContext, type NamedClient, preferClient } from "../github/fallback.ts";
import { getFullName } from "../github/repository.ts";
import { type Changes, lookUpAllPullRequests, toChanges } from "../github/task-changes.ts";
import { buildResult } from "../report/build-result.ts";
import type { Result } from "../report/result.ts";
import type { ResultStore } from "../report/result-store.ts";
import { formatDuration } from "../text/format.ts";
import type { ProgressEvent, WatchedTask } from "./tracker.ts";

/** How long the requests of one lookup may take together while tasks are polled, in milliseconds. */
const LOOKUP_BUDGET_MS = 10_000;

/** Minimum time between two lookups, in milliseconds. Pull requests that appear in between share one lookup. */
const MIN_INTERVAL_MS = 60_000;

/** The pull requests that were found before their tasks ended. */
export interface EarlyPullRequests {
  /** Collects tasks with a new pull request, and looks them up at the end of a poll round. */
  onProgress(event: ProgressEvent): Promise<void>;
  /** Null if no pull request was found yet. */
  get(taskId: string): Changes | null;
  /** The context of a lookup: the client that saw the last repository is tried first. */
  lookup(budgetMs: number): LookupContext;
}

/** Looks up pull requests when they appear, so that the log and the outputs show them while the tasks still run. */
export function createEarlyPullRequests(
  context: ActionContext,
  tasks: readonly WatchedTask[],
  store: ResultStore,
): EarlyPullRequests {
  const { log } = context;
  const { clock } = context.time;
  const unresolved = new Map<string, Task>();
  const found = new Map<string, Changes>();
  let lastLookup = Number.NEGATIVE_INFINITY;
  /** After a rate limit only the final lookup is made. */
  let isLimited = false;
  /** In a fan-out often only one of the tokens can see the repositories. */
  let lastSeenBy: NamedClient | null = null;
  const lookup = (budgetMs: number) => preferClient(lastSeenBy, context.github.lookup(budgetMs));

  const lookUp = async (waitedMs: number): Promise<void> => {
    const due = tasks.flatMap((watched) => {
      const task = unresolved.get(watched.id);
      return task === undefined ? [] : [{ ...watched, task }];
    });
    unresolved.clear();
    lastLookup = clock.now();
    const lookups = await lookUpAllPullRequests(lookup(LOOKUP_BUDGET_MS), due);
    isLimited = lookups.some(([, { lookup }]) => lookup.kind === "unknown" && lookup.limited === true);
    lastSeenBy = lookups.find(([, { seenBy }]) => seenBy !== null)?.[1].seenBy ?? lastSeenBy;
    const results: [index: number, result: Result][] = [];
    for (const [{ index, repository, started, task }, { lookup }] of lookups) {
      if (lookup.kind === "found") {
        const changes = toChanges(lookup.value);
        found.set(task.id, changes);
        log.info(`${formatDuration(waitedMs)}: pull request #${lookup.value.number}: ${lookup.value.url}`);
        const name = getFullName(repository);
        results.push([index, buildResult(task, { repository: name, started, changes })]);
      }
    }
    store.record(...results);
  };

  return {
    onProgress: async (event) => {
      if (event.kind === "pull_request") {
        unresolved.set(event.task.id, event.task);
      }
      const isDue = unresolved.size > 0 && clock.now() - lastLookup >= MIN_INTERVAL_MS && !isLimited;
      if (event.kind === "polled" && event.mayRequest && isDue) {
        await lookUp(event.waitedMs);
      }
    },
    get: (taskId) => found.get(taskId) ?? null,
    lookup,
  };
}
