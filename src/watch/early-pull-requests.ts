import type { ActionContext } from "../context.ts";
import type { Task } from "../github/agent-tasks/task.ts";
import { getFullName } from "../github/repository.ts";
import { type Changes, findAllPullRequestsOf, toChanges } from "../github/task-changes.ts";
import { buildResult, STILL_RUNNING } from "../report/build-result.ts";
import type { Result } from "../report/result.ts";
import type { ResultStore } from "../report/result-store.ts";
import { formatDuration } from "../text/format.ts";
import type { ProgressEvent, Watched } from "./tracker.ts";

/** For how long each lookup is tried in the middle of waiting, in milliseconds. */
const LOOKUP_BUDGET_MS = 10_000;

/** The least time between two lookups, in milliseconds: pull requests that appear meanwhile share one. */
const MIN_INTERVAL_MS = 60_000;

/** What tasks have changed, as far as it was looked up before their end. */
export interface EarlyPullRequests {
  /** Told what following tells; with the end of a look come the lookups. */
  onProgress(event: ProgressEvent): Promise<void>;
  /** Null: not looked up. */
  get(taskId: string): Changes | null;
}

/** Looks pull requests up when they first appear, so that the log and the outputs have them while the task goes on. */
export function createEarlyPullRequests(
  context: ActionContext,
  watched: readonly Watched[],
  store: ResultStore,
): EarlyPullRequests {
  const { log } = context;
  const { clock } = context.time;
  const fresh = new Map<string, Task>();
  const known = new Map<string, Changes>();
  let lastLookup = Number.NEGATIVE_INFINITY;
  /** Whether the server wants to be left alone. The end is time enough then. */
  let isLimited = false;

  const lookUp = async (waitedMs: number): Promise<void> => {
    const wanted = watched.flatMap((one) => {
      const task = fresh.get(one.id);
      return task === undefined ? [] : [{ ...one, task }];
    });
    fresh.clear();
    lastLookup = clock.now();
    const lookups = await findAllPullRequestsOf(context.github.lookup(LOOKUP_BUDGET_MS), wanted);
    isLimited = lookups.some((lookup) => lookup.kind === "unknown" && lookup.limited === true);
    const results: [index: number, result: Result][] = [];
    for (const [i, { index, repository, started, task }] of wanted.entries()) {
      const lookup = lookups[i];
      if (lookup?.kind === "found") {
        const changes = toChanges(lookup.value);
        known.set(task.id, changes);
        log.info(`${formatDuration(waitedMs)}: pull request #${lookup.value.number}: ${lookup.value.url}`);
        results.push([
          index,
          buildResult(task, { ...STILL_RUNNING, repository: getFullName(repository), started, changes }),
        ]);
      }
    }
    store.record(...results);
  };

  return {
    onProgress: async (event) => {
      if (event.kind === "pull_request") {
        fresh.set(event.task.id, event.task);
      }
      const isDue = fresh.size > 0 && clock.now() - lastLookup >= MIN_INTERVAL_MS && !isLimited;
      if (event.kind === "polled" && isDue) {
        await lookUp(event.waitedMs);
      }
    },
    get: (taskId) => known.get(taskId) ?? null,
  };
}
