import type { Handler, Route } from "./http/route.ts";
import { getTask, listTasks, startTask } from "./rest/agent-tasks.ts";
import { getBranch } from "./rest/branches.ts";
import { addComment, editComment, getComment, listComments } from "./rest/comments.ts";
import { compare } from "./rest/compare.ts";
import { getIssue } from "./rest/issues.ts";
import { getPull, listPulls } from "./rest/pulls.ts";
import { getPermission, getRepository, getUser } from "./rest/repositories.ts";

/** What the simulator answers, by method and path template. */
export function createRoutes(graphql: Handler): ReadonlyMap<string, Route> {
  const repo = "/repos/{owner}/{repo}";
  const tasks = `/agents${repo}/tasks`;
  const comments = `${repo}/issues/{issue_number}/comments`;
  const comment = `${repo}/issues/comments/{comment_id}`;
  return new Map<string, Route>([
    [`POST ${tasks}`, { kind: "start", handle: startTask }],
    [`GET ${tasks}`, { kind: "list", handle: listTasks }],
    ["GET /agents/tasks", { kind: "list", handle: listTasks }],
    [`GET ${tasks}/{task_id}`, { kind: "get", handle: getTask }],
    ["GET /agents/tasks/{task_id}", { kind: "get", handle: getTask }],
    ["GET /user", { kind: "user", handle: getUser }],
    [`GET ${repo}`, { kind: "repository", handle: getRepository }],
    [`GET ${repo}/pulls`, { kind: "pulls", handle: listPulls }],
    [`GET ${repo}/pulls/{pull_number}`, { kind: "pulls", handle: getPull }],
    [`GET ${repo}/branches/{branch}`, { kind: "branch", handle: getBranch }],
    [`GET ${repo}/compare/{basehead}`, { kind: "compare", handle: compare }],
    [`GET ${repo}/issues/{issue_number}`, { kind: "issue", handle: getIssue }],
    [`GET ${comments}`, { kind: "comments", handle: listComments }],
    [`GET ${comment}`, { kind: "comments", handle: getComment }],
    [`POST ${comments}`, { kind: "comment_write", handle: addComment }],
    [`PATCH ${comment}`, { kind: "comment_write", handle: editComment }],
    [`GET ${repo}/collaborators/{username}/permission`, { kind: "permission", handle: getPermission }],
    ["POST /graphql", { kind: "graphql", handle: graphql }],
  ]);
}
