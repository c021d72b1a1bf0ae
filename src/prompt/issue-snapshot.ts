import type { IssueComment } from "../github/issues.ts";
import type { Runner } from "../runner/environment.ts";
import { isRecord, toTime } from "../text/json.ts";

/** What the event says of the issue: its text then, not what it was edited to since. */
export interface EventIssue {
  readonly title: string;
  readonly body: string;
  readonly isPullRequest: boolean;
}

/** What is compared to tell which comments were there when the run was triggered. Milliseconds since the epoch. */
export interface TriggerTime {
  readonly at: number;
  /** The comment that triggered the run, as the event has it; null where none did. */
  readonly comment: { readonly id: string; readonly body: string } | null;
}

/** The issue as it was in the event; null where the event is not about that issue. */
export function readEventIssue({ event }: Runner, number: number): EventIssue | null {
  const { issue } = event;
  if (!isRecord(issue) || issue.number !== number || typeof issue.title !== "string") {
    return null;
  }
  return {
    title: issue.title,
    body: typeof issue.body === "string" ? issue.body : "",
    isPullRequest: isRecord(issue.pull_request),
  };
}

/**
 * When the run was triggered: when the event's comment or issue was last changed, which was the event.
 *
 * @param startedAt when this step started, by the server's clock: the time for all other events.
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
 * The comments as they were at that moment. One that was changed since is left out, since what it said then is not
 * known; only the comment that triggered the run is: it is in the event. GitHub's times are whole seconds, so one of
 * the very same second may have come after, and is left out too.
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
