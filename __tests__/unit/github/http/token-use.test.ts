import { describe, expect, it } from "@jest/globals";
import { createClient } from "../../../../src/github/http/client.ts";
import { getAuthenticatedUser } from "../../../../src/github/user.ts";
import { API_URL } from "../../../support/builders.ts";
import { NOW, SECOND, virtualClock, waitContext } from "../../../support/clock.ts";
import { USER_TOKEN } from "../../../support/fixtures.ts";

const json = (status: number, body: unknown) =>
  new Response(JSON.stringify(body), { status, headers: { "content-type": "application/json" } });

/** What a request failed with, or `ok`, for each response: a status, or null for a lost connection. */
async function sendEach(responses: readonly (readonly [second: number, status: number | null])[]) {
  const clock = virtualClock();
  const outcomes: string[] = [];
  let status: number | null = null;
  const octokit = createClient({
    token: USER_TOKEN,
    apiUrl: API_URL,
    fetch: async () => {
      if (status === null) {
        throw new TypeError("fetch failed");
      }
      return json(status, status < 300 ? { id: 1001, login: "mona" } : { message: "No" });
    },
    now: clock.now,
    observe: () => {},
    redact: String,
  });
  for (const [second, next] of responses) {
    clock.advance(NOW + second * SECOND - clock.now());
    status = next;
    const result = await getAuthenticatedUser(octokit, waitContext(clock));
    outcomes.push(result.ok ? "ok" : result.failure.kind);
    if (!result.ok && result.failure.kind === "unauthorized") {
      outcomes.push(`${result.failure.retryAfterMs}`);
      expect(result.failure.message).toBe("No");
    }
  }
  return outcomes;
}

describe("a 401", () => {
  it("proves nothing before a second one, if GitHub has not accepted the token yet", async () => {
    expect(
      await sendEach([
        [0, 401],
        [5, 401],
        [6, 401],
      ]),
    ).toEqual(["unauthorized", "5000", "rejected", "rejected"]);
    expect(
      await sendEach([
        [0, 401],
        [5, 200],
      ]),
    ).toEqual(["unauthorized", "5000", "ok"]);
  });

  it("proves nothing before three in a row over 60 s, once GitHub has accepted the token", async () => {
    expect(
      await sendEach([
        [0, 200],
        [10, 401],
        [15, 401],
        [45, 401],
        [69, 401],
        [70, 401],
        [71, 401],
      ]),
    ).toEqual([
      "ok",
      ...["unauthorized", "5000", "unauthorized", "30000", "unauthorized", "30000", "unauthorized", "30000"],
      ...["rejected", "rejected"],
    ]);
    expect(
      await sendEach([
        [0, 200],
        [10, 401],
        [90, 401],
        [91, 401],
      ]),
    ).toEqual(["ok", ...["unauthorized", "5000", "unauthorized", "30000", "rejected"]]);
  });

  it("counts anew after any other response, but not after a lost connection", async () => {
    const first = ["ok", "unauthorized", "5000", "unauthorized", "30000"];
    const again = ["unauthorized", "5000"];
    expect(
      await sendEach([
        [0, 200],
        [10, 401],
        [40, 401],
        [75, 200],
        [80, 401],
      ]),
    ).toEqual([...first, "ok", ...again]);
    expect(
      await sendEach([
        [0, 200],
        [10, 401],
        [40, 401],
        [75, 502],
        [80, 401],
      ]),
    ).toEqual([...first, "indeterminate", ...again]);
    expect(
      await sendEach([
        [0, 200],
        [10, 401],
        [40, 401],
        [75, null],
        [80, 401],
      ]),
    ).toEqual([...first, "indeterminate", "rejected"]);
  });
});
