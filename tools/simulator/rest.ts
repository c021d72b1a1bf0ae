import {
  errorAnswer,
  notAccessible,
  notFound,
  type RouteAnswer,
  type RouteRequest,
  unprocessable,
} from "./answer.ts";
import { paginate } from "./paging.ts";
import type { TokenInfo } from "./scenario.ts";
import type { Values } from "./values.ts";
import type { PullView, Repository, World } from "./world.ts";

/** GitHub's limit for a comment, in characters. */
const commentLimit = 65_536;

/** The routes beside agent tasks and GraphQL. */
export interface RestRoutes {
  user(request: RouteRequest): RouteAnswer;
  repository(request: RouteRequest): RouteAnswer;
  pulls(request: RouteRequest): RouteAnswer;
  pull(request: RouteRequest): RouteAnswer;
  compare(request: RouteRequest): RouteAnswer;
  issue(request: RouteRequest): RouteAnswer;
  comments(request: RouteRequest): RouteAnswer;
  comment(request: RouteRequest): RouteAnswer;
  addComment(request: RouteRequest): RouteAnswer;
  editComment(request: RouteRequest): RouteAnswer;
  permission(request: RouteRequest): RouteAnswer;
}

type Permission = "pulls" | "contents" | "issues";

function allows(token: TokenInfo, permission: Permission, need: "read" | "write"): boolean {
  const has = token[permission];
  return has === "write" || (has === "read" && need === "read");
}

export function createRestRoutes(world: World, values: Values): RestRoutes {
  /** Runs `then` with the repository if the token can see it and has the permission; null: metadata only. */
  const inRepository = (
    request: RouteRequest,
    permission: Permission | null,
    then: (repository: Repository) => RouteAnswer,
    need: "read" | "write" = "read",
  ): RouteAnswer => {
    const { owner = "", repo = "" } = request.params;
    const { info } = request.caller;
    const repository = world.repository(owner, repo, info);
    if (repository === null) {
      return notFound();
    }
    return permission !== null && !allows(info, permission, need)
      ? notAccessible(info.type)
      : then(repository);
  };
  const pullOf = (repository: Repository, number: string | undefined, at: number): PullView | undefined =>
    world.pulls(repository, at).find((pull) => String(pull.number) === number);

  return {
    user({ caller }) {
      return caller.info.type === "installation"
        ? notAccessible("installation")
        : { status: 200, body: values.me(world.account(caller.info.login)) };
    },
    repository: (request) =>
      inRepository(request, null, (repository) => ({ status: 200, body: values.repository(repository) })),
    pulls: (request) =>
      inRepository(request, "pulls", (repository) => {
        const { query } = request;
        const state = query.get("state") ?? "open";
        // GitHub ignores a head that is not `user:ref-name`.
        const head = query.get("head")?.includes(":") === true ? query.get("head") : null;
        const base = query.get("base");
        const key = (pull: PullView) => (query.get("sort") === "updated" ? pull.updatedAt : pull.createdAt);
        const sign = (query.get("direction") ?? "desc") === "asc" ? 1 : -1;
        const found = world
          .pulls(repository, request.at)
          .filter((pull) => state === "all" || (state === "open") === (pull.state === "open"))
          .filter((pull) => head === null || head === `${pull.headOwner}:${pull.headRef}`)
          .filter((pull) => base === null || base === pull.baseRef)
          .sort((a, b) => sign * (key(a) - key(b) || a.number - b.number));
        const page = paginate(found, request, "usual");
        return { status: 200, headers: page.headers, body: page.items.map(values.pullInList) };
      }),
    pull: (request) =>
      inRepository(request, "pulls", (repository) => {
        const pull = pullOf(repository, request.params.pull_number, request.at);
        return pull === undefined ? notFound() : { status: 200, body: values.pull(pull) };
      }),
    compare: (request) =>
      inRepository(request, "contents", (repository) => {
        const [base = "", given = ""] = (request.params.basehead ?? "").split("...");
        const head = given.startsWith(`${repository.owner}:`)
          ? given.slice(repository.owner.length + 1)
          : given;
        const branch = world.branch(repository, head, request.at);
        const baseIsKnown =
          repository.info.branches === undefined || world.branch(repository, base, request.at) !== null;
        if (branch === null || !baseIsKnown) {
          return notFound();
        }
        const page = Number(request.query.get("page") ?? 1);
        const perPage = Number(request.query.get("per_page") ?? 250);
        const seen = base === head ? { ...branch, commits: 0, changedFiles: 0 } : branch;
        return { status: 200, body: values.comparison(repository, base, seen, page, perPage) };
      }),
    issue: (request) =>
      inRepository(request, "issues", (repository) => {
        const issue = world.issue(repository, Number(request.params.issue_number));
        if (issue !== null) {
          return { status: 200, body: values.issue(issue) };
        }
        const pull = pullOf(repository, request.params.issue_number, request.at);
        return pull === undefined ? notFound() : { status: 200, body: values.pullAsIssue(pull) };
      }),
    comments: (request) =>
      inRepository(request, "issues", (repository) => {
        const number = Number(request.params.issue_number);
        if (
          world.issue(repository, number) === null &&
          pullOf(repository, String(number), request.at) === undefined
        ) {
          return notFound();
        }
        const since = Date.parse(request.query.get("since") ?? "");
        const found = world
          .comments(repository, number)
          .filter((comment) => Number.isNaN(since) || comment.updatedAt >= since);
        const page = paginate(found, request, "usual");
        return { status: 200, headers: page.headers, body: page.items.map(values.comment) };
      }),
    comment: (request) =>
      inRepository(request, "issues", (repository) => {
        const comment = world.comment(repository, request.params.comment_id ?? "");
        return comment === null ? notFound() : { status: 200, body: values.comment(comment) };
      }),
    addComment: (request) =>
      inRepository(
        request,
        "issues",
        (repository) => {
          const number = Number(request.params.issue_number);
          const issue = world.issue(repository, number);
          if (issue === null && pullOf(repository, String(number), request.at) === undefined) {
            return notFound();
          }
          if (issue?.info.locked === true) {
            return errorAnswer(403, "Unable to create comment because issue is locked.");
          }
          const { body } = request.body as { body: string };
          const refused = commentRefusal(body);
          return (
            refused ?? {
              status: 201,
              body: values.comment(
                world.addComment(repository, number, request.caller.info.login, body, request.at),
              ),
            }
          );
        },
        "write",
      ),
    editComment: (request) =>
      inRepository(
        request,
        "issues",
        (repository) => {
          const comment = world.comment(repository, request.params.comment_id ?? "");
          if (comment === null) {
            return notFound();
          }
          const { body } = request.body as { body: string };
          const refused = commentRefusal(body);
          if (refused !== null) {
            return refused;
          }
          comment.body = body;
          comment.updatedAt = request.at;
          comment.editedAt = request.at;
          return { status: 200, body: values.comment(comment) };
        },
        "write",
      ),
    permission: (request) =>
      inRepository(request, null, (repository) => {
        const login = request.params.username ?? "";
        const role = world.role(repository, login);
        return role === null
          ? errorAnswer(404, `${login} is not a user`)
          : { status: 200, body: values.permission(world.account(login), role) };
      }),
  };
}

function commentRefusal(body: string): RouteAnswer | null {
  if (body.trim() === "") {
    return unprocessable("body cannot be blank");
  }
  return [...body].length > commentLimit
    ? unprocessable(`body is too long (maximum is ${commentLimit} characters)`)
    : null;
}
