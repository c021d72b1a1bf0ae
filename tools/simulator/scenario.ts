/**
 * The scenario: plain JSON data that says what the simulated GitHub holds and what goes wrong.
 *
 * Times are in seconds, relative to the moment they name. An integer ID may be a string of digits, so that it can
 * exceed 2^53; responses print it as a bare integer.
 */

/** Any JSON value. */
export type Json = null | boolean | number | string | Json[] | { [key: string]: Json };

/** Everything that a simulator needs to know. */
export interface Scenario {
  /** The tokens that exist, by the token itself. Any other gets 401. */
  tokens: Record<string, TokenInfo>;
  /** The repositories that exist, by `owner/name`. */
  repositories: Record<string, RepositoryInfo>;
  /** What every other repository is like that somebody names; absent: there are no others. */
  other_repositories?: RepositoryInfo;
  /** The models that a start may name; absent: any. Others get 422. */
  models?: string[];
  /**
   * How started tasks proceed. The n-th start (of all repositories together) uses `plans[n]`, and the last plan
   * serves all later ones. Plans with a `repository` serve that repository's starts instead, counted for it alone.
   * Absent or empty: the task stays `queued`.
   */
  plans?: TaskPlan[];
  /** Tasks that exist from the start. */
  existing?: ExistingTask[];
  /** What goes wrong. The first rule that applies to a request wins. */
  faults?: FaultRule[];
  /** Unproven facts about GitHub, each with a switch. */
  assumptions?: Partial<Assumptions>;
  rate_limits?: RateLimits;
}

/** What a rate limit allows for each token. */
export interface RateLimits {
  /** REST and GraphQL counted apart; 5,000 by default. */
  requests_per_hour?: number;
  /** How many of them the user's other tools have made before the first request; 0 by default. */
  used_by_others?: number;
  /** Writes in any 60 seconds, beyond which GitHub answers 403 with `Retry-After: 60`; no limit by default. */
  writes_per_minute?: number;
  /** What responses say about when the limit resets: nothing, or a time that is over. The right time by default. */
  reset?: "absent" | "past";
}

export type TokenKind = "user" | "installation" | "refresh";

/** A token: its account and what it may do. */
export interface TokenInfo {
  login: string;
  id: number;
  /** `installation` (`ghs_`): agent tasks get 403. `refresh` (`ghr_`): everything gets 401. */
  type: TokenKind;
  agent_tasks: "none" | "read" | "write";
  pulls: "none" | "read";
  contents: "none" | "read";
  issues: "none" | "read" | "write";
  /** ISO 8601. Only sent as `github-authentication-token-expiration`, without any effect. */
  expires_at?: string;
  /** Seconds after the simulator's start, from which the token gets 401. */
  valid_seconds?: number;
  /** The repositories (`owner/name`) it can see; absent: all. Others get 404. */
  repositories?: string[];
  /** Whether its user may start tasks; `ok` by default. */
  copilot?: "ok" | "not_licensed" | "plan_required" | "quota_used_up";
}

export type RoleName = "admin" | "maintain" | "write" | "triage" | "read" | "none";

export interface RepositoryInfo {
  id?: number | string;
  /** Names (`owner/name`) that it had before. GitHub redirects them to the name that it has now. */
  former_names?: string[];
  private?: boolean;
  /** `main` by default. */
  default_branch?: string;
  /** `disabled`: agent task endpoints answer 404. */
  agent?: "enabled" | "disabled";
  /** Branches besides the default one; absent: any `base_ref` is known. */
  branches?: Record<string, BranchInfo>;
  pulls?: PullRequestInfo[];
  issues?: IssueInfo[];
  /** Roles by login. The permission endpoint answers 404 for any other login; the user of a token may still write. */
  permissions?: Record<string, RoleName>;
}

/** How far a branch is ahead of the default branch. */
interface BranchInfo {
  commits: number;
  changed_files: number;
}

/** A pull request that exists from the start. */
export interface PullRequestInfo extends PlannedPullRequest {
  number: number;
  head_ref: string;
  user?: string;
  /** The owner of the head branch's repository, if that is a fork. */
  head_owner?: string;
  /** Seconds after the simulator's start when it is closed or merged (as `closes_as`). */
  closes_after_seconds?: number;
  closes_as?: "closed" | "merged";
}

/** An issue that exists from the start. */
export interface IssueInfo {
  number: number;
  title: string;
  body?: string | null;
  user?: string;
  /** `open` by default. */
  state?: "open" | "closed";
  locked?: boolean;
  /** `true`: the number is a pull request; list it in `pulls` too. */
  pull_request?: boolean;
  labels?: string[];
  comments?: CommentInfo[];
  /** Seconds after the simulator's start when somebody deletes the comments that the issue has then; absent: never. */
  comments_deleted_after_seconds?: number;
}

/** A comment that exists from the start. */
export interface CommentInfo {
  id?: number | string;
  user: string;
  body: string;
  /** Before the simulator's start; 3,600 by default. */
  created_seconds_ago?: number;
  /** Before the simulator's start; absent: never edited. */
  edited_seconds_ago?: number;
}

/**
 * How a task proceeds. At time t it shows all steps with `after_seconds` ≤ t − its creation, one over the other.
 * `wrapped`, `session_prompt` and `global_id` override the assumptions for this task.
 */
export interface TaskPlan extends Partial<Pick<Assumptions, "wrapped" | "session_prompt" | "global_id">> {
  /** Serves only starts in this repository (`owner/name`). */
  repository?: string;
  /** In order of `after_seconds`. Before the first step a task is `queued`. */
  steps: PlanStep[];
  /** The task's ID at the first use of the plan; generated otherwise. */
  id?: string;
  /** Responses contain only `id`, `state` and `created_at`. */
  minimal?: boolean;
  /** Top-level fields that responses leave out, for example `updated_at` or `html_url`. */
  omit?: string[];
  /** The model of the sessions, shown after `sweagent-capi:`. Default: the requested one, or `gpt-5`. */
  model?: string;
  /** Fields laid over every response that contains the task, for hostile or odd values. */
  extra?: { [key: string]: Json };
}

/** One step of a task. What is absent stays as it was. */
export interface PlanStep {
  after_seconds: number;
  /** A state that GitHub documents, or any other word, which is then no violation. */
  state?: string;
  /** `false`: this step does not change `updated_at`. */
  updated?: boolean;
  /** The interval in which `updated_at` moves until the next step. */
  heartbeat_seconds?: number;
  /**
   * The pull request appears or changes. It only appears if `create_pull_request` was true (or absent, depending on
   * an assumption) or if the start's `head_ref` has an open one. Otherwise a branch with the same refs appears.
   */
  pull_request?: PlannedPullRequest;
  /** The branch appears or changes. `null`: from now on there is no artifact. */
  branch?: PlannedBranch | null;
  /** The newest session's error. May be hostile text. */
  error?: string;
  /** The newest session's usage. */
  usage?: Usage;
  name?: string;
  /** A new session begins. A string is its prompt; `true`: the same prompt as the task's. */
  new_session?: boolean | string;
}

export interface PlannedBranch {
  head_ref?: string;
  /** The branch does not exist: only the sessions name it (`named`), or the artifacts too (`deleted`). */
  missing?: "named" | "deleted";
  /** The default branch, or the start's `base_ref`, by default. */
  base_ref?: string;
  commits?: number;
  changed_files?: number;
}

export interface PlannedPullRequest extends PlannedBranch {
  /** The next free number by default, or if another task has taken this one. */
  number?: number;
  id?: number | string;
  title?: string;
  /** When a task opens it, `true` by default. */
  draft?: boolean;
  /** `open` by default. */
  state?: "open" | "closed" | "merged";
}

/** As documented (`amount`), or as clients' fixtures show it (`credits`). */
export type Usage = { type: "ai_credits" | "premium_requests" } & ({ amount: number } | { credits: number });

/** The body of a start request. */
export interface StartBody {
  prompt: string;
  base_ref?: string;
  head_ref?: string;
  model?: string;
  custom_agent?: string;
  create_pull_request?: boolean;
}

/** A task that exists from the start, as if it had been started with these fields. */
export interface ExistingTask extends Omit<TaskPlan, "repository">, StartBody {
  id: string;
  repository: string;
  creator: { login: string; id: number };
  /** Before the simulator's start. */
  created_seconds_ago: number;
  archived?: boolean;
}

/** What a request is about; faults and counts refer to it. */
export type RequestKind =
  | "start"
  | "get"
  | "list"
  | "user"
  | "graphql"
  | "pulls"
  | "compare"
  | "branch"
  | "repository"
  | "issue"
  | "comments"
  | "comment_write"
  | "permission"
  | "other";

export interface FaultRule {
  on: FaultTarget;
  do: Fault;
}

/** Which requests a fault hits: those that match everything given. */
interface FaultTarget {
  kind: RequestKind | RequestKind[] | "any";
  /** `owner/name`, in any case. */
  repository?: string;
  /** Text that the body contains, as sent. */
  contains?: string;
  /** Which of the requests that match everything else here, counted from 1. */
  nth?: number | number[];
  /** Seconds after the simulator's start, inclusive. */
  from_second?: number;
  /** Seconds after the simulator's start, exclusive. */
  to_second?: number;
  /** The maximum number of hits. */
  times?: number;
}

/**
 * What goes wrong. "Carried out" means that a write took effect; reads have no effect either way. Faults that
 * spoil a response (`truncated`, `reshaped`, `wrong_json`, `garbage`) carry the request out. Those that give another response do
 * so only with `carried_out`.
 */
export type Fault = ConnectionFault | ResponseFault;

/** What happens to the connection, or to the right response on its way. */
type ConnectionFault =
  /** The connection is reset, nothing was carried out. */
  | { type: "reset_before" }
  /** Carried out, then the connection is reset before a byte of the response. */
  | { type: "reset_after" }
  /** No response ever comes; nothing was carried out. */
  | { type: "stall_before" }
  /** Carried out. No response ever comes, or with `part: "body"` status and headers but no body. */
  | { type: "stall_after"; part?: "headers" | "body" }
  /** Carried out. The response ends in the middle, before the length it announced. */
  | { type: "truncated" }
  /**
   * Carried out. Each task in the right response has these fields renamed, left out or replaced. With `entries`, only so
   * many of a list.
   */
  | {
      type: "reshaped";
      rename?: Record<string, string>;
      omit?: string[];
      replace?: Record<string, Json>;
      entries?: number;
    }
  /** The right response, this many real milliseconds late. */
  | { type: "delay"; milliseconds: number }
  /** The right response, after this much of the client's virtual time. A client with a real clock gets it at once. */
  | { type: "slow"; seconds: number }
  /** The right response, but a list names another page that it never named before, whether it has one or not. */
  | { type: "another_page" }
  /** Carried out. The right response with these headers in place of its own; null: without that header. */
  | { type: "headers"; headers: Record<string, string | null> };

/** What comes instead of the right response. */
export type ResponseFault =
  /** This response. `body`: a string is sent as it is, anything else as JSON; absent: GitHub's usual error. */
  | { type: "status"; status: number; body?: Json; headers?: Record<string, string>; carried_out?: boolean }
  /** An HTML page, as a proxy or GitHub's error page sends it. `text` goes into it unescaped. */
  | { type: "html"; status: number; text?: string; carried_out?: boolean }
  /** Carried out; JSON of another shape, `[]` by default. */
  | { type: "wrong_json"; body?: Json }
  /** Carried out; 200 with bytes that are no JSON although the header says so. */
  | { type: "garbage"; text?: string }
  /** 503 with `Retry-After` in seconds, or as an HTTP date with `as_date`; absent: without that header. */
  | { type: "unavailable"; retry_after?: number; as_date?: boolean; carried_out?: boolean }
  /** 429 with `Retry-After` in seconds. */
  | { type: "rate_limited_429"; retry_after: number }
  /** 403 of the secondary rate limit, with `Retry-After` in seconds unless absent. */
  | { type: "secondary_limit_403"; retry_after?: number }
  /** 403 of the primary rate limit: `x-ratelimit-remaining: 0`, and a reset this many seconds ahead. */
  | { type: "primary_limit_403"; reset_in: number }
  /** 404. */
  | { type: "not_found" }
  /** 401 "Bad credentials". */
  | { type: "unauthorized" }
  /** 403, "Resource not accessible by personal access token" by default. */
  | { type: "forbidden"; message?: string }
  /** 422 with this message, about this field of the request unless absent. */
  | { type: "unprocessable"; message: string; field?: string }
  /** A redirect. `location`: absolute, or a path on this server. */
  | { type: "redirect"; status: 301 | 302 | 307 | 308; location: string }
  /** Carried out, then 500. */
  | { type: "error_500_after" }
  /** Nothing was carried out, 500. */
  | { type: "error_500_before" };

export type FaultType = Fault["type"];

/** Unproven facts about GitHub, each with a switch. */
export interface Assumptions {
  /** GET responses have an `ETag`, and a conditional GET gets 304. Default true. */
  etags: boolean;
  /** How long lists omit a started task. Default 0. */
  list_lag_seconds: number;
  /** How long a GET of a started task gets 404. Default 0. */
  get_lag_seconds: number;
  /** Start and get answer `{"task": {…}}`. Default false. */
  wrapped: boolean;
  /** `sessions[].prompt`: as sent; without white space at its ends; left out; another text. Default `exact`. */
  session_prompt: "exact" | "trimmed" | "absent" | "rewritten";
  /** `data.global_id` of a pull request artifact. Default `present`. */
  global_id: "present" | "empty" | "absent";
  /** A start without `create_pull_request` opens a pull request, as was observed. Default true. */
  pull_request_by_default: boolean;
  /** A list entry has its `artifacts`. Default true. */
  artifacts_in_lists: boolean;
  /** The response to a start has `html_url`. Default true. */
  html_url: boolean;
  /** How far the server's clock is ahead of the simulator's. Default 0. */
  server_ahead_seconds: number;
  /** Responses have a `Date`. Default true. */
  date: boolean;
  /** How far `Date` is ahead of the clock that the times in responses come from. Default 0. */
  date_ahead_seconds: number;
  /** `Link` has addresses without scheme and host. Default false. */
  relative_links: boolean;
  /**
   * How lists of tasks name their pages: in `Link`; nowhere, but they know `page` (`numbers`); or by a cursor in the
   * body, and they ignore `page` (`cursor`). Default `links`.
   */
  paging: "links" | "numbers" | "cursor";
  /** The longest prompt, in code points, beyond which a start gets 422; null: no limit. Default 30,000. */
  prompt_limit: number | null;
  /** The status of agent task endpoints if the agent is disabled. Default 404. */
  disabled_status: 403 | 404;
}
