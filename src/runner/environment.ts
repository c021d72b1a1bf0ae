import { readFileSync } from "node:fs";
import { isRecord } from "../text/json.ts";

/** URL of the run, the same for all its attempts. */
export function getRunUrl({ serverUrl, repository, runId }: Runner): string {
  return `${serverUrl}/${repository}/actions/runs/${runId}`;
}

/** The runner's variables for this run, empty if not set. Source: GitHub's "Variables reference". */
export interface Runner {
  /** `https://github.com`, or the URL of a GitHub Enterprise instance. */
  readonly serverUrl: string;
  /** The workflow's repository, `owner/name`. */
  readonly repository: string;
  readonly runId: string;
  /** Starts at 1; each re-run adds 1. */
  readonly runAttempt: number;
  /** `owner/name/.github/workflows/file.yml@ref`. */
  readonly workflowRef: string;
  readonly workflow: string;
  readonly job: string;
  /** The step's ID, or a name that the runner generated. Unique within a job. */
  readonly action: string;
  /** The directory that the repository is checked out into. */
  readonly workspace: string;
  /** The repository and the ref of this action, as in `uses`. */
  readonly actionRepository: string;
  readonly actionRef: string;
  /** The event that triggered the run, such as `issues`. */
  readonly eventName: string;
  /** Login of the user who triggered this attempt; in a re-run, who started the re-run. */
  readonly triggeringActor: string;
  /** The event's payload, empty if there is none or it cannot be read. */
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

/** Whether this run's summary is public. True if the event does not say, so that nothing private is published. */
export function isPublic(runner: Runner): boolean {
  const { repository } = runner.event;
  return !(isRecord(repository) && repository.private === true);
}

/** The payload is optional, so an unreadable file is not an error. */
function readEvent(path: string): Runner["event"] {
  try {
    const event: unknown = JSON.parse(readFileSync(path, "utf8"));
    return isRecord(event) ? event : {};
  } catch {
    return {};
  }
}
