import { buildSchema } from "graphql";

/** The part of GitHub's schema that the simulator answers. Types and nullability are GitHub's. */
export const ANSWERED_SCHEMA = buildSchema(/* GraphQL */ `
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
`);
