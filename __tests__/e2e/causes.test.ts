import { describe, expect, it } from "@jest/globals";
import type { Fault } from "../../tools/simulator/scenario.ts";
import { REPOSITORY, type TestScenario, tasksOf } from "../support/fixtures.ts";
import { readStatus, type SimulatedRun, startTask } from "../support/run-dist.ts";
import { sampleDist } from "../support/run-sampled.ts";

const SSO = "https://github.com/orgs/octo/sso?authorization_request=A1B2";

/** A response with this status and message, and with headers and fields of the body besides. */
const response = (
  status: number,
  message: string,
  { headers = {}, ...body }: { headers?: Record<string, string>; [field: string]: unknown } = {},
): Fault => ({ type: "status", status, headers, body: JSON.parse(JSON.stringify({ message, ...body })) });

const refusing = (fault: Fault): TestScenario => ({ faults: [{ on: { kind: "start" }, do: fault }] });

const LIFETIME =
  "The 'octo' organization forbids access via a fine-grained personal access tokens if the token's lifetime is greater " +
  "than 366 days. Please adjust your token's lifetime at the following URL: https://github.com/settings/personal-access-tokens/1";

/** What stands for the cause in the error, and for the remedy. */
const CAUSES: readonly (readonly [string, Fault, string, string])[] = [
  [
    "no plan",
    response(403, "This API requires a valid Copilot license.", {
      code: "copilot_plan_required",
      error: "forbidden",
    }),
    "has no Copilot plan that includes the cloud agent",
    "Give that user a Copilot plan",
  ],
  [
    "no plan, by the code alone",
    response(403, "Forbidden", { code: "copilot_plan_required", headers: { "x-ratelimit-remaining": "0" } }),
    "has no Copilot plan that includes the cloud agent",
    "Give that user a Copilot plan",
  ],
  ["no budget", response(402, "Payment Required"), "the budget for Copilot is used up", "Raise the budget"],
  [
    "a quota by 429",
    response(429, "You have exceeded your premium request quota.", { headers: { "retry-after": "60" } }),
    "the premium request quota is used up",
    "Wait until the quota resets",
  ],
  [
    "a quota by the code of a 429",
    response(429, "Too many requests", { code: "quota_exceeded" }),
    "the premium request quota is used up",
    "Wait until the quota resets",
  ],
  [
    "a suspended user",
    response(403, "Sorry. Your account was suspended."),
    "user is suspended",
    "another user",
  ],
  [
    "GitHub Enterprise Server",
    response(404, "Not Found", { headers: { "x-github-enterprise-version": "3.18.1" } }),
    "GitHub Enterprise Server 3.18.1 has no Agent tasks API",
    "Only github.com and GHE.com have agent tasks",
  ],
  [
    "a page of a proxy",
    { type: "html", status: 403 },
    "HTTP 403 without a message of GitHub's API, probably from a proxy. A task may have been started anyway",
    "Look at the repository's tasks",
  ],
  [
    "single sign-on",
    response(403, "Resource protected by organization SAML enforcement.", {
      headers: { "x-github-sso": `required; url=${SSO}` },
    }),
    "not authorized for the organization's single sign-on",
    `open ${SSO} within an hour`,
  ],
  [
    "an IP allow list",
    response(
      403,
      "Although you appear to have the correct authorization credentials, the `octo` organization has an IP allow list enabled, and 192.0.2.1 is not permitted.",
    ),
    "IP allow list does not include this runner's address",
    "Use a runner whose address is on the list",
  ],
  [
    "an archived repository",
    response(403, "Repository was archived so is read-only."),
    "the repository is archived",
    "Unarchive the repository",
  ],
  [
    "a token that lives too long",
    response(403, LIFETIME),
    "the token lives longer than",
    "an earlier expiration date",
  ],
  [
    "a branch that is named like a model",
    { type: "unprocessable", message: "base_ref feature/data-model does not exist" },
    "GitHub rejected the branch",
    "Check that base_ref and head_ref",
  ],
  [
    "a field, whatever the words",
    { type: "unprocessable", field: "base_ref", message: "the model of the prompt is not valid" },
    "GitHub rejected the branch",
    "Check that base_ref and head_ref",
  ],
];

/** The cause has nothing to do with the repository. */
const STOPPING = [
  "no plan",
  "no plan, by the code alone",
  "no budget",
  "a quota by 429",
  "a quota by the code of a 429",
].concat(["a suspended user", "GitHub Enterprise Server"]);

/** What the annotation says, with the runner's escapes undone. */
const errorOf = ({ stdout }: SimulatedRun) =>
  (stdout.split("\n").find((line) => line.startsWith("::error")) ?? "")
    .replaceAll("%0A", "\n")
    .replaceAll("%25", "%");

describe("a start that GitHub refuses", () => {
  const causes = sampleDist();
  const fanOuts = sampleDist();

  it.each(CAUSES)("says the cause and the remedy at once: %s", async (_what, fault, cause, remedy) => {
    const step = await causes.startTask(refusing(fault));
    expect(step.exitCode).toBe(1);
    expect(step.simulator.count("start")).toBe(1);
    expect(errorOf(step)).toContain("Could not start a task in octo/app: ");
    expect(errorOf(step)).toContain(cause);
    expect(errorOf(step)).toContain(remedy);
  });

  it.each(CAUSES)("stops a fan-out only if no other start can succeed: %s", async (what, fault) => {
    const names = [REPOSITORY, "octo/web", "octo/docs"];
    const repositories = Object.fromEntries(names.map((name) => [name, { private: true }]));
    const step = await fanOuts.startTask({ ...refusing(fault), repositories }, { repository: names.join() });
    expect(step.simulator.count("start")).toBe(STOPPING.includes(what) ? 1 : 3);
    expect(tasksOf(step).map(({ task_id: id }) => id)).toEqual(["", "", ""]);
  });

  it("names the plan as GitHub answers a user without one", async () => {
    const step = await startTask({ user: { copilot: "plan_required" } });
    expect(errorOf(step)).toContain(
      "(HTTP 403: This API requires a valid Copilot license.; copilot_plan_required)",
    );
  });
});

describe("a task that GitHub refuses to show", () => {
  it("has the cause of its error too", async () => {
    const fault = response(403, "Forbidden", { headers: { "x-github-sso": `required; url=${SSO}` } });
    const step = await readStatus({ faults: [{ on: { kind: "get" }, do: fault }] }, { task_id: "task-1" });
    expect(errorOf(step)).toContain(`open ${SSO} within an hour`);
  });
});
