import { describe, expect, it } from "@jest/globals";
import {
  type Attempt,
  explainFailure,
  type FailureScope,
  getFailureScope,
  getTokenKind,
  type TokenKind,
} from "../../../../src/github/agent-tasks/problems.ts";
import type { RequestFailure } from "../../../../src/github/http/error.ts";
import {
  CANCELLED,
  INDETERMINATE,
  NOT_SENT,
  RATE_LIMITED,
  REDIRECTED,
  rejected,
  UNAVAILABLE,
} from "../../../support/builders.ts";
import { MINUTE, SECOND } from "../../../support/clock.ts";

const KINDS: readonly TokenKind[] = [
  "classic",
  "fine_grained",
  "oauth",
  "app_user",
  "installation",
  "unknown",
];

const START: Attempt = {
  what: "start a task in octo/app",
  writes: true,
  tokenKind: "fine_grained",
  subject: null,
};
const LOOK: Attempt = { what: "look at task 1", writes: false, tokenKind: "fine_grained", subject: null };

const USER_TOKEN_NEEDED =
  "This is an installation token (ghs_…) such as GITHUB_TOKEN, which the Agent tasks API does not accept. Use a " +
  'user\'s token: a fine-grained personal access token with the repository permission "Agent tasks", or a GitHub ' +
  "App user access token.";

/** A 401 for a token that has worked in this step. */
const FLAKY: RequestFailure = { kind: "unauthorized", retryAfterMs: 30_000, message: "No", hasWorked: true };

describe("the kind of a token", () => {
  it.each<[string, TokenKind]>([
    ["ghp_abc", "classic"],
    ["github_pat_abc", "fine_grained"],
    ["gho_abc", "oauth"],
    ["ghu_abc", "app_user"],
    ["ghs_abc", "installation"],
    ["ghx_abc", "unknown"],
    ["0123456789abcdef", "unknown"],
    ["x_ghp_abc", "unknown"],
    ["", "unknown"],
  ])("%s is %s", (token, kind) => {
    expect(getTokenKind(token)).toBe(kind);
  });
});

describe("a failure in words", () => {
  it("says that the request did not reach GitHub", () => {
    expect(explainFailure(NOT_SENT, START)).toMatchObject({
      message: "Could not start a task in octo/app: the connection was refused (ECONNREFUSED).",
      remedy:
        "Check that this runner can reach GitHub's API: network, proxy (https_proxy, no_proxy) and github_api_url.",
    });
  });

  it.each([
    [null, "in a while"],
    [500, "in 1 s"],
    [20 * SECOND, "in 20 s"],
    [119 * SECOND, "in 119 s"],
    [120 * SECOND, "in 2 min"],
    [59 * MINUTE + 1, "in 60 min"],
  ])("says when a rate limit ends (%s ms)", (retryAfterMs, when) => {
    expect(explainFailure({ ...RATE_LIMITED, retryAfterMs }, START)).toMatchObject({
      message:
        "Could not start a task in octo/app: GitHub's rate limit is reached (HTTP 429: Too many requests).",
      remedy: `Run this again ${when}. All tokens of this user share the limit.`,
    });
  });

  it("says that GitHub is not available", () => {
    expect(explainFailure(UNAVAILABLE, LOOK)).toMatchObject({
      message: "Could not look at task 1: HTTP 503.",
      remedy: "Run this again in 40 s. Check https://www.githubstatus.com for incidents.",
    });
  });

  it("says what is indeterminate", () => {
    expect(explainFailure(INDETERMINATE, LOOK)).toMatchObject({
      message: "Could not look at task 1: HTTP 502.",
      remedy: "Run this again. Check https://www.githubstatus.com for incidents.",
    });
  });

  it.each([
    [REDIRECTED.location, REDIRECTED.location],
    ["", "another address"],
  ])("names the new place of a redirect (%j)", (location, place) => {
    expect(explainFailure({ ...REDIRECTED, location }, START)).toMatchObject({
      message: `Could not start a task in octo/app: GitHub redirects to ${place} (HTTP 301).`,
      remedy: "If the repository was renamed or moved, set repository to its new name.",
    });
  });

  it("says that the step was cancelled", () => {
    expect(explainFailure(CANCELLED, LOOK)).toMatchObject({
      message: "Could not look at task 1: the step was cancelled.",
      remedy: "Run this again if you still need it.",
    });
  });
});

describe("a refusal in words", () => {
  it.each([401, 403, 404, 407, 451])("says that GitHub did not write it: HTTP %i", (status) => {
    const failure = { ...rejected(status, ""), isFromApi: false };
    const { message, remedy } = explainFailure(failure, LOOK);
    expect(message).toBe(
      `Could not look at task 1: HTTP ${status} without a message of GitHub's API, probably from a proxy.`,
    );
    expect(remedy).toContain("proxy");
    // These headers are GitHub's own.
    expect(explainFailure({ ...failure, enterpriseVersion: "3.18.1" }, LOOK).message).not.toContain("proxy");
    expect(
      explainFailure({ ...failure, singleSignOnUrl: "https://github.com/orgs/octo/sso" }, LOOK).message,
    ).not.toContain("proxy");
  });

  it.each([
    [
      401,
      "Bad credentials",
      "GitHub did not accept the token",
      "The token is wrong, expired or revoked. Create a new one and update the secret.",
    ],
    [
      403,
      "copilot_plan_required: a paid plan",
      "the token's user has no Copilot plan that includes the cloud agent",
      "Give that user a Copilot plan that includes the cloud agent (https://github.com/features/copilot/plans), or use the token of a user who has one.",
    ],
    [
      403,
      "User is Not Licensed.",
      "the token's user has no Copilot plan that includes the cloud agent",
      "Give that user a Copilot plan that includes the cloud agent (https://github.com/features/copilot/plans), or use the token of a user who has one.",
    ],
    [
      403,
      "You have exceeded your premium quota.",
      "the premium request quota is used up",
      "Wait until the quota resets, or raise the budget in the Copilot billing settings.",
    ],
    [
      403,
      "Resource not accessible",
      "this token is not allowed to do that",
      'Give the fine-grained token the repository permission "Agent tasks" (read and write) for this repository. The organization may have to approve the token, and must allow the Copilot cloud agent.',
    ],
    [
      404,
      "Not Found",
      "not found, or this token has no access",
      "Check the repository's name. The token's user must have write access to the repository, the organization must allow the Copilot cloud agent, and the repository must not have opted out of it.",
    ],
    [
      422,
      "model x is not available",
      "GitHub rejected the model",
      "Leave model empty to let GitHub choose, or set one that this user's plan and the organization's policy allow.",
    ],
    [
      422,
      "base_ref x does not exist",
      "GitHub rejected the branch",
      "Check that base_ref and head_ref are branches of that repository.",
    ],
    [
      422,
      "No such branch",
      "GitHub rejected the branch",
      "Check that base_ref and head_ref are branches of that repository.",
    ],
    [
      422,
      "prompt is too long",
      "GitHub rejected the prompt",
      "Shorten the prompt; the agent's limit is about 30,000 characters.",
    ],
    [
      422,
      "Validation Failed",
      "GitHub rejected the request",
      "Check prompt, model, custom_agent, base_ref and head_ref.",
    ],
    [
      400,
      "Problems parsing JSON",
      "GitHub rejected the request",
      "Read GitHub's message above. https://docs.github.com/rest/agent-tasks/agent-tasks describes the request.",
    ],
    [
      409,
      "Conflict",
      "GitHub rejected the request",
      "Read GitHub's message above. https://docs.github.com/rest/agent-tasks/agent-tasks describes the request.",
    ],
  ])("HTTP %d: %s", (status, said, cause, remedy) => {
    expect(explainFailure(rejected(status, said), START)).toMatchObject({
      message: `Could not start a task in octo/app: ${cause} (HTTP ${status}: ${said}).`,
      remedy,
    });
  });

  it("has the status alone where the server said nothing", () => {
    expect(explainFailure(rejected(404, ""), LOOK).message).toBe(
      "Could not look at task 1: not found, or this token has no access (HTTP 404).",
    );
  });

  it("has what the errors of fields say, and goes by it", () => {
    const failure = rejected(422, "Validation Failed", [
      { code: "invalid", message: "model is unknown" },
      { code: "missing", message: "" },
      { code: "", message: "" },
    ]);
    expect(explainFailure(failure, START).message).toBe(
      "Could not start a task in octo/app: GitHub rejected the model (HTTP 422: Validation Failed; model is unknown; missing).",
    );
  });

  it.each<[string, number, string, string]>([
    ["the budget", 402, "Payment required", "the budget for Copilot is used up"],
    ["a spending limit", 403, "You have reached your spending limit.", "the budget for Copilot is used up"],
    [
      "a quota by 429",
      429,
      "You have exceeded your premium request quota.",
      "the premium request quota is used up",
    ],
    [
      "an IP allow list",
      403,
      "Although you appear to have the correct authorization credentials, the `model-suspended` organization has an IP allow list enabled, and 192.0.2.1 is not permitted to access this resource.",
      "the organization's IP allow list does not include this runner's address",
    ],
    ["an archived repository", 403, "Repository was archived so is read-only.", "the repository is archived"],
    ["a suspended user", 403, "Sorry. Your account was suspended.", "the token's user is suspended"],
    [
      "a suspended user",
      403,
      "Your account is suspended. Please visit https://support.github.com for more information.",
      "the token's user is suspended",
    ],
    [
      "a suspended installation",
      403,
      "This installation has been suspended",
      "the installation of the GitHub App is suspended",
    ],
    [
      "single sign-on without an address",
      403,
      "Resource protected by organization SAML enforcement. You must grant your Personal Access token access to this organization.",
      "the token is not authorized for the organization's single sign-on",
    ],
    [
      "a token that lives too long",
      403,
      "The 'quota-budget' organization forbids access via a fine-grained personal access tokens if the token's lifetime is greater than 366 days. Please adjust your token's lifetime at the following URL: https://github.com/settings/personal-access-tokens/1",
      "the token lives longer than the organization or enterprise allows",
    ],
    [
      "a kind of token",
      403,
      "`octo` forbids access via a personal access token (classic). Please use a GitHub App, OAuth App, or a personal access token with fine-grained permissions.",
      "the organization or enterprise does not allow tokens of this kind",
    ],
  ])("names %s", (_what, status, said, cause) => {
    const { message, remedy } = explainFailure(rejected(status, said), START);
    expect(message).toBe(`Could not start a task in octo/app: ${cause} (HTTP ${status}: ${said}).`);
    expect(remedy).toMatch(/^\S.{20,}\.$/);
  });

  it("goes by the code at the top level, whatever the words and the status are", () => {
    const answer = {
      ...rejected(403, "This API requires a valid plan."),
      code: "copilot_plan_required",
      error: "forbidden",
    };
    expect(explainFailure(answer, START).message).toBe(
      "Could not start a task in octo/app: the token's user has no Copilot plan that includes the cloud agent " +
        "(HTTP 403: This API requires a valid plan.; copilot_plan_required).",
    );
    for (const [code, cause] of [
      ["quota_exceeded", "the premium request quota is used up"],
      ["account_suspended", "the token's user is suspended"],
      ["repository_archived", "the repository is archived"],
    ] as const) {
      expect(explainFailure({ ...rejected(422, "model"), code }, START).message).toContain(cause);
      expect(explainFailure({ ...rejected(403, ""), error: code }, START).message).toContain(
        `${cause} (HTTP 403: ${code})`,
      );
    }
  });

  it("leads to the page of the single sign-on, and tells the pages of organizations apart", () => {
    const page = (org: string, id: number) =>
      `https://github.com/orgs/${org}/sso?authorization_request=${id}`;
    const explain = (url: string, status = 403) =>
      explainFailure({ ...rejected(status, "No"), singleSignOnUrl: url }, START);
    for (const status of [403, 404]) {
      expect(explain(page("octo", 1), status).remedy).toContain(`open ${page("octo", 1)} within an hour`);
    }
    expect(explain(page("octo", 1)).cause).toBe(explain(page("octo", 2)).cause);
    expect(explain(page("octo", 1)).cause).not.toBe(explain(page("hub", 1)).cause);
  });

  it("says that GitHub Enterprise Server has no such API, and not so of GHE.com", () => {
    const answer = (enterpriseVersion: string) => ({ ...rejected(404, "Not Found"), enterpriseVersion });
    expect(explainFailure(answer("3.18.1"), START).message).toContain(
      "GitHub Enterprise Server 3.18.1 has no Agent tasks API (HTTP 404: Not Found).",
    );
    expect(explainFailure(answer("enterprise.ghe.com"), START).message).toContain("not found, or this token");
  });

  it.each<[string, { code: string; message: string; field?: string }, string]>([
    ["the field", { field: "base_ref", code: "invalid", message: "model/prompt is not valid" }, "branch"],
    ["the field", { field: "model", code: "invalid", message: "no such branch" }, "model"],
    ["the field", { field: "custom_agent", code: "missing", message: "" }, "custom agent"],
    ["the code", { code: "invalid_model", message: "not valid on that branch" }, "model"],
    ["the first word", { code: "custom", message: "base_ref feature/data-model does not exist" }, "branch"],
    ["the first word", { code: "custom", message: "base_ref model does not exist" }, "branch"],
    ["the first word", { code: "custom", message: "Branch 'model' was not found" }, "branch"],
    ["the first word", { code: "custom", message: "'prompt' is not an available model" }, "model"],
    ["the first word", { code: "custom", message: "model claude-branch-1 is not available" }, "model"],
    ["the first word", { code: "custom", message: "prompt is too long for model x" }, "prompt"],
    ["nothing", { code: "custom", message: "release/model-branch-prompt does not exist" }, "request"],
  ])("of a field goes by %s: %j", (_by, error, subject) => {
    expect(explainFailure(rejected(422, "Validation Failed", [error]), START).message).toContain(
      `: GitHub rejected the ${subject} (HTTP 422: `,
    );
  });

  it("takes the words of a cause for it only with its status", () => {
    expect(explainFailure(rejected(422, "premium quota"), START).message).toContain("rejected the request");
    expect(explainFailure(rejected(403, "model"), START).message).toContain(
      "this token is not allowed to do that",
    );
  });

  it.each([401, 403, 404])("%d tells the holder of an installation token to use another", (status) => {
    const attempt: Attempt = { ...START, tokenKind: "installation" };
    expect(explainFailure(rejected(status), attempt).remedy).toBe(USER_TOKEN_NEEDED);
  });

  it.each([
    [
      "classic",
      "Give the token the scope repo, and authorize it for the organization's single sign-on if there is one. The organization must allow the Copilot cloud agent.",
    ],
    [
      "oauth",
      "Give the token the scope repo, and authorize it for the organization's single sign-on if there is one. The organization must allow the Copilot cloud agent.",
    ],
    [
      "fine_grained",
      'Give the fine-grained token the repository permission "Agent tasks" (read) for this repository. The organization may have to approve the token, and must allow the Copilot cloud agent.',
    ],
    [
      "app_user",
      'Give the GitHub App the repository permission "Agent tasks" (read), and install it on this repository. The organization must allow the Copilot cloud agent.',
    ],
    [
      "unknown",
      'Check that the token has the permission "Agent tasks" (read). The organization must allow the Copilot cloud agent.',
    ],
  ] as const)("403 for reading tells the holder of a token that is %s what to do", (kind, remedy) => {
    expect(explainFailure(rejected(403), { ...LOOK, tokenKind: kind }).remedy).toBe(remedy);
  });

  it("asks for as much as was tried", () => {
    for (const kind of ["fine_grained", "app_user", "unknown"] as const) {
      expect(explainFailure(rejected(403), { ...START, tokenKind: kind }).remedy).toContain(
        "(read and write)",
      );
    }
    expect(explainFailure(rejected(404), LOOK).remedy).toContain("must have read access");
  });

  it("of a plan or a quota has the same remedy for every token", () => {
    for (const said of ["not licensed", "premium quota"]) {
      const remedies = KINDS.map(
        (kind) => explainFailure(rejected(403, said), { ...START, tokenKind: kind }).remedy,
      );
      expect(new Set(remedies).size).toBe(1);
    }
  });

  it("always says what was tried, what came back and what to do", () => {
    for (const kind of KINDS) {
      for (const status of [400, 401, 403, 404, 410, 422]) {
        const { message, remedy } = explainFailure(rejected(status, "because"), {
          ...START,
          tokenKind: kind,
        });
        expect(message).toMatch(/^Could not start a task in octo\/app: .+ \(HTTP \d+: because\)\.$/);
        expect(remedy).toMatch(/^\S.{20,}\.$/);
      }
    }
  });
});

describe("a 401 that is not confirmed", () => {
  it("is explained as any 401 if the token has never worked", () => {
    const never: RequestFailure = { ...FLAKY, hasWorked: false };
    expect(explainFailure(never, START)).toEqual(explainFailure(rejected(401, "No"), START));
  });

  it("says so if the token has worked in this step", () => {
    const { code, message, remedy } = explainFailure(FLAKY, START);
    expect(code).toBe("bad_credentials");
    expect(message).toBe(
      "Could not start a task in octo/app: the token has worked in this step, but GitHub does not accept it now (HTTP 401: No).",
    );
    expect(remedy).toMatch(/^Run this again: .*expired or was revoked/);
  });
});

describe("how far a failure of one start reaches", () => {
  it.each<[FailureScope, string, RequestFailure]>([
    ["all", "no connection", NOT_SENT],
    ["all", "a rate limit", RATE_LIMITED],
    ["all", "a cancel", CANCELLED],
    ["all", "401", rejected(401)],
    ["all", "401 that is not confirmed", { kind: "unauthorized", retryAfterMs: 5_000, message: "No" }],
    ["all_if_repeated", "401 for a token that has worked", FLAKY],
    ["all", "no plan", rejected(403, "copilot_plan_required")],
    [
      "all",
      "no plan, by its code",
      { ...rejected(403, "This API requires it"), code: "copilot_plan_required" },
    ],
    ["all", "no budget", rejected(402, "Payment required")],
    ["all", "a quota by 429", rejected(429, "You have exceeded your quota")],
    ["all", "a suspended user", rejected(403, "Sorry. Your account was suspended.")],
    ["maybe_all", "a page of a proxy", { ...rejected(403, ""), isFromApi: false }],
    ["all", "GitHub Enterprise Server", { ...rejected(404), enterpriseVersion: "3.18.1" }],
    ["repository", "an archived repository", rejected(403, "Repository was archived so is read-only.")],
    ["repository", "an IP allow list", rejected(403, "the `octo` organization has an IP allow list enabled")],
    [
      "repository",
      "single sign-on",
      { ...rejected(403), singleSignOnUrl: "https://github.com/orgs/octo/sso" },
    ],
    ["all", "no seat", rejected(403, "You are not licensed to use Copilot")],
    ["all", "no quota", rejected(403, "You have exceeded your premium quota")],
    [
      "repository",
      "a permission that is missing",
      rejected(403, "Resource not accessible by personal access token"),
    ],
    ["repository", "404", rejected(404)],
    ["repository", "422", rejected(422)],
    ["repository", "409", rejected(409)],
    ["maybe_all", "a lost answer", INDETERMINATE],
    ["maybe_all", "503 with a time", UNAVAILABLE],
    ["repository", "a repository that has moved", REDIRECTED],
  ])("%s: %s", (expected, _name, failure) => {
    expect(getFailureScope(failure, "fine_grained")).toBe(expected);
  });

  it("is any 403 for the token of an installation, which GitHub takes nowhere", () => {
    expect(getFailureScope(rejected(403), "installation")).toBe("all");
    expect(getFailureScope(rejected(404), "installation")).toBe("repository");
  });
});
