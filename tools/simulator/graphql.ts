import {
  buildSchema,
  type DocumentNode,
  execute,
  GraphQLError,
  type GraphQLFormattedError,
  type GraphQLSchema,
  parse,
  validate,
} from "graphql";
import type { Caller, RouteAnswer, RouteRequest } from "./answer.ts";
import { timestamp } from "./clock.ts";
import type { GraphQlContract } from "./graphql-contract.ts";
import { isObject, type Value } from "./json.ts";
import { shaOf } from "./values.ts";
import type { Account, Comment, Issue, PullView, Repository, World } from "./world.ts";

/** The part of GitHub's schema that is answered; types and nullability are GitHub's. */
const sdl = /* GraphQL */ `
  scalar BigInt
  scalar DateTime
  scalar GitObjectID
  scalar URI
  interface Node { id: ID! }
  interface Actor { login: String! url: URI! }
  interface GitObject { oid: GitObjectID! }
  type Commit implements GitObject & Node { id: ID! oid: GitObjectID! }
  type User implements Node & Actor { id: ID! databaseId: Int login: String! url: URI! }
  type Bot implements Node & Actor { id: ID! databaseId: Int login: String! url: URI! }
  type PageInfo { hasNextPage: Boolean! hasPreviousPage: Boolean! startCursor: String endCursor: String }
  enum PullRequestState { CLOSED MERGED OPEN }
  enum IssueState { CLOSED OPEN }
  enum OrderDirection { ASC DESC }
  enum IssueOrderField { COMMENTS CREATED_AT UPDATED_AT }
  enum IssueCommentOrderField { UPDATED_AT }
  enum ComparisonStatus { AHEAD BEHIND DIVERGED IDENTICAL }
  enum CommentAuthorAssociation { COLLABORATOR CONTRIBUTOR FIRST_TIMER FIRST_TIME_CONTRIBUTOR MANNEQUIN MEMBER NONE OWNER }
  input IssueOrder { direction: OrderDirection! field: IssueOrderField! }
  input IssueCommentOrder { direction: OrderDirection! field: IssueCommentOrderField! }
  interface RepositoryOwner { id: ID! login: String! }
  type Organization implements Node & RepositoryOwner & Actor { id: ID! login: String! url: URI! }
  type Comparison { aheadBy: Int! behindBy: Int! status: ComparisonStatus! commits(after: String, before: String, first: Int, last: Int): ComparisonCommitConnection! }
  type ComparisonCommitConnection { totalCount: Int! }
  type Ref implements Node {
    id: ID! name: String! prefix: String! target: GitObject
    compare(headRef: String!): Comparison
    associatedPullRequests(after: String, baseRefName: String, before: String, first: Int, headRefName: String, labels: [String!], last: Int, orderBy: IssueOrder, states: [PullRequestState!]): PullRequestConnection!
  }
  type PullRequestCommitConnection { totalCount: Int! }
  type PullRequestConnection { nodes: [PullRequest] totalCount: Int! pageInfo: PageInfo! }
  type IssueCommentConnection { nodes: [IssueComment] totalCount: Int! pageInfo: PageInfo! }
  type PullRequest implements Node {
    id: ID! databaseId: Int fullDatabaseId: BigInt number: Int! title: String! url: URI! isDraft: Boolean!
    state: PullRequestState! merged: Boolean! closed: Boolean! changedFiles: Int! headRefName: String! baseRefName: String!
    headRefOid: GitObjectID! createdAt: DateTime! updatedAt: DateTime! author: Actor isCrossRepository: Boolean!
    repository: Repository! headRepositoryOwner: RepositoryOwner
    commits(after: String, before: String, first: Int, last: Int): PullRequestCommitConnection!
    comments(after: String, before: String, first: Int, last: Int, orderBy: IssueCommentOrder): IssueCommentConnection!
  }
  type IssueComment implements Node {
    id: ID! databaseId: Int fullDatabaseId: BigInt body: String! url: URI! viewerDidAuthor: Boolean! author: Actor
    authorAssociation: CommentAuthorAssociation! createdAt: DateTime! updatedAt: DateTime! lastEditedAt: DateTime
  }
  type Issue implements Node {
    id: ID! databaseId: Int number: Int! title: String! body: String! url: URI! state: IssueState! locked: Boolean! author: Actor
    comments(after: String, before: String, first: Int, last: Int, orderBy: IssueCommentOrder): IssueCommentConnection!
  }
  union IssueOrPullRequest = Issue | PullRequest
  type Repository implements Node {
    id: ID! databaseId: Int name: String! nameWithOwner: String! url: URI! isPrivate: Boolean! owner: RepositoryOwner!
    defaultBranchRef: Ref
    ref(qualifiedName: String!): Ref
    pullRequest(number: Int!): PullRequest
    pullRequests(after: String, baseRefName: String, before: String, first: Int, headRefName: String, labels: [String!], last: Int, orderBy: IssueOrder, states: [PullRequestState!]): PullRequestConnection!
    issue(number: Int!): Issue
    issueOrPullRequest(number: Int!): IssueOrPullRequest
  }
  type Query {
    node(id: ID!): Node
    nodes(ids: [ID!]!): [Node]!
    repository(followRenames: Boolean = true, name: String!, owner: String!): Repository
    viewer: User!
  }
`;

const site = "https://github.com";

/** A GraphQL endpoint over a world. */
export interface GraphQlRoute {
  answer(request: RouteRequest): { answer: RouteAnswer; violations: string[] };
}

/** `contract`: GitHub's own schema; null: queries are checked against the answered part alone. */
export function createGraphQlRoute(world: World, contract: GraphQlContract | null): GraphQlRoute {
  let schema: GraphQLSchema | null = null;

  return {
    answer(request) {
      const body = request.body;
      if (!isObject(body) || typeof body.query !== "string") {
        const message = "A query attribute must be specified and must be a string.";
        return { answer: { status: 200, body: { errors: [{ message }] } }, violations: [message] };
      }
      let document: DocumentNode;
      try {
        document = parse(body.query);
      } catch (error) {
        const message = error instanceof Error ? error.message : String(error);
        return {
          answer: { status: 200, body: { errors: [{ message }] } },
          violations: [`graphql: ${message}`],
        };
      }
      schema ??= buildSchema(sdl);
      const refused = contract?.check(document) ?? [];
      const problems =
        refused.length > 0 ? refused : validate(schema, document).map((error) => error.message);
      if (problems.length > 0) {
        return {
          answer: { status: 200, body: { errors: problems.map((message) => ({ message })) } },
          violations: problems.map((problem) => `graphql: ${problem}`),
        };
      }
      const result = execute({
        schema,
        document,
        rootValue: createRoot(world, request.caller, request.at),
        variableValues: isObject(body.variables) ? body.variables : {},
        operationName: typeof body.operationName === "string" ? body.operationName : null,
      });
      if (result instanceof Promise) {
        throw new Error("the resolvers answer at once");
      }
      const errors = (result.errors ?? []).map((error) => formatted(error.toJSON()));
      const data = result.data === undefined ? {} : { data: result.data as Value };
      return {
        answer: { status: 200, body: { ...data, ...(errors.length === 0 ? {} : { errors }) } },
        violations: [],
      };
    },
  };
}

/** GitHub gives `type` beside the message, not under `extensions`. */
function formatted(error: GraphQLFormattedError): Value {
  const type = error.extensions?.type;
  return {
    ...(typeof type === "string" ? { type } : {}),
    ...(error.path === undefined ? {} : { path: [...error.path] }),
    locations: (error.locations ?? []).map(({ line, column }) => ({ line, column })),
    message: error.message,
  };
}

function failure(type: string, message: string): GraphQLError {
  return new GraphQLError(message, { extensions: { type } });
}

function missingNode(id: string): GraphQLError {
  return failure("NOT_FOUND", `Could not resolve to a node with the global id of '${id}'.`);
}

/** `databaseId` is a 32-bit integer in GitHub's schema, and null beyond. */
function databaseId(id: bigint): number | null {
  return id < 2n ** 31n ? Number(id) : null;
}

interface ConnectionArguments {
  first?: number | null;
  last?: number | null;
  after?: string | null;
  before?: string | null;
}

interface OrderArgument {
  orderBy?: { field: string; direction: "ASC" | "DESC" } | null;
}

interface PullArguments extends ConnectionArguments, OrderArgument {
  headRefName?: string | null;
  baseRefName?: string | null;
  states?: string[] | null;
}

function connection<T, N>(
  field: string,
  all: T[],
  { first, last, after, before }: ConnectionArguments,
  node: (item: T) => N,
) {
  const count = first ?? last;
  if (count === undefined || count === null) {
    throw failure(
      "MISSING_PAGINATION_BOUNDARIES",
      `You must provide a \`first\` or \`last\` value to properly paginate the \`${field}\` connection.`,
    );
  }
  if (count > 100 || count < 0) {
    throw failure(
      "EXCESSIVE_PAGINATION",
      `Requesting ${count} records on the \`${field}\` connection exceeds the \`first\` limit of 100 records.`,
    );
  }
  const cursorOf = (index: number) => Buffer.from(`cursor:${index}`).toString("base64");
  const indexOf = (cursor: string) => Number(Buffer.from(cursor, "base64").toString().split(":")[1]);
  const from = after === undefined || after === null ? 0 : indexOf(after) + 1;
  const to = before === undefined || before === null ? all.length : indexOf(before);
  const begin = first === undefined || first === null ? Math.max(from, to - count) : from;
  const end = first === undefined || first === null ? to : Math.min(to, from + count);
  const page = all.slice(begin, end);
  return {
    totalCount: all.length,
    nodes: page.map(node),
    pageInfo: {
      hasPreviousPage: begin > 0,
      hasNextPage: end < all.length,
      startCursor: page.length === 0 ? null : cursorOf(begin),
      endCursor: page.length === 0 ? null : cursorOf(end - 1),
    },
  };
}

function createRoot(world: World, caller: Caller, at: number) {
  const token = caller.info;

  const forbidden = () =>
    failure(
      "FORBIDDEN",
      token.type === "installation"
        ? "Resource not accessible by integration"
        : "Resource not accessible by personal access token",
    );
  const requirePulls = () => {
    if (token.pulls === "none") {
      throw forbidden();
    }
  };
  const requireIssues = () => {
    if (token.issues === "none") {
      throw forbidden();
    }
  };

  const actor = (account: Account) => ({
    __typename: account.isBot || account.login === "Copilot" ? "Bot" : "User",
    id: `U_${account.id}`,
    databaseId: account.id,
    // GraphQL gives a bot's login without "[bot]".
    login: account.login.replace(/\[bot\]$/, ""),
    url: `${site}/${encodeURIComponent(account.login)}`,
  });

  const commentNode = (comment: Comment) => ({
    __typename: "IssueComment",
    id: comment.nodeId,
    databaseId: databaseId(comment.id),
    fullDatabaseId: comment.id.toString(),
    body: comment.body,
    url: `${site}/${comment.repository}/issues/${comment.issue}#issuecomment-${comment.id}`,
    viewerDidAuthor: comment.user === token.login,
    author: actor(world.account(comment.user)),
    authorAssociation: "NONE",
    createdAt: timestamp(comment.createdAt),
    updatedAt: timestamp(comment.updatedAt),
    lastEditedAt: comment.editedAt === null ? null : timestamp(comment.editedAt),
  });

  const commentsOf =
    (repository: Repository, number: number) => (given: ConnectionArguments & OrderArgument) => {
      requireIssues();
      const all = [...world.comments(repository, number)];
      if (given.orderBy !== undefined && given.orderBy !== null) {
        const sign = given.orderBy.direction === "ASC" ? 1 : -1;
        all.sort((a, b) => sign * (a.updatedAt - b.updatedAt));
      }
      return connection("comments", all, given, commentNode);
    };

  const pullNode = (pull: PullView) => ({
    __typename: "PullRequest",
    id: pull.nodeId,
    databaseId: databaseId(pull.id),
    fullDatabaseId: pull.id.toString(),
    number: pull.number,
    title: pull.title,
    url: `${site}/${pull.repository.nameWithOwner}/pull/${pull.number}`,
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
    author: actor(world.account(pull.user)),
    isCrossRepository: pull.headOwner !== pull.repository.owner,
    repository: () => repositoryNode(pull.repository),
    headRepositoryOwner: ownerNode(pull.headOwner),
    commits: (given: ConnectionArguments) => {
      // The count alone is asked for, which GitHub gives without boundaries.
      void given;
      return { totalCount: pull.commits };
    },
    comments: commentsOf(pull.repository, pull.number),
  });

  const issueNode = (issue: Issue) => ({
    __typename: "Issue",
    id: issue.nodeId,
    databaseId: databaseId(issue.id),
    number: issue.info.number,
    title: issue.info.title,
    body: issue.info.body ?? "",
    url: `${site}/${issue.repository.nameWithOwner}/issues/${issue.info.number}`,
    state: (issue.info.state ?? "open").toUpperCase(),
    locked: issue.info.locked ?? false,
    author: actor(world.account(issue.info.user ?? issue.repository.owner)),
    comments: commentsOf(issue.repository, issue.info.number),
  });

  const ownerNode = (login: string) => {
    const { id } = world.account(login);
    return { __typename: "Organization", id: `O_${id}`, login, url: `${site}/${login}` };
  };

  const pullsOf = (repository: Repository) => (given: PullArguments) => {
    requirePulls();
    const { headRefName, baseRefName, states, orderBy } = given;
    const found = world
      .pulls(repository, at)
      .filter((pull) => headRefName === undefined || headRefName === null || pull.headRef === headRefName)
      .filter((pull) => baseRefName === undefined || baseRefName === null || pull.baseRef === baseRefName)
      .filter((pull) => states === undefined || states === null || states.includes(pull.state.toUpperCase()));
    const key = (pull: PullView) => (orderBy?.field === "UPDATED_AT" ? pull.updatedAt : pull.createdAt);
    const sign = orderBy?.direction === "DESC" ? -1 : 1;
    found.sort((a, b) => sign * (key(a) - key(b) || a.number - b.number));
    return connection("pullRequests", found, given, pullNode);
  };

  const refNode = (repository: Repository, name: string) => ({
    __typename: "Ref",
    id: `REF_${repository.id}:${name}`,
    name,
    prefix: "refs/heads/",
    target: { __typename: "Commit", id: `C_${shaOf(name)}`, oid: shaOf(name) },
    compare: ({ headRef }: { headRef: string }) => {
      if (token.contents === "none") {
        throw forbidden();
      }
      const branch = world.branch(repository, headRef.replace(/^refs\/heads\//, ""), at);
      if (branch === null) {
        return null;
      }
      const commits = branch.name === name ? 0 : branch.commits;
      return {
        aheadBy: commits,
        behindBy: 0,
        status: commits === 0 ? "IDENTICAL" : "AHEAD",
        commits: { totalCount: commits },
      };
    },
    associatedPullRequests: (given: PullArguments) => pullsOf(repository)({ ...given, headRefName: name }),
  });

  const ref = (repository: Repository, qualifiedName: string) => {
    if (token.contents === "none") {
      throw forbidden();
    }
    const name = qualifiedName.replace(/^refs\/heads\//, "");
    return world.branch(repository, name, at) === null ? null : refNode(repository, name);
  };

  const pullByNumber = (repository: Repository, number: number) =>
    world.pulls(repository, at).find((pull) => pull.number === number);

  const repositoryNode = (repository: Repository) => ({
    __typename: "Repository",
    id: repository.nodeId,
    databaseId: databaseId(repository.id),
    name: repository.name,
    nameWithOwner: repository.nameWithOwner,
    url: `${site}/${repository.nameWithOwner}`,
    isPrivate: repository.info.private ?? false,
    owner: ownerNode(repository.owner),
    defaultBranchRef: () => ref(repository, repository.defaultBranch),
    ref: ({ qualifiedName }: { qualifiedName: string }) => ref(repository, qualifiedName),
    pullRequests: pullsOf(repository),
    pullRequest: ({ number }: { number: number }) => {
      requirePulls();
      const pull = pullByNumber(repository, number);
      if (pull === undefined) {
        throw failure("NOT_FOUND", `Could not resolve to a PullRequest with the number of ${number}.`);
      }
      return pullNode(pull);
    },
    issue: ({ number }: { number: number }) => {
      requireIssues();
      const issue = world.issue(repository, number);
      if (issue === null || issue.info.pull_request === true) {
        throw failure("NOT_FOUND", `Could not resolve to an Issue with the number of ${number}.`);
      }
      return issueNode(issue);
    },
    issueOrPullRequest: ({ number }: { number: number }) => {
      const pull = pullByNumber(repository, number);
      if (pull !== undefined) {
        requirePulls();
        return pullNode(pull);
      }
      requireIssues();
      const issue = world.issue(repository, number);
      if (issue === null) {
        throw failure(
          "NOT_FOUND",
          `Could not resolve to an issue or pull request with the number of ${number}.`,
        );
      }
      return issueNode(issue);
    },
  });

  /** Every node the token can see, by global ID. Made at the first lookup: a query may ask for a hundred. */
  let nodes: Map<string, () => object> | null = null;
  const allNodes = (): Map<string, () => object> => {
    const found = new Map<string, () => object>();
    for (const repository of world.repositories()) {
      if (world.repository(repository.owner, repository.name, token) === null) {
        continue;
      }
      found.set(repository.nodeId, () => repositoryNode(repository));
      for (const pull of world.pulls(repository, at)) {
        found.set(pull.nodeId, () => (token.pulls === "none" ? forbidden() : pullNode(pull)));
      }
      for (const { number } of repository.info.issues ?? []) {
        const issue = world.issue(repository, number);
        if (issue !== null) {
          found.set(issue.nodeId, () => (token.issues === "none" ? forbidden() : issueNode(issue)));
        }
      }
    }
    return found;
  };
  /** The node, or the error GitHub puts in its place. */
  const nodeOf = (id: string): object => {
    nodes ??= allNodes();
    return nodes.get(id)?.() ?? missingNode(id);
  };

  return {
    viewer: () => ({ ...actor(world.account(token.login)), __typename: "User", login: token.login }),
    node: ({ id }: { id: string }) => nodeOf(id),
    nodes: ({ ids }: { ids: string[] }) => {
      if (ids.length > 100) {
        throw failure(
          "ARGUMENT_LIMIT",
          `You may not provide more than 100 node ids; you provided ${ids.length}.`,
        );
      }
      return ids.map(nodeOf);
    },
    repository: ({ owner, name }: { owner: string; name: string }) => {
      const repository = world.repository(owner, name, token);
      if (repository === null) {
        throw failure("NOT_FOUND", `Could not resolve to a Repository with the name '${owner}/${name}'.`);
      }
      return repositoryNode(repository);
    },
  };
}
