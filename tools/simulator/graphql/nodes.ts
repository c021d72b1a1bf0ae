import { timestamp } from "../clock.ts";
import { SITE_URL, shaOf } from "../rest/values.ts";
import type { Comment } from "../world/comments.ts";
import type { PullView } from "../world/pulls.ts";
import { type Issue, issueIn, type Repository } from "../world/repositories.ts";
import { type ConnectionArguments, connection, type OrderArgument } from "./connection.ts";
import { databaseId, notResolved, type Query, requirePermission } from "./query.ts";

interface PullArguments extends ConnectionArguments, OrderArgument {
  headRefName?: string | null;
  baseRefName?: string | null;
  states?: string[] | null;
}

export function repositoryNode(query: Query, repository: Repository): object {
  const { nameWithOwner, info } = repository;
  return {
    __typename: "Repository",
    id: repository.nodeId,
    databaseId: databaseId(repository.id),
    name: repository.name,
    nameWithOwner,
    url: `${SITE_URL}/${nameWithOwner}`,
    isPrivate: info.private ?? false,
    owner: ownerNode(query, repository.owner),
    defaultBranchRef: () => findRef(query, repository, repository.defaultBranch),
    ref: ({ qualifiedName }: { qualifiedName: string }) => findRef(query, repository, qualifiedName),
    pullRequests: (given: PullArguments) => pullConnection(query, repository, given),
    pullRequest: ({ number }: { number: number }) => {
      requirePermission(query, "pulls");
      const pull = query.world.pull(repository, number, query.at);
      if (pull === null) {
        throw notResolved(`a PullRequest with the number of ${number}`);
      }
      return pullNode(query, pull);
    },
    issue: ({ number }: { number: number }) => {
      requirePermission(query, "issues");
      const issue = issueIn(repository, number);
      if (issue === null || issue.info.pull_request === true) {
        throw notResolved(`an Issue with the number of ${number}`);
      }
      return issueNode(query, issue);
    },
    issueOrPullRequest: ({ number }: { number: number }) => {
      const pull = query.world.pull(repository, number, query.at);
      if (pull !== null) {
        requirePermission(query, "pulls");
        return pullNode(query, pull);
      }
      requirePermission(query, "issues");
      const issue = issueIn(repository, number);
      if (issue === null) {
        throw notResolved(`an issue or pull request with the number of ${number}`);
      }
      return issueNode(query, issue);
    },
  };
}

export function pullNode(query: Query, pull: PullView): object {
  const { repository } = pull;
  return {
    __typename: "PullRequest",
    id: pull.nodeId,
    databaseId: databaseId(pull.id),
    fullDatabaseId: pull.id.toString(),
    number: pull.number,
    title: pull.title,
    url: `${SITE_URL}/${repository.nameWithOwner}/pull/${pull.number}`,
    isDraft: pull.draft,
    state: pull.state.toUpperCase(),
    merged: pull.state === "merged",
    closed: pull.state !== "open",
    changedFiles: pull.changedFiles,
    headRefName: pull.headRef,
    baseRefName: pull.baseRef,
    headRefOid: shaOf(pull.headRef),
    createdAt: timestamp(pull.createdAt),
    updatedAt: timestamp(pull.updatedAt),
    author: actorNode(query, pull.user),
    isCrossRepository: pull.headOwner !== repository.owner,
    repository: () => repositoryNode(query, repository),
    headRepositoryOwner: ownerNode(query, pull.headOwner),
    // Clients ask for the count alone, which GitHub gives without `first` or `last`.
    commits: { totalCount: pull.commits },
    comments: commentConnection(query, repository, pull.number),
  };
}

function pullConnection(query: Query, repository: Repository, given: PullArguments) {
  requirePermission(query, "pulls");
  const { headRefName, baseRefName, states, orderBy } = given;
  const key = (pull: PullView) => (orderBy?.field === "UPDATED_AT" ? pull.updatedAt : pull.createdAt);
  const sign = orderBy?.direction === "DESC" ? -1 : 1;
  const pulls = query.world
    .pulls(repository, query.at)
    .filter((pull) => pull.headRef === (headRefName ?? pull.headRef))
    .filter((pull) => pull.baseRef === (baseRefName ?? pull.baseRef))
    .filter((pull) => states?.includes(pull.state.toUpperCase()) ?? true)
    .sort((a, b) => sign * (key(a) - key(b) || a.number - b.number));
  return connection("pullRequests", pulls, given, (pull) => pullNode(query, pull));
}

export function issueNode(query: Query, issue: Issue): object {
  const { info, repository } = issue;
  return {
    __typename: "Issue",
    id: issue.nodeId,
    databaseId: databaseId(issue.id),
    number: info.number,
    title: info.title,
    body: info.body ?? "",
    url: `${SITE_URL}/${repository.nameWithOwner}/issues/${info.number}`,
    state: (info.state ?? "open").toUpperCase(),
    locked: info.locked ?? false,
    author: actorNode(query, info.user ?? repository.owner),
    comments: commentConnection(query, repository, info.number),
  };
}

function commentConnection(query: Query, repository: Repository, number: number) {
  return (given: ConnectionArguments & OrderArgument) => {
    requirePermission(query, "issues");
    const comments = query.world.comments.list(repository, number, query.at);
    if (given.orderBy) {
      const sign = given.orderBy.direction === "ASC" ? 1 : -1;
      comments.sort((a, b) => sign * (a.updatedAt - b.updatedAt));
    }
    return connection("comments", comments, given, (comment) => commentNode(query, comment));
  };
}

function commentNode(query: Query, comment: Comment): object {
  const { id, repository, issue } = comment;
  return {
    __typename: "IssueComment",
    id: comment.nodeId,
    databaseId: databaseId(id),
    fullDatabaseId: id.toString(),
    body: comment.body,
    url: `${SITE_URL}/${repository}/issues/${issue}#issuecomment-${id}`,
    viewerDidAuthor: comment.user === query.token.login,
    author: actorNode(query, comment.user),
    authorAssociation: "NONE",
    createdAt: timestamp(comment.createdAt),
    updatedAt: timestamp(comment.updatedAt),
    lastEditedAt: comment.editedAt === null ? null : timestamp(comment.editedAt),
  };
}

/** A branch by its name, with or without `refs/heads/`; null: there is none. */
function findRef(query: Query, repository: Repository, qualifiedName: string): object | null {
  requirePermission(query, "contents");
  const { world, at } = query;
  const name = shortName(qualifiedName);
  if (world.branch(repository, name, at) === null) {
    return null;
  }
  return {
    __typename: "Ref",
    id: `REF_${repository.id}:${name}`,
    name,
    prefix: "refs/heads/",
    target: { __typename: "Commit", id: `C_${shaOf(name)}`, oid: shaOf(name) },
    compare: ({ headRef }: { headRef: string }) => {
      const head = world.branch(repository, shortName(headRef), at);
      if (head === null) {
        return null;
      }
      const commits = head.name === name ? 0 : head.commits;
      const status = commits === 0 ? "IDENTICAL" : "AHEAD";
      return { aheadBy: commits, behindBy: 0, status, commits: { totalCount: commits } };
    },
    associatedPullRequests: (given: PullArguments) =>
      pullConnection(query, repository, { ...given, headRefName: name }),
  };
}

function shortName(ref: string): string {
  return ref.replace(/^refs\/heads\//, "");
}

function ownerNode({ world }: Query, login: string): object {
  const { id } = world.account(login);
  return { __typename: "Organization", id: `O_${id}`, login, url: `${SITE_URL}/${login}` };
}

/** A user or a bot. */
export function actorNode({ world }: Query, login: string): object {
  const { id, isBot } = world.account(login);
  return {
    __typename: isBot || login === "Copilot" ? "Bot" : "User",
    id: `U_${id}`,
    databaseId: id,
    // GraphQL gives a bot's login without "[bot]".
    login: login.replace(/\[bot\]$/, ""),
    url: `${SITE_URL}/${encodeURIComponent(login)}`,
  };
}
