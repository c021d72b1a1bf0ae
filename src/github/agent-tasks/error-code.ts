import type { RequestFailure } from "../http/error.ts";

/**
 * Every word that the output `error_code` can have, worst first, and its meaning as the documentation has it. Workflows
 * branch on these words, so a word keeps its meaning.
 */
export const ERROR_CODES = {
  indeterminate:
    "It is unknown whether there is a task: an answer was lost, or GitHub's list of tasks cannot be read. Look at the repository's tasks before you start another one.",
  task_lost:
    "GitHub has not found the task for 10 minutes, although this run started it. What became of it is unknown.",
  internal_error: "A bug in the action. A task may have been started.",
  invalid_input:
    "An input is missing or not allowed, or `issue_number` is a pull request or was moved. Nothing was started.",
  trigger_refused: "Whoever triggered the run may not start a task. Nothing was started.",
  no_open_pull_request: "There is no open pull request from `head_ref` into `base_ref`. Nothing was started.",
  rejected:
    "GitHub rejected the request: because of the model, a branch, the custom agent or the prompt for example, or because the repository has another name now. The workflow must change.",
  bad_credentials:
    "GitHub did not accept the token: it is wrong, expired or revoked, or it was rejected for a moment.",
  forbidden:
    "GitHub did not allow the request: a permission is missing, a policy forbids it, or the repository is archived for example.",
  copilot_plan_required: "The token's user has no Copilot plan that includes the cloud agent.",
  quota_exceeded: "The premium requests or the budget for Copilot are used up.",
  not_found:
    "GitHub did not find the repository, the issue or the task: it does not exist, the token has no access to it, or the agent is disabled there.",
  rate_limited: "GitHub's rate limit was reached, and did not reset in time.",
  unreachable: "The runner could not connect to GitHub: network, proxy or certificate.",
  unavailable: "GitHub did not answer in time, or answered with a server error. No start was under way.",
  step_cancelled: "The step was cancelled. A task that was started keeps running.",
  task_failed: "The task failed.",
  task_timed_out: "The task reached GitHub's time limit for a session.",
  task_cancelled: "The task was cancelled on GitHub.",
  action_required: "The task waits for a person to answer.",
  wait_timeout:
    "The task was still running when the wait ended: `timeout_minutes` ran out, or GitHub allowed no request before that. " +
    "It keeps running.",
  no_changes: "The task changed no files, and `fail_on` includes `no_changes`.",
  neutral: "The task stopped without a branch or a pull request, and `fail_on` includes `neutral`.",
  skipped: "Another task was active, so nothing was started, and `fail_on` includes `skipped`.",
  not_tried: "Nothing was sent, because an earlier start had failed for a reason that concerns this one too.",
} as const;

export type ErrorCode = keyof typeof ERROR_CODES;

/** The code of a failed request that cannot have started a task. Rejections with a known cause have their own codes. */
export function getFailureCode(failure: RequestFailure): ErrorCode {
  switch (failure.kind) {
    case "not_sent":
      return "unreachable";
    case "rate_limited":
      return "rate_limited";
    case "indeterminate":
      return "unavailable";
    case "unauthorized":
      return "bad_credentials";
    case "redirected":
      return "rejected";
    case "cancelled":
      return "step_cancelled";
    case "rejected":
      return getStatusCode(failure.status);
  }
}

function getStatusCode(status: number): ErrorCode {
  switch (status) {
    case 401:
      return "bad_credentials";
    case 402:
      return "quota_exceeded";
    case 403:
      return "forbidden";
    case 404:
    case 410:
      return "not_found";
    default:
      return "rejected";
  }
}

/** The worst of these codes; null if there are none. */
export function getWorstCode(codes: readonly ErrorCode[]): ErrorCode | null {
  const order = Object.keys(ERROR_CODES);
  return codes.toSorted((a, b) => order.indexOf(a) - order.indexOf(b))[0] ?? null;
}
