import type { IssueComment } from "../github/issues.ts";
import type { Runner } from "../runner/environment.ts";
import { isRecord, toId, toTime } from "../text/json.ts";

/** The issue as the event has it, without later edits. */
export interface EventIssue {
  readonly title: string;
  readonly body: string;
  readonly isPullRequest: boolean;
}

/** When the run was triggered, and by which comment. */
interface TriggerTime {
  /** Milliseconds since the epoch. */
  readonly at: number;
  /** The comment that triggered the run, as the event has it; null if no comment did. */
  readonly comment: { readonly id: string; readonly body: string } | null;
}

/** Events that carry the text that people saw when they triggered the run. */
const ISSUE_EVENTS: ReadonlySet<string> = new Set(["issues", "issue_comment"]);

/**
 * Whether the event says what it must: on events of issues the issue, and with comments also the comment that triggered
 * the run and when that was. Without them only the current text is known, and nobody approved that.
 */
export function checkEvent(runner: Runner, { withComments }: { readonly withComments: boolean }): boolean {
  const { eventName, event } = runner;
  const { issue, comment } = event;
  if (!ISSUE_EVENTS.has(eventName)) {
    return true;
  }
  if (!isRecord(issue) || typeof issue.number !== "number" || readEventIssue(runner, issue.number) === null) {
    return false;
  }
  if (!withComments) {
    return true;
  }
  if (eventName === "issues") {
    return toTime(issue.updated_at) !== null;
  }
  return (
    isRecord(comment) &&
    toId(comment.id) !== "" &&
    typeof comment.body === "string" &&
    (toTime(comment.updated_at) ?? toTime(comment.created_at)) !== null
  );
}

/** Reads the issue from the event; null if the event is not about that issue. */
export function readEventIssue({ event }: Runner, number: number): EventIssue | null {
  const { issue } = event;
  if (!isRecord(issue) || issue.number !== number || typeof issue.title !== "string") {
    return null;
  }
  // GitHub has null for an empty body.
  const body = issue.body ?? "";
  if (typeof body !== "string") {
    return null;
  }
  return {
    title: issue.title,
    body,
    isPullRequest: isRecord(issue.pull_request),
  };
}

/**
 * Gets the time when the run was triggered. The change that triggered it was the last one of the event's comment or
 * issue.
 *
 * @param startedAt when this step started, in server time. Used for all other events.
 */
export function getTriggerTime({ eventName, event }: Runner, startedAt: number): TriggerTime {
  const { comment, issue } = event;
  if (eventName === "issue_comment" && isRecord(comment)) {
    const at = toTime(comment.updated_at) ?? toTime(comment.created_at) ?? startedAt;
    const body = typeof comment.body === "string" ? comment.body : "";
    return { at, comment: { id: String(comment.id), body } };
  }
  if (eventName === "issues" && isRecord(issue)) {
    return { at: toTime(issue.updated_at) ?? startedAt, comment: null };
  }
  return { at: startedAt, comment: null };
}

/**
 * Selects the comments from before the run was triggered. It leaves out comments that were edited since, because their
 * earlier text is unknown; the event has the text of the comment that triggered the run. GitHub's times are whole
 * seconds, so a comment from the same second may be later, and is left out too.
 */
export function selectCommentsBefore(
  comments: readonly IssueComment[],
  { at, comment: trigger }: TriggerTime,
): readonly IssueComment[] {
  return comments.flatMap((comment) => {
    if (trigger !== null && comment.id === trigger.id) {
      return [{ ...comment, body: trigger.body }];
    }
    return comment.createdAt < at && comment.updatedAt < at ? [comment] : [];
  });
}
