import type { Step } from "../context.ts";
import { addComment, editComment, findOwnComment, type IssuePlace } from "../github/comments.ts";
import { describeFault, type Fault, mayPass } from "../github/http/error.ts";
import type { Answer } from "../github/http/result.ts";
import { readAgain, retelling } from "../github/http/retry.ts";
import type { StartInputs } from "../inputs/start-inputs.ts";
import { runUrlOf } from "../runner/environment.ts";
import { redactTexts } from "../runner/log.ts";
import { type CommentContent, commentBody, commentMarker } from "./comment-body.ts";

/** For how long a comment is tried, in milliseconds: the task matters more. */
const WRITE_FOR_MS = 10_000;

/** Shows on the issue how the task stands. It never fails: the log has what could not be written. */
export type ShowComment = (content: CommentContent) => Promise<void>;

/**
 * Keeps one comment on the issue up to date, where the inputs ask for it: the one of this key, whichever run wrote it,
 * is edited; a new one is written only where there is none.
 */
export function keepComment(step: Step, inputs: StartInputs, key: string): ShowComment {
  const { issueNumber } = inputs;
  // The first client is the one of github_token.
  const octokit = step.clients[0]?.octokit;
  if (!inputs.comment || issueNumber === null || octokit === undefined) {
    return async () => {};
  }
  const [owner = "", repo = ""] = step.runner.repository.split("/");
  const place: IssuePlace = { owner, repo, number: issueNumber };
  const marker = commentMarker(key);
  const runUrl = runUrlOf(step.runner);
  // A step that is told to stop still writes: its answers are waited for a little longer.
  const context = { now: step.clock.now, signal: step.startSignal };
  let known: string | null = null;
  let shown = "";
  let trouble: Fault | null = null;

  return async (content) => {
    const body = commentBody(marker, redactTexts(step.redact, content), runUrl);
    if (body === shown || (trouble !== null && !mayPass(trouble))) {
      return;
    }
    let lost: Answer<string> | null = null;
    const write = async (): Promise<Answer<string>> => {
      const found: Answer<string | null> | null =
        known === null ? await findOwnComment(octokit, place, marker, context) : null;
      if (found !== null && !found.ok) {
        return found;
      }
      const id = known ?? found?.value ?? null;
      if (id !== null) {
        return editComment(octokit, place, id, body, context);
      }
      if (lost !== null) {
        return lost;
      }
      const added = await addComment(octokit, place, body, context);
      if (!added.ok && added.fault.kind === "doubtful") {
        // It may have been written: now it is only looked for, so that there is never a second one.
        lost = added;
      }
      return added;
    };

    const again = { clock: step.clock, random: step.random, signal: step.startSignal };
    const answer = await readAgain(write, again, retelling(step.log), step.signal.aborted ? 0 : WRITE_FOR_MS);
    if (answer.ok) {
      known = answer.value;
      shown = body;
      return;
    }
    if (trouble === null) {
      step.log.warning(
        "Comment not written",
        `The comment on issue #${issueNumber} of ${step.runner.repository} could not be written: ` +
          `${describeFault(answer.fault)}. ${remedyFor(answer.fault)}`,
      );
    }
    trouble = answer.fault;
  };
}

function remedyFor(fault: Fault): string {
  if (mayPass(fault) || fault.kind === "cancelled") {
    return "The task is not affected.";
  }
  return fault.kind === "refused" && /locked/i.test(fault.message)
    ? "Unlock the conversation, or set comment: false. The task is not affected."
    : "Check issue_number, and give the job the permission issues: write. The task is not affected.";
}
