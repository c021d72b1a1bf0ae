import { describe, expect, it } from "@jest/globals";
import { readTask } from "../../../src/github/agent-tasks/decode-task.ts";
import { FACTS } from "../../../tools/probe/facts.ts";
import type { Exchange, Observations } from "../../../tools/probe/observe.ts";
import { NOW, SECOND } from "../../support/clock.ts";

type Json = Readonly<Record<string, unknown>>;

const TRACE = "Probe (start 1)";
const PROMPT = `Reply.\n\n${TRACE}\n`;

function taskWith(changes: Json = {}) {
  const task = readTask({ id: "task-1", state: "idle", created_at: "2026-11-23T08:00:00Z", ...changes }, 0);
  if (task === undefined) {
    throw new Error("no task");
  }
  return task;
}

/** A poll that many seconds after the start. */
function poll(afterSeconds: number, changes: Partial<Exchange> = {}): Exchange {
  const sentAt = NOW + afterSeconds * SECOND;
  return {
    sentAt,
    status: 200,
    headers: new Headers(),
    data: {},
    failure: null,
    task: taskWith(),
    ...changes,
  };
}

const lost = poll(0, {
  status: null,
  failure: { kind: "indeterminate", status: null, reason: "no answer in time", retryAfterMs: null },
  task: null,
});

function observed(changes: Partial<Observations> = {}): Observations {
  return {
    prompt: PROMPT,
    trace: TRACE,
    start: poll(0, { status: 201 }),
    task: taskWith(),
    startedAt: NOW,
    endedAt: NOW + 60 * SECOND,
    polls: { get: [], get_by_id: [], list: [], list_all: [] },
    final: null,
    settledAt: null,
    ...changes,
  };
}

/** The fact's verdict in one line. */
function answer(id: string, changes: Partial<Observations>): string {
  const fact = FACTS.find((entry) => entry.id === id);
  const verdict = fact?.answer(observed(changes)) ?? { answer: "no such fact", seen: id };
  return `${verdict.answer}: ${verdict.seen}`;
}

const gets = (...get: Exchange[]) => ({ polls: { get, get_by_id: [], list: [], list_all: [] } });
const withPrompt = (prompt?: string) =>
  taskWith({ sessions: [{ created_at: "2026-11-23T08:00:00Z", prompt }] });

it("has each fact once, as a question", () => {
  expect(new Set(FACTS.map(({ id }) => id)).size).toBe(FACTS.length);
  expect(FACTS.filter(({ question }) => !question.endsWith("?"))).toEqual([]);
});

it("answers every fact from whatever little was seen", () => {
  const nothing = observed({ polls: { get: [lost], get_by_id: [lost], list: [lost], list_all: [] } });
  const answered = FACTS.filter((fact) => fact.answer(nothing).answer !== "not_seen").map(({ id }) => id);
  expect(answered).toEqual(["bare", "start_html_url"]);
});

describe("conditional requests", () => {
  const tagged = poll(0, { headers: new Headers({ etag: '"a"' }) });
  const unchanged = poll(5, { status: 304 });
  const notModified = (...polls: Exchange[]) => answer("not_modified_get", gets(...polls));

  it("does not guess where the content may change", () => {
    expect(notModified(lost, tagged, poll(5), unchanged)).toBe("yes: 1 of 2");
    expect(notModified(tagged, poll(5))).toBe("not_seen: 0 of 1, the content may have changed");
    expect(notModified(poll(0), poll(5))).toBe("no: no ETag");
    expect(notModified(lost)).toBe("not_seen: HTTP status: none");
  });
});

describe("the prompt", () => {
  const exact = (prompt?: string) => answer("prompt_exact", { final: withPrompt(prompt) });

  it("is compared with what was sent", () => {
    expect(exact(PROMPT)).toBe("yes: exact");
    expect(exact(PROMPT.trim())).toBe(
      `no: without white space at its ends (${JSON.stringify(PROMPT.trim())})`,
    );
    expect(exact(`# Task\n${PROMPT}Be kind.`)).toBe(
      'no: another text ("# Task\\nReply.\\n\\nProbe (start 1)\\nBe kind.")',
    );
    expect(exact()).toBe("no: absent");
  });

  it("ends with the trace, or with something else", () => {
    const lastLine = (prompt: string) => answer("prompt_last_line", { final: withPrompt(prompt) });
    expect(lastLine(`# Task\n${PROMPT}`)).toBe('yes: "Probe (start 1)"');
    expect(lastLine(`${PROMPT}Be kind.`)).toMatch(/^no: /);
  });

  it("may come late", () => {
    const late = poll(4, { task: withPrompt("x") });
    expect(answer("prompt_at_once", gets(poll(0, { task: null }), poll(1), late))).toBe("no: after 4 s");
  });
});

it("names the rate limit", () => {
  const limited = (headers: Record<string, string>) =>
    answer("rate_limit_core", { start: poll(0, { headers: new Headers(headers) }) });
  expect(limited({})).toBe("not_seen: no x-ratelimit-resource");
  expect(
    limited({ "x-ratelimit-resource": "agents", "x-ratelimit-used": "1", "x-ratelimit-limit": "50" }),
  ).toBe("no: agents: 1 of 50 used");
});
