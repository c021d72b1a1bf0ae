import type { ActionContext } from "../context.ts";
import { addComment, editComment, findOwnComment } from "../github/comments.ts";
import { describeFailure, isTransient, type RequestFailure } from "../github/http/error.ts";
import type { RequestResult } from "../github/http/result.ts";
import { withRetry } from "../github/http/retry.ts";
import type { StartInputs } from "../inputs/start-inputs.ts";
import { getRunUrl } from "../runner/environment.ts";
import { redactTexts } from "../runner/log.ts";
import { type CommentContent, formatComment, formatMarker } from "./comment-body.ts";

/** For how long a comment is tried, in milliseconds: the task matters more. */
const WRITE_BUDGET_MS = 10_000;

/** Shows on the issue how the task stands. It never fails: the log has what could not be written. */
export type UpdateComment = (content: CommentContent) => Promise<void>;

/**
 * Keeps one comment on the issue up to date, where the inputs ask for it: the one of this key, whichever run wrote it,
 * is edited; a new one is written only where there is none.
 */
export function createCommentUpdater(
  context: ActionContext,
  inputs: StartInputs,
  key: string,
): UpdateComment {
  const { issueNumber } = inputs;
  // The first client is the one of github_token.
  const octokit = context.github.clients[0]?.octokit;
  if (!inputs.comment || issueNumber === null || octokit === undefined) {
    return async () => {};
  }
  const [owner = "", repo = ""] = context.runner.repository.split("/");
  const place = { owner, repo, number: issueNumber };
  const marker = formatMarker(key);
  const runUrl = getRunUrl(context.runner);
  // A step that is told to stop still writes: its answers are waited for a little longer.
  const writes = { clock: context.time.clock, signal: context.time.graceSignal };
  let known: string | null = null;
  let shown = "";
  let trouble: RequestFailure | null = null;

  return async (content) => {
    const body = formatComment(marker, redactTexts(context.redact, content), runUrl);
    if (body === shown || (trouble !== null && !isTransient(trouble))) {
      return;
    }
    let lost: RequestResult<string> | null = null;
    const write = async (): Promise<RequestResult<string>> => {
      const found: RequestResult<string | null> | null =
        known === null ? await findOwnComment(octokit, place, marker, writes) : null;
      if (found !== null && !found.ok) {
        return found;
      }
      const id = known ?? found?.value ?? null;
      if (id !== null) {
        return editComment(octokit, { ...place, id }, body, writes);
      }
      if (lost !== null) {
        return lost;
      }
      const added = await addComment(octokit, place, body, writes);
      if (!added.ok && added.failure.kind === "indeterminate") {
        // It may have been written: now it is only looked for, so that there is never a second one.
        lost = added;
      }
      return added;
    };

    const answer = await withRetry(write, {
      ...context.github.lookup(context.time.signal.aborted ? 0 : WRITE_BUDGET_MS),
      signal: context.time.graceSignal,
    });
    if (answer.ok) {
      known = answer.value;
      shown = body;
      return;
    }
    if (trouble === null) {
      context.log.warning(
        "Comment not written",
        `The comment on issue #${issueNumber} of ${context.runner.repository} could not be written: ` +
          `${describeFailure(answer.failure)}. ${remedyFor(answer.failure)}`,
      );
    }
    trouble = answer.failure;
  };
}

function remedyFor(failure: RequestFailure): string {
  if (isTransient(failure) || failure.kind === "cancelled") {
    return "The task is not affected.";
  }
  return failure.kind === "rejected" && /locked/i.test(failure.message)
    ? "Unlock the conversation, or set comment: false. The task is not affected."
    : "Check issue_number, and give the job the permission issues: write. The task is not affected.";
}
