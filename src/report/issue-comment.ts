import type { ActionContext } from "../context.ts";
import { addComment, editComment, findOwnComment } from "../github/comments.ts";
import {
  describeFailure,
  isNotFound,
  isTransient,
  type RequestFailure,
  reject,
} from "../github/http/error.ts";
import type { RequestResult } from "../github/http/result.ts";
import { withRetry } from "../github/http/retry.ts";
import { getRepository } from "../github/repository.ts";
import type { StartInputs } from "../inputs/start-inputs.ts";
import { getRunUrl } from "../runner/environment.ts";
import { formatComment, formatMarker } from "./comment-body.ts";
import type { CommentContent } from "./summary.ts";

/** For how long to retry a comment. It is short, because the task matters more. */
const WRITE_BUDGET_MS = 10_000;

/**
 * Keeps one comment per key on the issue up to date, if the inputs ask for it. A later run with the same key edits the
 * comment of an earlier one. A comment that somebody deleted is written anew.
 *
 * @returns shows the current results on the issue. It never fails; the log shows what could not be written.
 */
export function createCommentUpdater(
  context: ActionContext,
  inputs: StartInputs,
  key: string,
): (content: CommentContent) => Promise<void> {
  const { comment, issueNumber } = inputs;
  // The first client uses github_token.
  const octokit = comment ? context.github.clients()[0]?.octokit : undefined;
  if (issueNumber === null || octokit === undefined) {
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
    const body = formatComment(marker, content, runUrl);
    if (body === writtenBody || (lastFailure !== null && !isTransient(lastFailure))) {
      return;
    }
    let indeterminate: RequestResult<string> | null = null;
    const options = { ...context.github.lookup(WRITE_BUDGET_MS), signal: context.time.graceSignal };
    let isRewritten = false;
    const write = async (): Promise<RequestResult<string>> => {
      let id = commentId;
      if (id === null) {
        const found = await findOwnComment(octokit, issue, marker, options);
        if (!found.ok) {
          return found;
        }
        if (found.value.kind === "cut_off") {
          // An earlier run's comment may be among the others, and there must never be a second one.
          return { ok: false, failure: TOO_MANY_COMMENTS };
        }
        id = found.value.kind === "found" ? found.value.id : null;
      }
      if (id !== null) {
        const edited = await editComment(octokit, { ...issue, id }, body, requests);
        if (edited.ok || isRewritten || !isNotFound(edited.failure)) {
          return edited;
        }
        // Somebody deleted the comment. Another one of ours may be on the issue, so search before writing a new one.
        isRewritten = true;
        commentId = null;
        return write();
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

    // A cancelled step has no time for retries.
    const result = await (context.time.signal.aborted ? write() : withRetry(write, options));
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

const TOO_MANY_COMMENTS = reject(
  200,
  "only the first 1,000 comments were searched for the one of an earlier run, and the issue has more",
);

function remedyFor(failure: RequestFailure): string {
  if (failure === TOO_MANY_COMMENTS) {
    return "Set comment: false, or use an issue with fewer comments. The task is not affected.";
  }
  if (isTransient(failure) || failure.kind === "cancelled") {
    return "The task is not affected.";
  }
  return failure.kind === "rejected" && /locked/i.test(failure.message)
    ? "Unlock the conversation, or set comment: false. The task is not affected."
    : "Check issue_number, and give the job the permission issues: write. The task is not affected.";
}
