import { describe, expect, it } from "@jest/globals";
import { readTask } from "../../../src/github/agent-tasks/decode-task.ts";
import type { Answered, Exchange } from "../../../tools/probe/exchange.ts";
import { FACTS } from "../../../tools/probe/facts.ts";
import type { ConditionalCheck, Found, Look, Observations } from "../../../tools/probe/observations.ts";
import { NOW, SECOND } from "../../support/action-harness.ts";

type Json = Readonly<Record<string, unknown>>;

const PROMPT = "Reply.\n\nProbe (start 1)\n";

function answer(changes: Partial<Answered> = {}): Answered {
  return { kind: "answered", sentAt: NOW, receivedAt: NOW, status: 200, headers: {}, data: {}, ...changes };
}

const lost: Exchange = {
  kind: "unanswered",
  sentAt: NOW,
  receivedAt: NOW,
  failure: { kind: "indeterminate", status: null, reason: "no answer in time" },
};

function found(changes: Json = {}): Found {
  const json = { id: "task-1", state: "in_progress", created_at: "2026-11-23T08:00:00Z", ...changes };
  const task = readTask(json);
  if (task === undefined) {
    throw new Error("no task");
  }
  return { json, task, wrapped: false };
}

/** A look so many seconds after the start. */
function look(afterSeconds: number, changes: Json | null = {}): Look {
  const at = NOW + afterSeconds * SECOND;
  return {
    exchange: answer({ sentAt: at, receivedAt: at, status: changes === null ? 404 : 200 }),
    found: changes === null ? null : found(changes),
  };
}

function observed(changes: Partial<Observations> = {}): Observations {
  return {
    tokenKind: "classic",
    apiVersion: "2022-11-28",
    prompt: PROMPT,
    trace: "Probe (start 1)",
    user: answer({ data: { id: 1001 } }),
    start: answer({ status: 201 }),
    started: found(),
    looks: { get: [], get_by_id: [], list: [], list_all: [] },
    conditional: null,
    since: null,
    creator: null,
    requests: 10,
    followedMs: 60 * SECOND,
    ...changes,
  };
}

/** The fact's verdict in one line. */
function decide(id: string, changes: Partial<Observations>): string {
  const fact = FACTS.find((one) => one.id === id);
  const { answer: said, seen } = fact?.decide(observed(changes)) ?? { answer: "no such fact", seen: id };
  return `${said}: ${seen}`;
}

const looksOf = (...get: Look[]) => ({ looks: { get, get_by_id: [], list: [], list_all: [] } });
const withPrompt = (prompt?: string) => ({ sessions: [{ created_at: "2026-11-23T08:00:00Z", prompt }] });

it("has each fact once, as a question", () => {
  expect(new Set(FACTS.map(({ id }) => id)).size).toBe(FACTS.length);
  expect(FACTS.filter(({ question }) => !question.endsWith("?"))).toEqual([]);
});

it("decides every fact from whatever little was seen", () => {
  const lostLook: Look = { exchange: lost, found: null };
  const check: ConditionalCheck = { before: lost, repeats: [], after: null };
  const nothing = observed({
    user: lost,
    looks: { get: [lostLook], get_by_id: [lostLook], list: [lostLook], list_all: [] },
    conditional: { get: check, list: check, list_all: check },
    since: { before: lostLook, earlier: lostLook, same: lostLook, later: lostLook, after: lostLook },
    creator: { mine: lostLook, other: lostLook },
  });
  const decided = FACTS.filter(({ decide }) => decide(nothing).answer !== "not_seen").map(({ id }) => id);
  expect(decided).toEqual([
    "start_bare",
    "start_html_url",
    "start_no_sessions",
    "date_header",
    "token_expiration",
    "api_version",
    "token_kind",
  ]);
});

describe("conditional requests", () => {
  const limited = (used: number, reset = 1) =>
    answer({
      headers: {
        etag: '"a"',
        "x-ratelimit-used": String(used),
        "x-ratelimit-reset": reset,
        "x-ratelimit-resource": "core",
      },
      data: { tasks: [9007199254740993n] },
    });
  const unchanged = answer({ status: 304 });
  const about = (id: string, before: Exchange, repeats: Exchange[], after: Exchange | null) => {
    const check = { before, repeats, after };
    return decide(`${id}_list`, { conditional: { get: check, list: check, list_all: check } });
  };
  const free = (after: Exchange, repeats = [unchanged, unchanged, unchanged]) =>
    about("free", limited(10), repeats, after);

  it("tells free ones from counted ones", () => {
    expect(free(limited(11))).toBe("yes: 1 used by 3 times 304 and 1 more");
    expect(free(limited(14))).toBe("no: 4 used by 3 times 304 and 1 more");
    expect(free(limited(12), [unchanged, limited(11), unchanged])).toBe(
      "yes: 2 used by 2 times 304 and 2 more",
    );
  });

  it("does not guess", () => {
    expect(free(limited(12))).toBe("not_seen: 2 used by 3 times 304 and 1 more: others use the limit too");
    expect(free(limited(1, 2))).toBe("not_seen: no rate limit headers, or a new hour began");
    expect(free(answer())).toBe("not_seen: no rate limit headers, or a new hour began");
    expect(free(lost)).toBe("not_seen: no rate limit headers, or a new hour began");
    expect(free(limited(14), [limited(11), limited(12), limited(13)])).toBe("not_seen: no 304");
  });

  it("tells an ETag that is ignored from content that changes", () => {
    const other = answer({ data: { tasks: [] } });
    expect(about("not_modified", limited(1), [other, limited(3)], limited(4))).toBe(
      "no: HTTP 200 with the same content",
    );
    expect(about("not_modified", limited(1), [other, lost], limited(4))).toBe(
      "not_seen: HTTP 200, no answer in time, the content changes",
    );
    expect(about("not_modified", limited(1), [other, unchanged], limited(4))).toBe("yes: 1 of 2");
  });
});

describe("the prompt", () => {
  const exact = (...looks: Look[]) => decide("prompt_exact", looksOf(...looks));

  it("is compared with what was sent, as it is in the end", () => {
    expect(exact(look(0), look(3, withPrompt()), look(5, withPrompt(PROMPT)))).toBe(
      "yes: exact, from 5 s on",
    );
    expect(exact(look(0, withPrompt(PROMPT)), look(5, withPrompt(`# Task\n${PROMPT}Be kind.`)))).toBe(
      'no: with text around it, from 5 s on ("# Task\\nReply.\\n\\nProbe (start 1)\\nBe kind.")',
    );
  });

  it("ends with the trace, or with something else", () => {
    expect(decide("prompt_last_line", looksOf(look(0, withPrompt(`# Task\n${PROMPT}`))))).toBe(
      'yes: "Probe (start 1)"',
    );
    expect(decide("prompt_last_line", looksOf(look(0, withPrompt(`${PROMPT}Be kind.`))))).toMatch(/^no: /);
  });

  it("may come late", () => {
    const looks = looksOf(look(0, null), look(1), look(4, withPrompt("x")));
    expect(decide("prompt_at_once", looks)).toBe("no: after 4 s");
  });
});

describe("the since filter", () => {
  const entry = { updated_at: "2026-11-23T08:01:00Z" };
  const listed = look(70, entry);
  const missing: Look = { ...listed, found: null };
  const about = (changes: Partial<NonNullable<Observations["since"]>>) =>
    decide("since_updated_at", {
      since: { before: listed, earlier: listed, same: listed, later: missing, after: listed, ...changes },
    });

  it("goes by updated_at, or not", () => {
    expect(about({})).toMatch(/^yes: /);
    expect(about({ later: listed })).toMatch(/^no: .* 1 s after it listed$/);
    expect(about({ same: missing })).toMatch(/^no: .* at it missing/);
    expect(about({ earlier: missing, same: missing })).toMatch(/^no: 1 s before updated_at missing/);
  });

  it("cannot be judged while the task changes", () => {
    const moved = look(70, { updated_at: "2026-11-23T08:01:09Z" });
    expect(about({ after: moved })).toBe("not_seen: updated_at moved meanwhile");
    expect(about({ after: missing })).toBe("not_seen: updated_at moved meanwhile");
  });
});

describe("the rest", () => {
  it("is not judged by a short look", () => {
    const done = { state: "completed", updated_at: "2026-11-23T08:00:30Z" };
    expect(decide("updated_at_rests", looksOf(look(30, done), look(50, done)))).toBe(
      "not_seen: watched for 20 s only",
    );
  });

  it("shows what a pull request lacks, and that there is one", () => {
    const pull = (global_id: string) => ({ provider: "github", type: "pull", data: { id: 7, global_id } });
    const looks = (...ids: string[]) => looksOf(look(0, { artifacts: ids.map(pull) }));
    expect(decide("pull_global_id", looks("PR_7"))).toBe("yes: PR_7");
    expect(decide("pull_global_id", looks("PR_7", ""))).toBe("no: PR_7, none");
    expect(decide("no_pull_request", looks("PR_7"))).toBe("no: artifacts: pull");
  });
});

describe("headers", () => {
  const start = (headers: Answered["headers"]) => ({ start: answer({ status: 201, headers }) });

  it("name the version that was really used, and its end", () => {
    expect(decide("api_version", start({ "x-github-api-version-selected": "2022-11-28" }))).toMatch(/^yes: /);
    expect(
      decide(
        "api_version",
        start({ "x-github-api-version-selected": "2026-03-10", sunset: "Fri, 01 Jan 2027" }),
      ),
    ).toBe("no: sent 2022-11-28, selected 2026-03-10, ends Fri, 01 Jan 2027");
  });

  it("name the limit", () => {
    expect(decide("rate_limit_core", start({}))).toBe("not_seen: no x-ratelimit-resource");
    expect(decide("rate_limit_core", start({ "x-ratelimit-resource": "agents" }))).toBe(
      "no: agents: ? of ? used after the start",
    );
  });

  it("may lack the time", () => {
    const dated = { date: "Mon, 23 Nov 2026 08:00:00 GMT" };
    expect(decide("date_header", start(dated))).toBe("no: 1 of 2 answers");
    expect(decide("clock_right", {})).toBe("not_seen: no Date");
  });

  it("give the time of the quickest answer", () => {
    const slow = answer({
      receivedAt: NOW + 10 * SECOND,
      headers: { date: "Mon, 23 Nov 2026 08:01:00 GMT" },
    });
    const quick = answer({ receivedAt: NOW + SECOND, headers: { date: "Mon, 23 Nov 2026 08:00:03 GMT" } });
    expect(decide("clock_right", { user: slow, start: quick })).toBe(
      "no: this machine's is 3 s behind (answer within 1 s)",
    );
  });

  it("may show another user than the task's creator", () => {
    const creator = { creator: { id: 9007199254740993n } };
    expect(decide("creator_is_user", { started: found(creator) })).toBe(
      "no: creator 9007199254740993, user 1001",
    );
    expect(decide("creator_is_user", { ...looksOf(look(0, creator)), user: lost })).toBe(
      "not_seen: GET /user: no answer in time",
    );
  });
});

it("knows a creator_id that is ignored", () => {
  expect(decide("creator_id_filter", { creator: { mine: look(1), other: look(1) } })).toBe(
    "no: with the creator's ID listed, with another listed",
  );
});
