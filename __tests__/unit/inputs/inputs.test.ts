import { describe, expect, it } from "@jest/globals";
import { readListInputs } from "../../../src/inputs/list-inputs.ts";
import { readStartInputs } from "../../../src/inputs/start-inputs.ts";
import { readStatusInputs } from "../../../src/inputs/status-inputs.ts";
import { InputError } from "../../../src/runner/input-error.ts";
import { type ActionName, inputsOf } from "../../support/action-harness.ts";
import { API_URL, runnerOf } from "../../support/builders.ts";
import { MINUTE, NOW } from "../../support/clock.ts";
import { USER_TOKEN, WORKFLOW_TOKEN } from "../../support/fixtures.ts";

const RUNNER = runnerOf();

type Values = Readonly<Record<string, string>>;

const start = (set: Values = {}) => readStartInputs(inputsOf("start", set), RUNNER);
const status = (set: Values = {}) => readStatusInputs(inputsOf("status", set), RUNNER);
const list = (set: Values = {}) => readListInputs(inputsOf("list", set), RUNNER, NOW);

/** The message for inputs that are not allowed. */
function refusal(read: () => unknown): string {
  try {
    read();
  } catch (error) {
    return error instanceof InputError ? error.message : `no InputError: ${String(error)}`;
  }
  return "allowed";
}

const COMMON = { token: USER_TOKEN, apiUrl: API_URL, jobSummary: true };
const FOLLOW = {
  githubToken: WORKFLOW_TOKEN,
  wait: "no",
  timeoutMs: 75 * MINUTE,
  pollIntervalMs: null,
  failOn: new Set(["failure", "cancelled", "timed_out", "action_required", "wait_timeout"]),
};

describe("the defaults", () => {
  it("of start", () => {
    expect(start()).toEqual({
      ...COMMON,
      ...FOLLOW,
      repositories: [{ owner: "octo", repo: "app" }],
      notices: [],
      prompt: { kind: "text", text: "Update the dependencies." },
      issueNumber: null,
      issueComments: false,
      requiredPermission: "write",
      allowedBots: new Set(),
      baseRef: "",
      headRef: "",
      model: "",
      customAgent: "",
      createPullRequest: false,
      trace: true,
      matrix: "null",
      dryRun: false,
      ifActive: "start",
      activeUntil: "settled",
      concurrencyKey: "",
      comment: false,
    });
  });

  it("of status", () => {
    expect(status()).toEqual({
      ...COMMON,
      ...FOLLOW,
      taskIds: ["task-1"],
      notices: [],
      repository: { owner: "octo", repo: "app" },
    });
  });

  it("of list", () => {
    expect(list()).toEqual({
      ...COMMON,
      repository: { owner: "octo", repo: "app" },
      notices: [],
      state: "",
      since: null,
      creatorIds: [],
      archived: false,
      limit: 30,
    });
  });
});

describe("texts that are passed on", () => {
  it("are base_ref, head_ref, model, custom_agent and matrix", () => {
    const set = { base_ref: "main", head_ref: "fix", model: "gpt-5", custom_agent: "docs", matrix: "{}" };
    expect(start(set)).toMatchObject({
      baseRef: "main",
      headRef: "fix",
      model: "gpt-5",
      customAgent: "docs",
      matrix: "{}",
    });
  });
});

describe("an input that contains a token", () => {
  const message = (name: string) =>
    `Input ${name} contains one of the tokens, which other people could read then. Remove the token from ${name}, and ` +
    "revoke it if it was in a file or an issue.";
  const START = ["repository", "base_ref", "head_ref", "model", "custom_agent", "concurrency_key"];

  it.each([...START, "prompt_file", "fail_on", "wait", "timeout_minutes", "matrix", "allowed_bots"])(
    "is refused: %s of start",
    (name) => {
      for (const token of [USER_TOKEN, WORKFLOW_TOKEN, [...USER_TOKEN].join("\u200b")]) {
        // Cut to 200 characters, an error would show the beginning of the token.
        const value = `${"x".repeat(190)}${token}`;
        expect(refusal(() => start({ [name]: value }))).toBe(message(name));
      }
    },
  );

  it("is refused in status and list too", () => {
    expect(refusal(() => status({ task_id: WORKFLOW_TOKEN }))).toBe(message("task_id"));
    expect(refusal(() => status({ repository: `octo/${USER_TOKEN}` }))).toBe(message("repository"));
    expect(refusal(() => list({ state: USER_TOKEN }))).toBe(message("state"));
  });

  it("is only refused with a whole token", () => {
    expect(start({ model: USER_TOKEN.slice(0, -1), github_token: "" }).model).toBe(USER_TOKEN.slice(0, -1));
  });
});

describe("token", () => {
  const EMPTY =
    "Input token is empty. It must be a user's token with the Agent tasks permission, usually " +
    "${{ secrets.AGENT_TASKS_TOKEN }}. The secret may be missing or misspelled, or this run cannot read " +
    "secrets, like runs for pull requests from forks and for Dependabot.";
  const UNCLEAN =
    "Input token contains a space, a line break or another character that tokens never have. Set the secret " +
    "to the token alone.";
  const REFRESH =
    "Input token is a refresh token (ghr_…), which cannot be used for requests. Use the user access token " +
    "(ghu_…) that it was issued with.";

  it.each(["ghp_a", "github_pat_a", "gho_a", "ghu_a", "ghs_a", "0123456789abcdef"])("may be %s", (token) => {
    expect([start, status, list].map((read) => read({ token }).token)).toEqual([token, token, token]);
  });

  it.each([
    ["", EMPTY],
    ["ghr_secret", REFRESH],
    ["ghu_a secret", UNCLEAN],
    ["ghu_a\nsecret", UNCLEAN],
    ["ghu_sécret", UNCLEAN],
  ])("may not be %j, which no message repeats", (token, message) => {
    for (const read of [start, status, list]) {
      expect(refusal(() => read({ token }))).toBe(message);
    }
  });
});

const REPOSITORIES =
  "repositories as owner/name or https://github.com/owner/name, one per line, comma-separated or as a JSON array. Leave " +
  "the input out for the workflow's repository.";

describe("repository", () => {
  it.each([
    "https://github.com/octo/app",
    "https://github.com/octo/app/",
    "https://github.com/octo/app.git",
    "https://GitHub.com:443/octo/app",
    '["https://github.com/octo/app"]',
    '[\n  "octo/app"\n]',
    '[{"repository": "octo/app", "task_id": "x"}]',
    "octo/app, https://github.com/Octo/App",
  ])("may be written as %s", (repository) => {
    const read = { owner: "octo", repo: "app" };
    expect(start({ repository }).repositories).toEqual([read]);
    expect(status({ repository }).repository).toEqual(read);
    expect(list({ repository }).repository).toEqual(read);
  });

  it("may be an address on the configured server alone", () => {
    const runner = runnerOf({ serverUrl: "https://octo.ghe.com" });
    const read = (repository: string) =>
      readStartInputs(inputsOf("start", { repository }), runner).repositories;
    expect(read("https://octo.ghe.com/octo/app")).toEqual([{ owner: "octo", repo: "app" }]);
    expect(refusal(() => read("https://github.com/octo/app"))).toContain(
      "or https://octo.ghe.com/owner/name",
    );
  });

  it.each([
    "",
    "[]",
    " , ",
    '[""]',
    "[",
    '["octo/app"',
    "[1]",
    "[null]",
    '[["octo/app"]]',
    '[{"name": "octo/app"}]',
  ])("of start may not be the list %j", (repository) => {
    expect(refusal(() => start({ repository }))).toContain(`Allowed: ${REPOSITORIES}`);
  });

  it.each([
    ["octo/app", { owner: "octo", repo: "app" }],
    ["Octo-Org/app.js", { owner: "Octo-Org", repo: "app.js" }],
    ["octo/.github", { owner: "octo", repo: ".github" }],
    ["octo_corp/_x-y", { owner: "octo_corp", repo: "_x-y" }],
  ])("may be %s", (repository, read) => {
    expect(start({ repository }).repositories).toEqual([read]);
    expect(status({ repository }).repository).toEqual(read);
    expect(list({ repository }).repository).toEqual(read);
  });

  it.each([
    "app",
    "octo/",
    "/app",
    "octo/app/x",
    "https://github.example/octo/app",
    "http://github.com/octo/app",
    "https://github.com.example/octo/app",
    "https://github.com@evil.example/octo/app",
    "https://github.com/octo/app/issues",
    "https://github.com/octo/app?x",
    "https://github.com/octo/..",
    "git@github.com:octo/app",
    "octo/..",
    "../app",
    "./.",
    "octo/a b",
    "octo/app?x",
    "öcto/app",
    "octo/%2e%2e",
  ])("may not be %j", (repository) => {
    const shown = repository.replace("github.com@", "***@");
    const message = `Input repository is ${JSON.stringify(shown)}. Allowed: `;
    expect(refusal(() => start({ repository }))).toBe(`${message}${REPOSITORIES}`);
    const one = 'one repository as owner/name or https://github.com/owner/name, or "*" for all repositories.';
    expect(refusal(() => status({ repository }))).toBe(`${message}${one}`);
    expect(refusal(() => list({ repository }))).toBe(`${message}${one}`);
  });

  it("may be several for start, one a line or comma-separated", () => {
    const { repositories } = start({ repository: "octo/app\n  octo/web ,\n\nhub/docs\n" });
    expect(repositories).toEqual([
      { owner: "octo", repo: "app" },
      { owner: "octo", repo: "web" },
      { owner: "hub", repo: "docs" },
    ]);
    const message = 'Input repository is "octo/app\\nocto/web". Allowed: one repository as owner/name';
    expect(refusal(() => status({ repository: "octo/app\nocto/web" }))).toContain(message);
    expect(refusal(() => list({ repository: "octo/app\nocto/web" }))).toContain(message);
  });

  it("names the one that is not allowed among several", () => {
    expect(refusal(() => start({ repository: "octo/app\nocto/a b\nocto/web" }))).toContain(
      'Input repository is "octo/a b". Allowed: repositories',
    );
  });

  it("counts once where it is named twice, however it is spelt", () => {
    expect(start({ repository: "octo/app\nocto/web\nOcto/App" })).toMatchObject({
      repositories: [
        { owner: "octo", repo: "app" },
        { owner: "octo", repo: "web" },
      ],
      notices: ["Input repository names octo/app more than once. Each counts once."],
    });
  });

  it("may be 450 at most", () => {
    const many = (count: number) => Array.from({ length: count }, (_, i) => `octo/app-${i}`).join("\n");
    expect(start({ repository: many(450) }).repositories).toHaveLength(450);
    expect(refusal(() => start({ repository: many(451) }))).toMatch(
      /^Input repository has 451 entries\. Allowed: at most 450 per step/,
    );
  });

  it("may be * for status and list, and empty for the workflow's own", () => {
    for (const repository of ["*", '["*"]']) {
      expect(status({ repository }).repository).toBeNull();
      expect(list({ repository }).repository).toBeNull();
      expect(refusal(() => start({ repository }))).toContain('Input repository is "*".');
    }
    expect(status({ repository: "" }).repository).toEqual({ owner: "octo", repo: "app" });
    expect(list({ repository: "" }).repository).toEqual({ owner: "octo", repo: "app" });
    expect(refusal(() => start({ repository: "" }))).toBe(
      `Input repository is empty. Allowed: ${REPOSITORIES}`,
    );
    expect(refusal(() => status({ repository: "[]" }))).toContain("Input repository is ");
  });
});

describe("prompt and prompt_file", () => {
  it("give the prompt, one or the other", () => {
    expect(start({ prompt: "Do it" }).prompt).toEqual({ kind: "text", text: "Do it" });
    expect(start({ prompt: "", prompt_file: "a.md" }).prompt).toEqual({ kind: "file", path: "a.md" });
  });

  it("may not both be set", () => {
    expect(refusal(() => start({ prompt: "Do it", prompt_file: "a.md" }))).toBe(
      'Inputs prompt and prompt_file are both set (prompt_file is "a.md"). Set only one.',
    );
  });

  it("may not both be empty", () => {
    expect(refusal(() => start({ prompt: "" }))).toBe(
      "Inputs prompt, prompt_file and issue_number are all empty. Set prompt or prompt_file, issue_number, or both, to tell " +
        "the agent what to do. The expression github.event.issue.number is empty on events without an issue, such as schedule.",
    );
  });
});

describe("wait", () => {
  it.each([
    ["false", "no"],
    ["False", "no"],
    ["true", "settled"],
    ["TRUE", "settled"],
    ["pull_request", "pull_request"],
  ])("may be %s", (given, wait) => {
    expect([start({ wait: given }).wait, status({ wait: given }).wait]).toEqual([wait, wait]);
  });

  it.each([
    ["yes", '"yes"'],
    ["pull-request", '"pull-request"'],
  ])("may not be %j", (wait, shown) => {
    expect(refusal(() => start({ wait }))).toBe(
      `Input wait is ${shown}. Allowed: false, true or pull_request.`,
    );
  });
});

describe("timeout_minutes", () => {
  it.each([
    ["350", 350 * MINUTE],
    ["0.5", 30_000],
    [".5", 30_000],
    ["007", 7 * MINUTE],
    ["0.001", 60],
  ])("may be %s", (timeout_minutes, timeoutMs) => {
    expect(start({ timeout_minutes }).timeoutMs).toBe(timeoutMs);
  });

  it.each(["0", "0.0", "-1", "350.1", "1e2", "0x10", "5.", "1,5", "Infinity", "NaN", "5m", "1 0"])(
    "may not be %s",
    (timeout_minutes) => {
      expect(refusal(() => status({ timeout_minutes }))).toBe(
        `Input timeout_minutes is "${timeout_minutes}". Allowed: a number above 0, at most 350.`,
      );
    },
  );

  it("has its default where it is empty", () => {
    expect(start({ timeout_minutes: "" }).timeoutMs).toBe(75 * MINUTE);
  });
});

describe("poll_interval_seconds", () => {
  it.each([
    ["", null],
    ["1", 1000],
    ["2.5", 2500],
    ["3600", 3_600_000],
  ])("may be %j", (poll_interval_seconds, pollIntervalMs) => {
    expect(start({ poll_interval_seconds }).pollIntervalMs).toBe(pollIntervalMs);
  });

  it.each(["0", "0.9", "3601", "-5", "often"])("may not be %s", (poll_interval_seconds) => {
    expect(refusal(() => start({ poll_interval_seconds }))).toBe(
      `Input poll_interval_seconds is "${poll_interval_seconds}". Allowed: a number from 1 to 3600, or empty.`,
    );
  });
});

describe("issue_comments", () => {
  it("needs an issue", () => {
    expect(refusal(() => start({ issue_comments: "true" }))).toBe(
      "Input issue_comments is true, but issue_number is empty. Set it to the issue whose comments are quoted.",
    );
  });
});

describe("fail_on", () => {
  it("may be any of the ends, comma-separated or one a line, or none", () => {
    expect(start({ fail_on: "failure,\n no_changes , skipped\n\nneutral" }).failOn).toEqual(
      new Set(["failure", "no_changes", "skipped", "neutral"]),
    );
    expect(start({ fail_on: "none" }).failOn).toEqual(new Set());
    expect(start({ fail_on: "" }).failOn).toEqual(FOLLOW.failOn);
    expect(refusal(() => start({ fail_on: "," }))).toBe(
      'Input fail_on is ",". Allowed: a list of failure, cancelled, timed_out, action_required, neutral, skipped, no_changes or wait_timeout; or none alone.',
    );
    expect(start({ fail_on: "failure,failure" }).failOn).toEqual(new Set(["failure"]));
  });

  it("may be a JSON array", () => {
    expect(start({ fail_on: '["neutral", "skipped"]' }).failOn).toEqual(new Set(["neutral", "skipped"]));
  });

  it.each([
    ["failure, success", "success"],
    ["error, failure, Failure", "error, Failure"],
    ["failure, none", "failure, none"],
    ['["failure", true]', '[\\"failure\\", true]'],
  ])("may not be %s, and the error names what is wrong", (given, wrong) => {
    expect(refusal(() => start({ fail_on: given }))).toBe(
      `Input fail_on is "${wrong}". Allowed: a list of failure, cancelled, timed_out, action_required, neutral, skipped, no_changes or wait_timeout; or none alone.`,
    );
  });
});

describe("inputs that are true or false", () => {
  const INPUTS: readonly [ActionName, string, string][] = [
    ["start", "create_pull_request", "createPullRequest"],
    ["start", "trace", "trace"],
    ["start", "dry_run", "dryRun"],
    ["start", "job_summary", "jobSummary"],
    ["status", "job_summary", "jobSummary"],
    ["list", "archived", "archived"],
    ["list", "job_summary", "jobSummary"],
  ];
  const READ = { start, status, list };

  it.each(INPUTS)("%s: %s is read as in YAML", (action, name, property) => {
    const read = (given: string) => READ[action]({ [name]: given });
    for (const given of ["true", "True", "TRUE"]) {
      expect(read(given)).toHaveProperty(property, true);
    }
    for (const given of ["false", "False", "FALSE"]) {
      expect(read(given)).toHaveProperty(property, false);
    }
    for (const given of ["yes", "1", "tRUE", "truee"]) {
      expect(refusal(() => read(given))).toBe(`Input ${name} is "${given}". Allowed: true or false.`);
    }
    expect(read("")).toEqual(READ[action]());
  });
});

describe("github_api_url", () => {
  it.each([
    ["https://api.github.com", "https://api.github.com"],
    ["https://api.github.com/", "https://api.github.com"],
    ["https://api.tenant.ghe.com:8443//", "https://api.tenant.ghe.com:8443"],
    ["https://ghe.example/api/v3/", "https://ghe.example/api/v3"],
    ["http://127.0.0.1:4000", "http://127.0.0.1:4000"],
    ["http://127.9.9.9/", "http://127.9.9.9"],
    ["http://localhost:4000", "http://localhost:4000"],
    ["http://[::1]:4000", "http://[::1]:4000"],
  ])("may be %s", (github_api_url, apiUrl) => {
    expect([start, status, list].map((read) => read({ github_api_url }).apiUrl)).toEqual([
      apiUrl,
      apiUrl,
      apiUrl,
    ]);
  });

  const ALLOWED = "the URL of GitHub's REST API, starting with https://, such as https://api.github.com";

  it.each([
    "http://api.github.com",
    "http://127.0.0.1.evil.example",
    "http://localhost.evil.example",
    "http://evil.example/127.0.0.1",
    "ftp://127.0.0.1",
    "file:///etc",
    "api.github.com",
    "https://",
    "https://api.github.com/?a=b",
    "https://api.github.com/#a",
  ])("may not be %s", (github_api_url) => {
    expect(refusal(() => start({ github_api_url }))).toBe(
      `Input github_api_url is "${github_api_url}". Allowed: ${ALLOWED}.`,
    );
  });

  it.each(["https://api.github.com/#", "https://api.github.com/?"])(
    "may not be %s, to which no path can be added",
    (github_api_url) => {
      expect(refusal(() => start({ github_api_url }))).toContain("Input github_api_url is ");
    },
  );

  it("has its default where it is empty", () => {
    expect(list({ github_api_url: "" }).apiUrl).toBe(API_URL);
  });

  it.each(["https://mona:hunter2@api.github.com", "https://hunter2@api.github.com"])(
    "may not hold credentials, which the message leaves out: %s",
    (github_api_url) => {
      const message = refusal(() => start({ github_api_url }));
      expect(message).toMatch(/^Input github_api_url .*Allowed: the URL/);
      expect(message).not.toContain("hunter2");
    },
  );
});

describe("task_id", () => {
  it.each(["task-1", "0f9c2a6e-3d5b-4a53-9a3e-4b8f5f1c0d11", "A.b_c-1"])("may be %s", (task_id) => {
    expect(status({ task_id }).taskIds).toEqual([task_id]);
  });

  it.each(["a/b", "..", ".", "a b", "a?b", "a%2Fb", "é"])("may not be %j", (task_id) => {
    expect(refusal(() => status({ task_id }))).toBe(
      `Input task_id is ${JSON.stringify(task_id)}. Allowed: task IDs such as the start action's output task_id, one per line, comma-separated or as a JSON array.`,
    );
  });

  it("may not be empty", () => {
    expect(refusal(() => status({ task_id: "" }))).toMatch(/^Input task_id is empty\. /);
    expect(refusal(() => status({ task_id: " ,\n" }))).toMatch(/^Input task_id is /);
  });

  it("may be several, each once, 450 at most", () => {
    expect(status({ task_id: "a, b\nc" }).taskIds).toEqual(["a", "b", "c"]);
    expect(status({ task_id: '["a", "b"]' }).taskIds).toEqual(["a", "b"]);
    expect(status({ task_id: '[{"task_id": "a"}, {"task_id": ""}]' }).taskIds).toEqual(["a"]);
    expect(status({ task_id: "a, b, a" })).toMatchObject({
      taskIds: ["a", "b"],
      notices: ["Input task_id names a more than once. Each counts once."],
    });
    expect(refusal(() => status({ task_id: "[]" }))).toContain("Input task_id is ");
    const many = Array.from({ length: 451 }, (_, i) => `task-${i}`).join();
    expect(refusal(() => status({ task_id: many }))).toContain("Input task_id has 451 entries.");
  });
});

describe("state", () => {
  it("may be several, or none", () => {
    expect(list({ state: "queued, in_progress\nidle" }).state).toBe("queued,in_progress,idle");
    expect(list({ state: " , " }).state).toBe("");
  });

  it("may not be one that GitHub does not know", () => {
    expect(refusal(() => list({ state: "queued,done" }))).toBe(
      'Input state is "done". Allowed: a list of queued, in_progress, completed, failed, idle, waiting_for_user, timed_out or cancelled; or empty for all.',
    );
  });
});

describe("since", () => {
  it.each([
    ["90m", NOW - 90 * MINUTE],
    ["24h", NOW - 24 * 60 * MINUTE],
    ["7d", NOW - 7 * 24 * 60 * MINUTE],
    ["0m", NOW],
    ["2026-11-20", Date.parse("2026-11-20T00:00:00Z")],
    ["2026-11-20T08:00Z", Date.parse("2026-11-20T08:00:00Z")],
    ["2026-11-20T08:00:00Z", Date.parse("2026-11-20T08:00:00Z")],
    ["2026-11-20T08:00:00.250Z", Date.parse("2026-11-20T08:00:00.250Z")],
    ["2026-11-20T08:00:00+02:00", Date.parse("2026-11-20T06:00:00Z")],
    ["2026-11-20T08:00:00-0130", Date.parse("2026-11-20T09:30:00Z")],
  ])("may be %s", (since, time) => {
    expect(list({ since }).since).toBe(time);
  });

  it.each([
    "7",
    "7w",
    "-7d",
    "1.5h",
    "7 d",
    "1234567m",
    "yesterday",
    "20.11.2026",
    "2026-11",
    "2026-13-01",
    "2026-11-20T08:00:00",
    "2026-11-20T25:00:00Z",
    "2026-11-20 08:00:00Z",
  ])("may not be %s", (since) => {
    expect(refusal(() => list({ since }))).toBe(
      `Input since is "${since}". Allowed: an age such as 90m, 24h or 7d, or an ISO 8601 time such as 2026-11-20T08:00:00Z.`,
    );
  });

  it("may not be so long ago that GitHub cannot read the time", () => {
    expect(refusal(() => list({ since: "999999d" }))).toContain('Input since is "999999d".');
  });

  it("may not be a day that the calendar does not have", () => {
    expect(refusal(() => list({ since: "2026-02-30" }))).toContain('Input since is "2026-02-30".');
  });
});

describe("creator_id", () => {
  it("may be several, or none", () => {
    expect(list({ creator_id: "1001, 2\n9223372036854775807" }).creatorIds).toEqual([
      "1001",
      "2",
      "9223372036854775807",
    ]);
  });

  it.each(["mona", "0", "-1", "1.5", "01", "12345678901234567890"])("may not be %s", (id) => {
    expect(refusal(() => list({ creator_id: `1,${id}` }))).toBe(
      `Input creator_id is "${id}". Allowed: numeric user IDs, one per line, comma-separated or as a JSON array.`,
    );
  });

  it("may not be used with all repositories", () => {
    expect(refusal(() => list({ repository: "*", creator_id: "1" }))).toBe(
      'Input creator_id cannot be used with repository "*", because that list only has tasks of the token\'s own user.',
    );
  });
});

describe("limit", () => {
  it.each([
    ["1", 1],
    ["999999999", 999_999_999],
    ["0", Number.POSITIVE_INFINITY],
    ["000", Number.POSITIVE_INFINITY],
  ])("may be %s", (limit, read) => {
    expect(list({ limit }).limit).toBe(read);
  });

  it.each(["-1", "1.5", "all", "1e3", "1000000000"])("may not be %s", (limit) => {
    expect(refusal(() => list({ limit }))).toBe(
      `Input limit is "${limit}". Allowed: a whole number, or 0 for all.`,
    );
  });
});

describe("a value in a message", () => {
  it("is cut where it is long, and on one line", () => {
    const message = refusal(() => start({ wait: `a\n${"b".repeat(500)}` }));
    expect(message).toBe(`Input wait is "a\\n${"b".repeat(198)}…". Allowed: false, true or pull_request.`);
  });
});

describe("one task at a time", () => {
  it.each(["start", "skip", "attach"])("may be %s", (if_active) => {
    expect(start({ if_active }).ifActive).toBe(if_active);
  });

  it("may not be another word", () => {
    expect(refusal(() => start({ if_active: "wait" }))).toBe(
      'Input if_active is "wait". Allowed: start, skip or attach.',
    );
  });

  it("lasts until the task is settled, or its pull request closed", () => {
    expect(start({ active_until: "pull_request_closed" }).activeUntil).toBe("pull_request_closed");
    expect(refusal(() => start({ active_until: "merged" }))).toBe(
      'Input active_until is "merged". Allowed: settled or pull_request_closed.',
    );
  });

  it.each(["*", "nightly", "ключ 🔑", "k".repeat(200), "🔑".repeat(200)])("may have the key %j", (key) => {
    expect(start({ concurrency_key: key }).concurrencyKey).toBe(key);
  });

  it.each(["a\nb", "a\u2028b", "a\u200bb", "a\u202eb", "a\u0007b", "k".repeat(201)])(
    "may not have the key %j",
    (key) => {
      expect(refusal(() => start({ concurrency_key: key }))).toMatch(
        /^Input concurrency_key is ".+"\. Allowed: one line of visible text, at most 200 characters\.$/s,
      );
    },
  );

  it("needs the trace, which has the key, unless every task counts", () => {
    const set = { if_active: "skip", trace: "false" };
    expect(refusal(() => start(set))).toMatch(/^Input if_active is "skip" with trace: false\. .*trace: true/);
    expect(refusal(() => start({ ...set, concurrency_key: "*" }))).toBe("allowed");
    expect(refusal(() => start({ trace: "false" }))).toBe("allowed");
  });
});

describe("comment", () => {
  it("goes to an issue", () => {
    expect(start({ issue_number: "7" })).toMatchObject({ issueNumber: 7, comment: false });
    expect(start({ issue_number: "7", comment: "true" })).toMatchObject({ issueNumber: 7, comment: true });
  });

  it("may not be a comment without an issue, or without a token to write it with", () => {
    expect(refusal(() => start({ comment: "true" }))).toBe(
      "Input comment is true, but issue_number is empty. Set it to the issue that gets the comment.",
    );
    expect(refusal(() => start({ comment: "true", issue_number: "7", github_token: "" }))).toBe(
      "Input comment is true, but github_token is empty. The comment is written with that token.",
    );
  });
});

describe("issue_number", () => {
  it("takes the place of a prompt", () => {
    expect(start({ prompt: "", issue_number: "12" })).toMatchObject({
      prompt: { kind: "issue" },
      issueNumber: 12,
    });
  });

  it.each(["0", "-1", "1.5", "#12", "twelve", "1e3", "12345678901"])("may not be %s", (number) => {
    expect(refusal(() => start({ issue_number: number }))).toBe(
      `Input issue_number is "${number}". Allowed: the number of an issue in this workflow's repository.`,
    );
  });
});

describe("who may trigger", () => {
  it("is a permission and bots by name", () => {
    expect(
      start({ required_permission: "triage", allowed_bots: "Renovate, dependabot[bot]\n" }),
    ).toMatchObject({
      requiredPermission: "triage",
      allowedBots: new Set(["renovate", "dependabot"]),
    });
  });

  it.each(["none", "Write", "push"])("may not be the permission %j", (permission) => {
    expect(refusal(() => start({ required_permission: permission }))).toBe(
      `Input required_permission is "${permission}". Allowed: admin, maintain, write, triage or read.`,
    );
  });

  it.each(["*", "*[bot]", "reno*", "-x", "a b", "[bot]", "a[bot][bot]"])("may not be the bot %s", (bot) => {
    expect(refusal(() => start({ allowed_bots: bot }))).toContain(
      `Input allowed_bots is "${bot}". Allowed: full logins`,
    );
  });
});

describe("a branch", () => {
  it("may have refs/heads/ before its name", () => {
    expect(start({ base_ref: "refs/heads/main", head_ref: "refs/heads/fix/heads" })).toMatchObject({
      baseRef: "main",
      headRef: "fix/heads",
    });
    expect(refusal(() => start({ base_ref: "refs/heads/" }))).toBe(
      'Input base_ref is "refs/heads/". Allowed: the name of a branch, with or without refs/heads/.',
    );
  });
});

describe("head_ref", () => {
  it("needs base_ref", () => {
    expect(refusal(() => start({ head_ref: "fix" }))).toContain(
      'Input head_ref is "fix", and base_ref is empty.',
    );
  });
});
