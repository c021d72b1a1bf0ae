import type { ActionContext } from "../context.ts";
import { addComment, editComment, findOwnComment } from "../github/comments.ts";
import { describeFailure, isTransient, type RequestFailure } from "../github/http/error.ts";
import type { RequestResult } from "../github/http/result.ts";
import { withRetry } from "../github/http/retry.ts";
import { getRepository } from "../github/repository.ts";
import type { StartInputs } from "../inputs/start-inputs.ts";
import { getRunUrl } from "../runner/environment.ts";
import { redactTexts } from "../runner/log.ts";
import { formatComment, formatMarker } from "./comment-body.ts";
import type { CommentContent } from "./summary.ts";

/** For how long to retry a comment. It is short, because the task matters more. */
const WRITE_BUDGET_MS = 10_000;

/**
 * Keeps one comment per key on the issue up to date, if the inputs ask for it. A later run with the same key edits the
 * comment of an earlier one.
 *
 * @returns shows the current results on the issue. It never fails; the log shows what could not be written.
 */
export function createCommentUpdater(
  context: ActionContext,
  inputs: StartInputs,
  key: string,
): (content: CommentContent) => Promise<void> {
  const { issueNumber } = inputs;
  // The first client uses github_token.
  const octokit = context.github.clients[0]?.octokit;
  if (!inputs.comment || issueNumber === null || octokit === undefined) {
    return async () => {};
  }
  const issue = { ...getRepository(context.runner), number: issueNumber };
  const marker = formatMarker(key);
  const runUrl = getRunUrl(context.runner);
  // A cancelled step still writes, so the requests end only with the grace period.
  const requests = { clock: context.time.clock, signal: context.time.graceSignal };
  let commentId: string | null = null;
  let writtenBody = "";
  let lastFailure: RequestFailure | null = null;

  return async (content) => {
    const body = formatComment(marker, redactTexts(context.redact, content), runUrl);
    if (body === writtenBody || (lastFailure !== null && !isTransient(lastFailure))) {
      return;
    }
    let indeterminate: RequestResult<string> | null = null;
    const write = async (): Promise<RequestResult<string>> => {
      let id = commentId;
      if (id === null) {
        const found = await findOwnComment(octokit, issue, marker, requests);
        if (!found.ok) {
          return found;
        }
        id = found.value;
      }
      if (id !== null) {
        return editComment(octokit, { ...issue, id }, body, requests);
      }
      if (indeterminate !== null) {
        return indeterminate;
      }
      const added = await addComment(octokit, issue, body, requests);
      if (!added.ok && added.failure.kind === "indeterminate") {
        // GitHub may have created the comment. Retries only search for it, so that there is never a second one.
        indeterminate = added;
      }
      return added;
    };

    const result = await withRetry(write, {
      ...context.github.lookup(context.time.signal.aborted ? 0 : WRITE_BUDGET_MS),
      signal: context.time.graceSignal,
    });
    if (result.ok) {
      commentId = result.value;
      writtenBody = body;
      return;
    }
    if (lastFailure === null) {
      context.log.warning(
        "Comment not written",
        `Could not comment on issue #${issueNumber} of ${context.runner.repository}: ` +
          `${describeFailure(result.failure)}. ${remedyFor(result.failure)}`,
      );
    }
    lastFailure = result.failure;
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
