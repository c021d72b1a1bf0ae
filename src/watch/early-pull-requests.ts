import type { Step } from "../context.ts";
import type { Task } from "../github/agent-tasks/task.ts";
import { nameOf } from "../github/repository.ts";
import { type Changes, changesIn, findAllPullRequestsOf } from "../github/task-changes.ts";
import { resultOf, UNDER_WAY } from "../report/build-result.ts";
import type { Result } from "../report/result.ts";
import type { Ledger } from "../report/result-store.ts";
import { span } from "../text/format.ts";
import type { FollowEvent, Watched } from "./tracker.ts";

/** For how long each lookup is tried in the middle of waiting, in milliseconds. */
const EARLY_LOOKUP_MS = 10_000;

/** The least time between two lookups, in milliseconds: pull requests that appear meanwhile share one. */
const APART_MS = 60_000;

/** What tasks have changed, as far as it was looked up before their end. */
export interface EarlyChanges {
  /** Told what following tells; with the end of a look come the lookups. */
  hear(event: FollowEvent): Promise<void>;
  /** Null: not looked up. */
  of(taskId: string): Changes | null;
}

/** Looks pull requests up when they first appear, so that the log and the outputs have them while the task goes on. */
export function earlyChanges(step: Step, watched: readonly Watched[], ledger: Ledger): EarlyChanges {
  const { clock, log } = step;
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
    const lookups = await findAllPullRequestsOf(step, wanted, EARLY_LOOKUP_MS);
    isLimited = lookups.some((lookup) => lookup.kind === "unknown" && lookup.limited === true);
    const results: [index: number, result: Result][] = [];
    for (const [i, { index, repository, started, task }] of wanted.entries()) {
      const lookup = lookups[i];
      if (lookup?.kind === "found") {
        const changes = changesIn(lookup.value);
        known.set(task.id, changes);
        log.info(`${span(waitedMs)}: pull request #${lookup.value.number}: ${lookup.value.url}`);
        const name = repository === null ? "" : nameOf(repository);
        results.push([index, resultOf(task, { ...UNDER_WAY, repository: name, started, changes })]);
      }
    }
    ledger.note(...results);
  };

  return {
    hear: async (event) => {
      if (event.kind === "pull_request") {
        fresh.set(event.task.id, event.task);
      }
      const isDue = fresh.size > 0 && clock.now() - lastLookup >= APART_MS && !isLimited;
      if (event.kind === "looked" && isDue) {
        await lookUp(event.waitedMs);
      }
    },
    of: (taskId) => known.get(taskId) ?? null,
  };
}
