import { readFileSync } from "node:fs";
import { isRecord } from "../text/json.ts";

/** Address of the run, the same for all its attempts. */
export function getRunUrl({ serverUrl, repository, runId }: Runner): string {
  return `${serverUrl}/${repository}/actions/runs/${runId}`;
}

/** What the runner says about this run. Empty text: it did not say. Source: GitHub's "Variables reference". */
export interface Runner {
  /** `https://github.com`, or the address of another GitHub. */
  readonly serverUrl: string;
  /** The workflow's repository, `owner/name`. */
  readonly repository: string;
  readonly runId: string;
  /** From 1; grows with each re-run. */
  readonly runAttempt: number;
  /** `owner/name/.github/workflows/file.yml@ref`. */
  readonly workflowRef: string;
  readonly workflow: string;
  readonly job: string;
  /** The step's ID, or a name that the runner gave it: no two steps of a job have the same. */
  readonly action: string;
  /** The directory that the repository is checked out to. */
  readonly workspace: string;
  /** The repository and the ref that this action was taken from, as in `uses`. */
  readonly actionRepository: string;
  readonly actionRef: string;
  /** The event that triggered the run, such as `issues`. */
  readonly eventName: string;
  /** Who triggered this attempt of the run: in a re-run, who asked for that. A login. */
  readonly triggeringActor: string;
  /** The event's payload, empty where there is none or it cannot be read. */
  readonly event: Readonly<Record<string, unknown>>;
}

/** Reads the runner's environment variables and the event's payload. */
export function readRunner(env: Readonly<Record<string, string | undefined>>): Runner {
  return {
    serverUrl: (env.GITHUB_SERVER_URL || "https://github.com").replace(/\/+$/, ""),
    repository: env.GITHUB_REPOSITORY ?? "",
    runId: env.GITHUB_RUN_ID ?? "",
    runAttempt: Number(env.GITHUB_RUN_ATTEMPT) || 1,
    workflowRef: env.GITHUB_WORKFLOW_REF ?? "",
    workflow: env.GITHUB_WORKFLOW ?? "",
    job: env.GITHUB_JOB ?? "",
    action: env.GITHUB_ACTION ?? "",
    workspace: env.GITHUB_WORKSPACE ?? "",
    actionRepository: env.GITHUB_ACTION_REPOSITORY || "OWNER/agent-task-action",
    actionRef: env.GITHUB_ACTION_REF || "v1",
    eventName: env.GITHUB_EVENT_NAME ?? "",
    triggeringActor: env.GITHUB_TRIGGERING_ACTOR ?? "",
    event: readEvent(env.GITHUB_EVENT_PATH ?? ""),
  };
}

/**
 * Whether everybody may read this run's summary. Where the event does not say, the answer is yes: better to
 * leave something out than to publish it.
 */
export function isPublic(runner: Runner): boolean {
  const { repository } = runner.event;
  return !(isRecord(repository) && repository.private === true);
}

/** The payload is a help, never a condition: a run without one still does its job. */
function readEvent(path: string): Runner["event"] {
  try {
    const event: unknown = JSON.parse(readFileSync(path, "utf8"));
    return isRecord(event) ? event : {};
  } catch {
    return {};
  }
}
