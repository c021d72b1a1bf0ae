import type { context as actionsContext } from "@actions/github";
import { isRecord } from "../text/json.ts";

/** URL of the run, the same for all its attempts. */
export function getRunUrl({ serverUrl, repository, runId }: Runner): string {
  return `${serverUrl}/${repository}/actions/runs/${runId}`;
}

/** The runner's variables for this run, empty if not set. Source: GitHub's "Variables reference". */
export interface Runner {
  /** `https://github.com`, or the URL of a GitHub Enterprise instance. */
  readonly serverUrl: string;
  /** `https://api.github.com`, or the URL of that instance's REST API. */
  readonly apiUrl: string;
  /** The workflow's repository, `owner/name`. */
  readonly repository: string;
  /** The ID of the workflow's repository, which stays the same if the repository is renamed or moved. */
  readonly repositoryId: string;
  readonly runId: string;
  /** Starts at 1; each re-run adds 1. */
  readonly runAttempt: number;
  /** `owner/name/.github/workflows/file.yml@ref`. */
  readonly workflowRef: string;
  readonly workflow: string;
  readonly job: string;
  /** The step's ID, or a name that the runner generated. Inside a composite action: that of the step that calls it. */
  readonly action: string;
  /** The directory of the composite action that the step is part of. Empty for a step of the job itself. */
  readonly compositePath: string;
  /** A directory that the runner empties for each job. */
  readonly temp: string;
  /** The files that the runner keeps for this step: event, outputs and other commands. */
  readonly ownFiles: readonly string[];
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

/** The part of the toolkit's context that is used here. What the runner does not say is undefined, or not a number. */
export type JobContext = Pick<typeof actionsContext, "payload" | "runAttempt" | "serverUrl"> &
  Partial<Pick<typeof actionsContext, "workflow" | "job" | "action" | "eventName">>;

/** The variables that name a file of the runner. Source: GitHub's "Variables reference". */
const OWN_FILES = ["EVENT_PATH", "ENV", "OUTPUT", "PATH", "STATE", "STEP_SUMMARY"].map(
  (name) => `GITHUB_${name}`,
);

/** Reads what the runner says about the job: the toolkit's context, and the variables that it leaves out. */
export function readRunner(env: Readonly<Record<string, string | undefined>>, job: JobContext): Runner {
  return {
    serverUrl: (job.serverUrl || "https://github.com").replace(/\/+$/, ""),
    apiUrl: env.GITHUB_API_URL || "https://api.github.com",
    repository: env.GITHUB_REPOSITORY ?? "",
    repositoryId: env.GITHUB_REPOSITORY_ID ?? "",
    runId: env.GITHUB_RUN_ID ?? "",
    runAttempt: job.runAttempt || 1,
    workflowRef: env.GITHUB_WORKFLOW_REF ?? "",
    workflow: job.workflow ?? "",
    job: job.job ?? "",
    action: job.action ?? "",
    compositePath: env.GITHUB_ACTION_PATH ?? "",
    temp: env.RUNNER_TEMP ?? "",
    ownFiles: OWN_FILES.flatMap((name) => env[name] || []),
    workspace: env.GITHUB_WORKSPACE ?? "",
    actionRepository: env.GITHUB_ACTION_REPOSITORY || "OWNER/agent-task-action",
    actionRef: env.GITHUB_ACTION_REF || "v1",
    eventName: job.eventName ?? "",
    triggeringActor: env.GITHUB_TRIGGERING_ACTOR ?? "",
    event: job.payload,
  };
}

/** Whether this run's summary is public. True if the event does not say, so that nothing private is published. */
export function isPublic(runner: Runner): boolean {
  const { repository } = runner.event;
  return !(isRecord(repository) && repository.private === true);
}
