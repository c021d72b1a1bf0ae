import type { Runner } from "./runner.ts";

/** Where a task came from: enough to find the run from the task, and the task from the run. */
export interface Origin {
  /** Address of the run's attempt. */
  readonly runUrl: string;
  /** What counts as the same work: the workflow's file and the job. */
  readonly key: string;
  /** Random for each start, the same when a start is sent again. */
  readonly startId: string;
}

/** The origin of a task that this run starts. */
export function originOf(runner: Runner, startId: string): Origin {
  const { serverUrl, repository, runId, runAttempt } = runner;
  return {
    runUrl: `${serverUrl}/${repository}/actions/runs/${runId}/attempts/${runAttempt}`,
    key: defaultKey(runner),
    startId,
  };
}

/** The workflow's file, without repository and ref, and the job: `.github/workflows/nightly.yml:update`. */
export function defaultKey({ workflowRef, workflow, job }: Runner): string {
  const file = /^[^/]+\/[^/]+\/(.+?)@/.exec(workflowRef)?.[1] ?? workflow;
  return `${file}:${job}`;
}

/**
 * The line that ends a prompt and tells where the task came from. It is visible text, since GitHub takes HTML
 * comments out; the key is quoted as JSON, so that it stays on this line whatever it holds.
 */
export function traceLine({ runUrl, key, startId }: Origin): string {
  return `Started by GitHub Actions: ${runUrl} (key ${JSON.stringify(key)}, start ${startId})`;
}
