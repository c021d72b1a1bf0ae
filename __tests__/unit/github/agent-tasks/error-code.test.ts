import { describe, expect, it } from "@jest/globals";
import { ERROR_CODES, getFailureCode, getWorstCode } from "../../../../src/github/agent-tasks/error-code.ts";
import { explainFailure } from "../../../../src/github/agent-tasks/problems.ts";
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

const codeOf = (failure: RequestFailure): string =>
  explainFailure(failure, { what: "do it", writes: true, tokenKind: "fine_grained", subject: null }).code;

describe("the code of a failed request", () => {
  it.each<[RequestFailure, string]>([
    [NOT_SENT, "unreachable"],
    [RATE_LIMITED, "rate_limited"],
    [INDETERMINATE, "unavailable"],
    [UNAVAILABLE, "unavailable"],
    [{ kind: "unauthorized", retryAfterMs: 5, message: "" }, "bad_credentials"],
    [REDIRECTED, "rejected"],
    [CANCELLED, "step_cancelled"],
    [rejected(401, "Bad credentials"), "bad_credentials"],
    [rejected(402), "quota_exceeded"],
    [rejected(403), "forbidden"],
    [rejected(404), "not_found"],
    [rejected(410), "not_found"],
    [rejected(409), "rejected"],
    [rejected(422, "model x"), "rejected"],
    [rejected(451), "rejected"],
  ])("follows from %j", (failure, code) => {
    expect(getFailureCode(failure)).toBe(code);
    expect(codeOf(failure)).toBe(code);
  });

  it.each<[RequestFailure, string]>([
    [{ ...rejected(403), code: "copilot_plan_required" }, "copilot_plan_required"],
    [rejected(403, "This API requires a valid Copilot license."), "copilot_plan_required"],
    [rejected(403, "You have exceeded your premium request quota"), "quota_exceeded"],
    [rejected(429, "The budget is used up"), "quota_exceeded"],
    [rejected(403, "Resource protected by organization SAML enforcement."), "forbidden"],
    [rejected(401, "Sorry. Your account was suspended"), "forbidden"],
    [rejected(422, "Repository was archived so is read-only."), "forbidden"],
    [rejected(403, "IP allow list enabled"), "forbidden"],
    [{ ...rejected(403), enterpriseVersion: "3.17.0" }, "rejected"],
  ])("is that of its known cause: %j", (failure, code) => {
    expect(codeOf(failure)).toBe(code);
  });
});

describe("the worst code", () => {
  it("is the first in the order of the list, and none of none", () => {
    expect(Object.keys(ERROR_CODES)[0]).toBe("indeterminate");
    expect(Object.keys(ERROR_CODES).at(-1)).toBe("not_tried");
    expect(getWorstCode(["not_tried", "forbidden", "task_failed"])).toBe("forbidden");
    expect(getWorstCode([])).toBeNull();
  });
});

describe("the words", () => {
  it("are lower case with underscores, and each has a sentence that explains it", () => {
    for (const [code, meaning] of Object.entries(ERROR_CODES)) {
      expect(code).toMatch(/^[a-z]+(_[a-z]+)*$/);
      expect(meaning).toMatch(/^[A-Z].+\.$/);
      expect(meaning).not.toContain("\n");
    }
  });
});
