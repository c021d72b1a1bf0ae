import type { CommentInfo } from "../scenario.ts";
import { nodeIdOf, toId } from "./ids.ts";
import type { Repository } from "./repositories.ts";

/** A comment of an issue or pull request. Times in epoch ms. */
export interface Comment {
  id: bigint;
  nodeId: string;
  /** `owner/name`. */
  repository: string;
  issue: number;
  user: string;
  body: string;
  createdAt: number;
  updatedAt: number;
  /** Null: never edited. */
  editedAt: number | null;
}

export interface Comments {
  /** Of an issue or pull request at a time (epoch ms), oldest first. */
  list(repository: Repository, issue: number, at: number): Comment[];
  find(repository: Repository, id: string, at: number): Comment | null;
  add(comment: Pick<Comment, "repository" | "issue" | "user" | "body">, at: number): Comment;
}

/** The comments of the scenario's issues at `startedAt` (epoch ms), and those added later. */
export function createComments(repositories: readonly Repository[], startedAt: number): Comments {
  let lastId = 3_000_000n;
  const createScenarioComment = (repository: string, issue: number, info: CommentInfo): Comment => {
    lastId += 1n;
    const id = toId(info.id, lastId);
    const createdAt = startedAt - (info.created_seconds_ago ?? 3600) * 1000;
    const edited = info.edited_seconds_ago;
    const editedAt = edited === undefined ? null : startedAt - edited * 1000;
    const { user, body } = info;
    const updatedAt = editedAt ?? createdAt;
    return { id, nodeId: nodeIdOf("IC", id), repository, issue, user, body, createdAt, updatedAt, editedAt };
  };
  const comments = repositories.flatMap(({ nameWithOwner, info }) =>
    (info.issues ?? []).flatMap((issue) =>
      (issue.comments ?? []).map((comment) => createScenarioComment(nameWithOwner, issue.number, comment)),
    ),
  );
  const existing = ({ nameWithOwner, info }: Repository, at: number): Comment[] =>
    comments.filter(({ repository, issue, createdAt }) => {
      const after = info.issues?.find(({ number }) => number === issue)?.comments_deleted_after_seconds;
      const deletedAt = after === undefined ? Number.POSITIVE_INFINITY : startedAt + after * 1000;
      return repository === nameWithOwner && (at < deletedAt || createdAt >= deletedAt);
    });
  return {
    list: (repository, issue, at) => existing(repository, at).filter((comment) => comment.issue === issue),
    find: (repository, id, at) =>
      existing(repository, at).find((comment) => String(comment.id) === id) ?? null,
    add(fields, at) {
      lastId += 1n;
      const nodeId = nodeIdOf("IC", lastId);
      const comment = { id: lastId, nodeId, ...fields, createdAt: at, updatedAt: at, editedAt: null };
      comments.push(comment);
      return comment;
    },
  };
}
