import { timestamp } from "./clock.ts";
import type { Contract } from "./contract.ts";
import type { ObjectValue, Value } from "./json.ts";
import type { RoleName } from "./scenario.ts";
import type { Account, Branch, Comment, Issue, PullView, Repository, World } from "./world.ts";

const api = "https://api.github.com";
const site = "https://github.com";

/** GitHub's JSON for the things in a world: the description's smallest valid values with what is known laid over. */
export interface Values {
  user(account: Account): ObjectValue;
  /** `GET /user`. */
  me(account: Account): ObjectValue;
  repository(repository: Repository): ObjectValue;
  /** In lists: fewer fields. */
  pullInList(pull: PullView): ObjectValue;
  pull(pull: PullView): ObjectValue;
  issue(issue: Issue): ObjectValue;
  /** A pull request as the issue it also is. */
  pullAsIssue(pull: PullView): ObjectValue;
  comment(comment: Comment): ObjectValue;
  /** `head` seen from `base`, page by page; files on the first page only. */
  comparison(repository: Repository, base: string, head: Branch, page: number, perPage: number): ObjectValue;
  permission(account: Account, role: RoleName): ObjectValue;
}

/** A commit's SHA, made up from the branch it is on. */
export function shaOf(branch: string): string {
  return Buffer.from(branch).toString("hex").padEnd(40, "0").slice(-40);
}

/** What the `permission` field makes of a role: it folds maintain into write and triage into read. */
export function foldedPermission(role: RoleName): "admin" | "write" | "read" | "none" {
  switch (role) {
    case "admin":
    case "write":
    case "read":
    case "none":
      return role;
    case "maintain":
      return "write";
    case "triage":
      return "read";
  }
}

export function createValues(contract: Contract, world: World): Values {
  const user = (account: Account): ObjectValue => ({
    ...contract.sample("simple-user"),
    login: account.login,
    id: account.id,
    node_id: `U_${account.id}`,
    type: account.isBot ? "Bot" : "User",
    html_url: `${site}/${encodeURIComponent(account.login)}`,
    url: `${api}/users/${encodeURIComponent(account.login)}`,
  });
  const userOf = (login: string): ObjectValue => user(world.account(login));

  const repositoryFields = (repository: Repository): ObjectValue => ({
    id: repository.id,
    node_id: repository.nodeId,
    name: repository.name,
    full_name: repository.nameWithOwner,
    private: repository.info.private ?? false,
    owner: userOf(repository.owner),
    default_branch: repository.defaultBranch,
    html_url: `${site}/${repository.nameWithOwner}`,
    url: `${api}/repos/${repository.nameWithOwner}`,
  });
  const repositoryValue = (repository: Repository): ObjectValue => ({
    ...contract.sample("full-repository"),
    ...repositoryFields(repository),
    visibility: repository.info.private === true ? "private" : "public",
  });

  const side = (repository: Repository, owner: string, ref: string): ObjectValue => ({
    label: `${owner}:${ref}`,
    ref,
    sha: shaOf(ref),
    user: userOf(owner),
    repo: { ...contract.sample("repository"), ...repositoryFields(repository) },
  });

  const pullFields = (pull: PullView): ObjectValue => {
    const path = `${pull.repository.nameWithOwner}/pull/${pull.number}`;
    return {
      id: pull.id,
      node_id: pull.nodeId,
      number: pull.number,
      title: pull.title,
      state: pull.state === "open" ? "open" : "closed",
      draft: pull.draft,
      html_url: `${site}/${path}`,
      url: `${api}/repos/${pull.repository.nameWithOwner}/pulls/${pull.number}`,
      user: userOf(pull.user),
      head: side(pull.repository, pull.headOwner, pull.headRef),
      base: side(pull.repository, pull.repository.owner, pull.baseRef),
      created_at: timestamp(pull.createdAt),
      updated_at: timestamp(pull.updatedAt),
      closed_at: pull.closedAt === null ? null : timestamp(pull.closedAt),
      merged_at: pull.state === "merged" && pull.closedAt !== null ? timestamp(pull.closedAt) : null,
    };
  };

  const issueUrls = (repository: Repository, number: number): ObjectValue => ({
    html_url: `${site}/${repository.nameWithOwner}/issues/${number}`,
    url: `${api}/repos/${repository.nameWithOwner}/issues/${number}`,
    repository_url: `${api}/repos/${repository.nameWithOwner}`,
  });

  const commit = (repository: Repository, sha: string): ObjectValue => ({
    ...contract.sample("commit"),
    sha,
    url: `${api}/repos/${repository.nameWithOwner}/commits/${sha}`,
    html_url: `${site}/${repository.nameWithOwner}/commit/${sha}`,
  });

  return {
    user,
    me: (account) => ({ ...contract.sample("public-user"), ...user(account) }),
    repository: repositoryValue,
    pullInList: (pull) => ({ ...contract.sample("pull-request-simple"), ...pullFields(pull) }),
    pull: (pull) => ({
      ...contract.sample("pull-request"),
      ...pullFields(pull),
      merged: pull.state === "merged",
      changed_files: pull.changedFiles,
      commits: pull.commits,
      additions: pull.changedFiles,
    }),
    issue: (issue) => ({
      ...contract.sample("issue"),
      ...issueUrls(issue.repository, issue.info.number),
      id: issue.id,
      node_id: issue.nodeId,
      number: issue.info.number,
      title: issue.info.title,
      body: issue.info.body ?? null,
      user: userOf(issue.info.user ?? issue.repository.owner),
      state: issue.info.state ?? "open",
      locked: issue.info.locked ?? false,
      labels: (issue.info.labels ?? []).map((name): Value => ({ name })),
      comments: world.comments(issue.repository, issue.info.number).length,
      ...(issue.info.pull_request === true
        ? { pull_request: pullLinks(issue.repository, issue.info.number) }
        : {}),
    }),
    pullAsIssue: (pull) => ({
      ...contract.sample("issue"),
      ...issueUrls(pull.repository, pull.number),
      id: pull.id,
      node_id: pull.nodeId,
      number: pull.number,
      title: pull.title,
      body: null,
      user: userOf(pull.user),
      state: pull.state === "open" ? "open" : "closed",
      comments: world.comments(pull.repository, pull.number).length,
      pull_request: pullLinks(pull.repository, pull.number),
    }),
    comment: (comment) => ({
      ...contract.sample("issue-comment"),
      id: comment.id,
      node_id: comment.nodeId,
      body: comment.body,
      user: userOf(comment.user),
      created_at: timestamp(comment.createdAt),
      updated_at: timestamp(comment.updatedAt),
      html_url: `${site}/${comment.repository}/issues/${comment.issue}#issuecomment-${comment.id}`,
      url: `${api}/repos/${comment.repository}/issues/comments/${comment.id}`,
      issue_url: `${api}/repos/${comment.repository}/issues/${comment.issue}`,
    }),
    comparison(repository, base, head, page, perPage) {
      const first = (page - 1) * perPage;
      const onPage = Math.max(0, Math.min(perPage, head.commits - first));
      const commits = Array.from({ length: onPage }, (_, index) =>
        commit(repository, shaOf(`${head.name}#${first + index}`)),
      );
      // GitHub gives 300 files at most, all on the first page.
      const files = Array.from({ length: page === 1 ? Math.min(300, head.changedFiles) : 0 }, (_, index) => ({
        ...contract.sample("diff-entry"),
        filename: `file-${index + 1}.txt`,
        status: "modified",
        sha: shaOf(`file-${index + 1}`),
        changes: 1,
        additions: 1,
      }));
      return {
        ...contract.sample("commit-comparison"),
        base_commit: commit(repository, shaOf(base)),
        merge_base_commit: commit(repository, shaOf(base)),
        html_url: `${site}/${repository.nameWithOwner}/compare/${encodeURIComponent(`${base}...${head.name}`)}`,
        status: head.commits === 0 ? "identical" : "ahead",
        ahead_by: head.commits,
        behind_by: 0,
        total_commits: head.commits,
        commits,
        files,
      };
    },
    permission: (account, role) => ({
      permission: foldedPermission(role),
      role_name: role,
      user: { ...contract.sample("nullable-collaborator"), ...user(account), role_name: role },
    }),
  };

  function pullLinks(repository: Repository, number: number): ObjectValue {
    const url = `${api}/repos/${repository.nameWithOwner}/pulls/${number}`;
    const html = `${site}/${repository.nameWithOwner}/pull/${number}`;
    return { url, html_url: html, diff_url: `${html}.diff`, patch_url: `${html}.patch` };
  }
}
