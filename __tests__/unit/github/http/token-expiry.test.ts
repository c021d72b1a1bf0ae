import { describe, expect, it } from "@jest/globals";
import { createExpiryWarning } from "../../../../src/github/http/token-expiry.ts";
import { createLog } from "../../../../src/runner/log.ts";
import { recordingCore } from "../../../support/builders.ts";
import { NOW } from "../../../support/clock.ts";

const DAY = 24 * 60 * 60_000;

/** What is told of answers whose headers give these ends, on a server whose clock is a day ahead. */
function told(...ends: (string | null)[]): string[] {
  const core = recordingCore();
  const warn = createExpiryWarning(createLog(core, (text) => text));
  for (const end of ends) {
    const headers = new Headers({ date: new Date(NOW + DAY).toUTCString() });
    if (end !== null) {
      headers.set("github-authentication-token-expiration", end);
    }
    warn(headers, NOW);
  }
  return core.lines;
}

describe("the end of a token", () => {
  it.each([
    ["nobody tells of", null],
    ["that cannot be read", "never"],
    ["that is empty", ""],
    ["in seven days", "2026-12-01 08:00:00 UTC"],
    ["in a year", "2027-12-01 08:00:00 UTC"],
  ])("%s needs no warning", (_when, end) => {
    expect(told(end)).toEqual([]);
  });

  it.each([
    ["2026-12-01 07:59:59 UTC", "2026-12-01T07:59:59.000Z"],
    ["2026-11-25 09:30:00 +0100", "2026-11-25T08:30:00.000Z"],
    ["2026-11-25 00:30:00 -0800", "2026-11-25T08:30:00.000Z"],
  ])("in less than seven days by the server's time is warned of: %s", (end, time) => {
    expect(told(end)).toEqual([
      `warning(Token expires soon): The token in the input token expires at ${time}. Create a new one and update the secret before then.`,
    ]);
  });

  it("is warned of once", () => {
    expect(told(null, "2026-11-25 08:00:00 UTC", "2026-11-25 08:00:00 UTC")).toHaveLength(1);
  });

  it("counts from this machine's time where the answer has none", () => {
    const core = recordingCore();
    const headers = new Headers({ "github-authentication-token-expiration": "2026-11-30 07:59:59 UTC" });
    createExpiryWarning(createLog(core, (text) => text))(headers, NOW);
    expect(core.lines).toHaveLength(1);
  });
});
