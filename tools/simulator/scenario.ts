/**
 * The scenario: plain JSON data that says what the simulated GitHub holds and what goes wrong.
 *
 * Times in a scenario are in seconds, relative to the moment they name. Integer IDs may be given as strings
 * of digits, so that one beyond 2^53 survives; they are printed as bare integers in the answers.
 */

/** Any JSON value. */
export type Json = null | boolean | number | string | Json[] | { [key: string]: Json };

/** All that one simulator needs to know. */
export interface Scenario {
  /** The tokens that exist, by the token itself. Any other one gets 401. */
  tokens: Record<string, TokenInfo>;
  /** The repositories that exist, by `owner/name`. */
  repositories: Record<string, RepositoryInfo>;
  /** The models a start may name; absent: any. Another one gets 422. */
  models?: string[];
  /**
   * What becomes of started tasks. The n-th start (all repositories counted together) uses `plans[n]`, the last plan
   * serves all later ones. Plans with a `repository` serve that repository's starts instead, counted for it alone.
   * Absent or empty: the task stays `queued`.
   */
  plans?: TaskPlan[];
  /** Tasks that exist from the start. */
  existing?: ExistingTask[];
  /** What goes wrong, in order of precedence: the first rule that applies to a request wins. */
  faults?: FaultRule[];
  /** Facts that nobody has shown, switched to one answer or the other. */
  assumptions?: Partial<Assumptions>;
  /** Limits; absent: 5,000 requests an hour, no secondary limit. */
  rate_limits?: RateLimits;
}

/** What a rate limit allows, for each token. */
export interface RateLimits {
  /** Requests an hour, REST and GraphQL counted apart; 5,000 by default. */
  requests_per_hour?: number;
  /** POST, PATCH, PUT and DELETE in any 60 seconds, beyond which 403 with `Retry-After: 60`; no limit by default. */
  writes_per_minute?: number;
}

export type TokenKind = "user" | "installation" | "refresh";

/** A token, whose it is and what it may do. */
export interface TokenInfo {
  login: string;
  id: number;
  /** `installation` (`ghs_`): agent tasks answer 403. `refresh` (`ghr_`): 401 everywhere. */
  type: TokenKind;
  agent_tasks: "none" | "read" | "write";
  pulls: "none" | "read";
  contents: "none" | "read";
  issues: "none" | "read" | "write";
  /** ISO 8601; sent as `github-authentication-token-expiration`, nothing else. */
  expires_at?: string;
  /** Seconds after the simulator's start; from then on the token gets 401. */
  valid_seconds?: number;
  /** The repositories (`owner/name`) it can see; absent: all. Others answer 404. */
  repositories?: string[];
  /** Whether its user may start tasks; `ok` by default. */
  copilot?: "ok" | "not_licensed" | "plan_required" | "quota_used_up";
}

export type RoleName = "admin" | "maintain" | "write" | "triage" | "read" | "none";

/** A repository and what is in it. */
export interface RepositoryInfo {
  /** Digits as a string for one beyond 2^53. */
  id?: number | string;
  private?: boolean;
  /** `main` by default. */
  default_branch?: string;
  /** `disabled`: agent task endpoints answer 404. */
  agent?: "enabled" | "disabled";
  /** Branches beside the default one; absent: every `base_ref` is taken as known. */
  branches?: Record<string, BranchInfo>;
  pulls?: PullRequestInfo[];
  issues?: IssueInfo[];
  /** Roles by login. A login that is missing here gets 404 from the permission endpoint; as a token's user it may write. */
  permissions?: Record<string, RoleName>;
}

/** How far a branch is ahead of the default branch. */
export interface BranchInfo {
  commits: number;
  changed_files: number;
}

/** A pull request that exists from the start. */
export interface PullRequestInfo {
  number: number;
  /** The database ID; digits as a string for one beyond 2^53. */
  id?: number | string;
  title?: string;
  /** `open` by default. */
  state?: "open" | "closed" | "merged";
  draft?: boolean;
  head_ref: string;
  /** The default branch by default. */
  base_ref?: string;
  user?: string;
  changed_files?: number;
  commits?: number;
  /** `owner` of the repository the head branch is in, where it is a fork. */
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
  /** `true`: the number is a pull request; give it in `pulls` too. */
  pull_request?: boolean;
  labels?: string[];
  comments?: CommentInfo[];
}

/** A comment that exists from the start. */
export interface CommentInfo {
  id?: number | string;
  user: string;
  body: string;
  /** Before the simulator's start; 3,600 by default. */
  created_seconds_ago?: number;
  /** When last edited, before the simulator's start; absent: never. */
  edited_seconds_ago?: number;
}

/** A state GitHub documents, or any other word: an undocumented one is not counted as a violation. */
export type SimulatedTaskState = string;

/** How a task goes. What it shows at time t is all steps with `after_seconds` ≤ t − its creation, one over the other. */
export interface TaskPlan {
  /** Serves starts in this repository (`owner/name`) only. */
  repository?: string;
  /** In order of `after_seconds`. Before the first step a task is `queued`. */
  steps: PlanStep[];
  /** The task's ID, for its first use; generated otherwise. */
  id?: string;
  /** Answers hold `id`, `state` and `created_at` only. */
  minimal?: boolean;
  /** Answers to start and get are `{"task": {…}}`; overrides the assumption. */
  wrapped?: boolean;
  /** Top-level fields left out of the answers, `updated_at` or `html_url` for example. */
  omit?: string[];
  /** The model of the sessions; by default the one asked for, or `gpt-5`. Printed with `sweagent-capi:` before it. */
  model?: string;
  /** Overrides the assumption of the same name for this task. */
  session_prompt?: Assumptions["session_prompt"];
  /** Overrides the assumption of the same name for this task. */
  global_id?: Assumptions["global_id"];
  /** Fields laid over every answer that holds the task, for hostile or odd values. */
  extra?: { [key: string]: Json };
}

/** One step of a task. What is absent stays as it was. */
export interface PlanStep {
  after_seconds: number;
  state?: SimulatedTaskState;
  /** `false`: `updated_at` does not move with this step. */
  updated?: boolean;
  /** `updated_at` moves every so many seconds until the next step. */
  heartbeat_seconds?: number;
  /**
   * The pull request appears, or changes. It appears only if `create_pull_request` was true (or left out, by an
   * assumption) or if the start's `head_ref` has an open one; else there is a branch of the same refs instead.
   */
  pull_request?: PlannedPullRequest;
  /** The branch appears, or changes. `null`: no artifact at all from now on. */
  branch?: PlannedBranch | null;
  /** The newest session's error. May be hostile text. */
  error?: string;
  /** The newest session's usage. */
  usage?: Usage;
  name?: string;
  /** A new session begins at this step; `true`, or the prompt it was begun with. */
  new_session?: boolean | string;
}

export interface PlannedPullRequest {
  /** The next free number by default, and also where another task has taken it. */
  number?: number;
  /** Database ID; digits as a string for one beyond 2^53. */
  id?: number | string;
  title?: string;
  /** `true` at first by default. */
  draft?: boolean;
  state?: "open" | "closed" | "merged";
  changed_files?: number;
  commits?: number;
  head_ref?: string;
  base_ref?: string;
}

export interface PlannedBranch {
  head_ref?: string;
  base_ref?: string;
  commits?: number;
  changed_files?: number;
}

/** As documented (`amount`), or as clients' fixtures show it (`credits`). */
export type Usage =
  | { type: "ai_credits" | "premium_requests"; amount: number }
  | { type: "ai_credits" | "premium_requests"; credits: number };

/** A task that exists from the start. */
export interface ExistingTask extends Omit<TaskPlan, "repository"> {
  id: string;
  repository: string;
  creator: { login: string; id: number };
  /** Before the simulator's start. */
  created_seconds_ago: number;
  prompt: string;
  archived?: boolean;
  base_ref?: string;
  head_ref?: string;
  create_pull_request?: boolean;
}

/** What a request is about; faults and counts go by it. */
export type RequestKind =
  | "start"
  | "get"
  | "list"
  | "user"
  | "graphql"
  | "pulls"
  | "compare"
  | "repository"
  | "issue"
  | "comments"
  | "comment_write"
  | "permission"
  | "other";

/** Which requests a fault hits. All that is given must match. */
export interface FaultTarget {
  kind: RequestKind | RequestKind[] | "any";
  /** `owner/name`, in any case. */
  repository?: string;
  /** Only requests whose body holds this text (as sent). */
  contains?: string;
  /** Counted from 1, among the requests that match all else here. */
  nth?: number | number[];
  /** Seconds after the simulator's start, inclusive. */
  from_second?: number;
  /** Seconds after the simulator's start, exclusive. */
  to_second?: number;
  /** At most so many hits. */
  times?: number;
}

export interface FaultRule {
  on: FaultTarget;
  do: Fault;
}

/**
 * What goes wrong. "Carried out" means that a write took effect; reads have no effect either way. Faults that
 * spoil a response (`truncated`, `wrong_json`, `garbage`) carry the request out. Those that give another response do
 * so only with `carried_out`.
 */
export type Fault = ConnectionFault | ResponseFault;

/** What happens to the connection, or to the right response on its way. */
export type ConnectionFault =
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
  /** The right response, this many real milliseconds late. */
  | { type: "delay"; milliseconds: number };

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
  | { type: "unavailable"; retry_after?: number; as_date?: boolean }
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
  /** 422 with this message. */
  | { type: "unprocessable"; message: string }
  /** A redirect. `location`: absolute, or a path on this server. */
  | { type: "redirect"; status: 301 | 302 | 307 | 308; location: string }
  /** Carried out, then 500. */
  | { type: "error_500_after" }
  /** Nothing was carried out, 500. */
  | { type: "error_500_before" };

export type FaultType = Fault["type"];

/** The facts nobody has shown, each with a switch. */
export interface Assumptions {
  /** GETs have an `ETag` and answer 304. Default true. */
  etags: boolean;
  /** How long after its start a task is missing from lists. Default 0. */
  list_lag_seconds: number;
  /** How long after its start a task answers 404 to a get. Default 0. */
  get_lag_seconds: number;
  /** Start and get answer `{"task": {…}}`. Default false. */
  wrapped: boolean;
  /**
   * `sessions[].prompt`: as sent; without white space at its ends; not there; or text of its own around it
   * (`rewritten`: what was sent is not in it). Default `exact`.
   */
  session_prompt: "exact" | "trimmed" | "absent" | "rewritten";
  /** `data.global_id` of a pull request artifact. Default `present`. */
  global_id: "present" | "empty" | "absent";
  /** A start without `create_pull_request` opens one all the same, as was seen. Default true. */
  pull_request_by_default: boolean;
  /** A list entry has its `artifacts`. Default true. */
  artifacts_in_lists: boolean;
  /** A start's answer has `html_url`. Default true. */
  html_url: boolean;
  /** How far the server's clock is ahead of the one passed in. Default 0. */
  server_ahead_seconds: number;
  /** The longest prompt, in code points, beyond which a start gets 422; null: none. Default 30,000. */
  prompt_limit: number | null;
  /** What agent task endpoints answer where the agent is off. Default 404. */
  disabled_status: 403 | 404;
}
