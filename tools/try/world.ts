import { isRecord, toLogin, toText } from "../../src/text/json.ts";
import { defaultScenario } from "../simulator/default-scenario.ts";
import type { CommentInfo, IssueInfo, RepositoryInfo, Scenario } from "../simulator/scenario.ts";
import type { Payload } from "./choose-event.ts";

/** What GitHub has if nobody says: one repository with an issue, and any other that a workflow names. */
export function usualScenario(): Scenario {
  const scenario = defaultScenario();
  const repositories = Object.entries(scenario.repositories).map(
    ([name, { permissions: _, ...info }]) => [name, info] as const,
  );
  return { ...scenario, repositories: Object.fromEntries(repositories), other_repositories: {} };
}

/**
 * The scenario in which an event has happened: with its repository, its issue and its comment. Whoever triggered it may write,
 * unless the scenario says who may.
 */
export function withEvent(scenario: Scenario, repository: string, payload: Payload): Scenario {
  const info = scenario.repositories[repository] ?? scenario.other_repositories ?? {};
  const sender = toLogin(payload.sender);
  const issues = isRecord(payload.issue)
    ? withIssue(info.issues ?? [], payload.issue, payload.comment)
    : info.issues;
  const changed: RepositoryInfo = {
    ...info,
    ...(issues === undefined ? {} : { issues: [...issues] }),
    permissions: info.permissions ?? { [sender]: "write" },
  };
  return { ...scenario, repositories: { ...scenario.repositories, [repository]: changed } };
}

function withIssue(
  issues: readonly IssueInfo[],
  given: Record<string, unknown>,
  comment: unknown,
): readonly IssueInfo[] {
  const number = Number(given.number);
  const known = issues.find((issue) => issue.number === number) ?? {
    number,
    title: toText(given.title),
    body: toText(given.body),
    user: toLogin(given.user),
  };
  const comments = known.comments ?? [];
  const isNew = isRecord(comment) && !comments.some(({ id }) => String(id) === String(comment.id));
  const added: readonly CommentInfo[] = isNew
    ? [
        {
          id: String(comment.id),
          user: toLogin(comment.user),
          body: toText(comment.body),
          created_seconds_ago: 0,
        },
      ]
    : [];
  const issue: IssueInfo = { ...known, comments: [...comments, ...added] };
  return [...issues.filter((other) => other.number !== number), issue];
}
