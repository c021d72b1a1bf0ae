import { describe, expect, it } from "@jest/globals";
import type { Session, Task } from "../../../src/github/agent-tasks/task.ts";
import {
  buildDefaultKey,
  createTrace,
  formatTrace,
  formatWork,
  getConcurrencyKey,
  hashWork,
  isFromOtherWork,
  type Match,
  matchEarlierAttempt,
  matchKey,
  matchPrompt,
  matchStartId,
  parseTrace,
  quoteTraceLines,
  selectOwnCalls,
  type TaskTrace,
} from "../../../src/prompt/trace.ts";
import { runnerOf, sessionOf, taskOf } from "../../support/builders.ts";

const ORIGIN: TaskTrace = {
  runUrl: "https://github.com/octo/app/actions/runs/7000000001",
  attempt: 2,
  key: ".github/workflows/nightly.yml:update",
  step: "agent",
  repository: "octo/app",
  startId: "start-id-1",
};

/** What the step sends. */
const OWN_PROMPT = `Do it\n\n${formatTrace(ORIGIN)}`;

/** A task with these prompts, the newest first; with none, one that shows no prompt. */
const prompted = (...prompts: (string | null)[]): Task =>
  taskOf({ sessions: prompts.map((prompt): Session => sessionOf({ prompt })) });

describe("the key of a task", () => {
  it.each([
    ["octo/app/.github/workflows/nightly.yml@refs/heads/main", ".github/workflows/nightly.yml:update"],
    ["", "Nightly:update"],
    ["nonsense", "Nightly:update"],
  ])("comes from the workflow's file %s and the job", (workflowRef, key) => {
    expect(buildDefaultKey(runnerOf({ workflowRef }), null)).toBe(key);
  });

  it("has the issue that the task is about", () => {
    expect(buildDefaultKey(runnerOf(), 12)).toBe(".github/workflows/nightly.yml:update#12");
  });

  it("has the place in the matrix", () => {
    const key = (matrix: string) => buildDefaultKey(runnerOf(), 12, matrix);
    expect(["", "null", "{}"].map(key)).toEqual(Array(3).fill(".github/workflows/nightly.yml:update#12"));
    expect(key('{"os":"a"}')).toMatch(/^\.github\/workflows\/nightly\.yml:update#[0-9a-f]{12}#12$/);
    expect(key('{"os":"a"}')).not.toBe(key('{"os":"b"}'));
  });

  it("does not depend on the branch that the workflow runs on", () => {
    const on = (ref: string) =>
      buildDefaultKey(
        runnerOf({ workflowRef: `octo/app/.github/workflows/nightly.yml@refs/heads/${ref}` }),
        null,
      );
    expect(on("feature/a@b")).toBe(on("main"));
  });
});

describe("the key of a step's tasks", () => {
  const key = (concurrencyKey: string, issueNumber: number | null = null) =>
    getConcurrencyKey(runnerOf(), { concurrencyKey, issueNumber, matrix: "null" });

  it("is the given one, else the workflow's file, the job and the issue", () => {
    expect(key("nightly", 7)).toBe("nightly");
    expect(key("")).toBe(".github/workflows/nightly.yml:update");
    expect(key("", 7)).toBe(".github/workflows/nightly.yml:update#7");
  });

  it("has the place in the matrix only where it is not given", () => {
    const inMatrix = (concurrencyKey: string) =>
      getConcurrencyKey(runnerOf(), { concurrencyKey, issueNumber: null, matrix: '{"os":"a"}' });
    expect(inMatrix("nightly")).toBe("nightly");
    expect(inMatrix("")).toBe(buildDefaultKey(runnerOf(), null, '{"os":"a"}'));
  });

  it("is the default one where every task counts", () => {
    expect(key("*", 7)).toBe(key("", 7));
  });
});

describe("the same work", () => {
  const OTHER_RUN = { attempt: 1, step: "no_match", startId: "no_match" };
  const from = (concurrencyKey: string, changes: Partial<TaskTrace>) =>
    matchKey(
      ORIGIN,
      "",
      concurrencyKey,
    )(prompted(`Do it\n\n${formatTrace({ ...ORIGIN, ...OTHER_RUN, ...changes })}`));
  const IN_APP = { runUrl: "https://github.com/octo/app/actions/runs/7" };
  const ELSEWHERE = { runUrl: "https://github.com/octo/other/actions/runs/7" };

  it("is that of another run with the same key", () => {
    expect(from("", IN_APP)).toBe("match");
    expect(from(ORIGIN.key, IN_APP)).toBe("match");
  });

  it("is not that of another key", () => {
    expect(from("", { ...IN_APP, key: ".github/workflows/nightly.yml:other" })).toBe("no_match");
    expect(matchKey(ORIGIN, "", "")(prompted("Do it"))).toBe("no_match");
  });

  it("is that of another repository only where the key was given", () => {
    expect(from("", ELSEWHERE)).toBe("no_match");
    expect(from(ORIGIN.key, ELSEWHERE)).toBe("match");
  });

  it("is that of a repository with the same ID, whatever its name", () => {
    const own = { ...ORIGIN, workflowRepositoryId: "5" };
    const matches = (changes: Partial<TaskTrace>, repositoryId = "") =>
      matchKey(
        own,
        "",
        "",
      )({
        ...prompted(`Do it\n\n${formatTrace({ ...ORIGIN, ...OTHER_RUN, ...changes })}`),
        repositoryId,
      });
    expect(matches({ ...ELSEWHERE, workflowRepositoryId: "5" })).toBe("match");
    expect(matches({ ...IN_APP, workflowRepositoryId: "6" })).toBe("no_match");
    // A trace has no ID if the runner said none.
    expect(matches(IN_APP)).toBe("match");
    expect(matches({ runUrl: "https://github.com/Octo/App/actions/runs/7" })).toBe("match");
    expect(matches({ ...ELSEWHERE, repository: "octo/other" }, "5")).toBe("match");
    expect(matches({ ...ELSEWHERE, repository: "octo/other" }, "6")).toBe("no_match");
    expect(matches({ ...ELSEWHERE, repository: "octo/third" }, "5")).toBe("no_match");
    expect(matches({ runUrl: "https://octo.ghe.com/octo/app/actions/runs/7" })).toBe("no_match");
    expect(matches({ runUrl: "nonsense" })).toBe("no_match");
  });

  it("is not known without a prompt", () => {
    expect(matchKey(ORIGIN, "", "")(prompted(null))).toBe("promptless");
  });

  it("is every task's where every task counts", () => {
    expect(matchKey(ORIGIN, "", "*")(prompted(null))).toBe("match");
    expect(from("*", { ...ELSEWHERE, key: "no_match" })).toBe("match");
  });
});

describe("the origin of a task", () => {
  it("is the run, its attempt, the key, the step and the start", () => {
    expect(
      createTrace(
        runnerOf({ runAttempt: 2 }),
        { matrix: "null", key: ORIGIN.key, repository: "octo/app" },
        "start-id-1",
      ),
    ).toEqual(ORIGIN);
  });

  it("tells the jobs of a matrix apart, and no others", () => {
    const place = (matrix: string) =>
      createTrace(runnerOf(), { matrix, key: ORIGIN.key, repository: "octo/app" }, "1").step;
    expect(["", "null", "{}"].map(place)).toEqual(["agent", "agent", "agent"]);
    expect(place('{"os":"a"}')).toMatch(/^agent#[0-9a-f]{12}$/);
    expect(place('{"os":"a"}')).not.toBe(place('{"os":"b"}'));
  });
});

describe("the step in the origin of a task", () => {
  const stepOf = (changes: object) =>
    createTrace(runnerOf(), { matrix: "", key: "deps", repository: "octo/app", ...changes }, "1").step;

  it("has the job, the work and the place in the matrix, where they are needed", () => {
    expect(stepOf({ job: "update" })).toBe("update:agent");
    expect(stepOf({ work: "0a1b" })).toBe("agent/0a1b");
    expect(stepOf({ job: "update", work: formatWork("0a1b", 2), matrix: '{"os":"a"}' })).toMatch(
      /^update:agent\/0a1b\.2#[0-9a-f]{12}$/,
    );
  });

  it("tells apart what is asked for", () => {
    const requests = [["a", 1], ["a", null], ["a1"], ["b", 1]];
    expect(new Set(requests.map(hashWork)).size).toBe(4);
    expect(hashWork(["a", 1])).toBe(hashWork(["a", 1]));
    expect([1, 2, 3].map((order) => formatWork("0a1b", order))).toEqual(["0a1b", "0a1b.2", "0a1b.3"]);
  });
});

describe("the trace", () => {
  it("names the ID of the workflow's repository, if it is known", () => {
    const trace = { ...ORIGIN, workflowRepositoryId: "5" };
    expect(
      createTrace(runnerOf({ repositoryId: "5", runAttempt: 2 }), { ...ORIGIN, matrix: "" }, ORIGIN.startId),
    ).toEqual(trace);
    expect(formatTrace(trace)).toContain('repository "octo/app", workflow repository 5, start start-id-1)');
    expect(parseTrace(`Do it\n\n${formatTrace(trace)}`)).toEqual(trace);
  });

  it("is one line", () => {
    expect(formatTrace(ORIGIN)).toBe(
      "Started by GitHub Actions: https://github.com/octo/app/actions/runs/7000000001/attempts/2 " +
        '(key ".github/workflows/nightly.yml:update", step "agent", repository "octo/app", start start-id-1)',
    );
  });

  it.each(["a\nb", "a\rb", 'a") b', "\\", "a\u2028b\u2029c\u0085d"])(
    "stays on one line with %j, and is read back",
    (name) => {
      const origin = { ...ORIGIN, key: name, step: name };
      const line = formatTrace(origin);
      expect(line.split(/[\n\r\u2028\u2029\u0085]/)).toHaveLength(1);
      expect(parseTrace(`Do it\n\n${line}`)).toEqual(origin);
    },
  );

  it("counts only as the prompt's last line", () => {
    const line = formatTrace(ORIGIN);
    expect(parseTrace(`${line}\n \n`)).toEqual(ORIGIN);
    expect(parseTrace(`${line}\nand more`)).toBeNull();
    expect(parseTrace(`> ${line}`)).toBeNull();
    expect(parseTrace(`${line} and more`)).toBeNull();
    expect(parseTrace("")).toBeNull();
  });

  it("that somebody else wrote names no key of ours", () => {
    const forged = formatTrace(ORIGIN).replace('"agent"', '"\\x"');
    expect(parseTrace(forged)).toMatchObject({ step: '"\\x"' });
  });
});

describe("the task of a start", () => {
  const recognise = matchStartId(ORIGIN, OWN_PROMPT);

  it("is recognised by the start ID in its trace", () => {
    expect(recognise(prompted(`Do it\n\n${formatTrace(ORIGIN)}`))).toBe("match");
    expect(recognise(prompted(`Do it\n\n${formatTrace({ ...ORIGIN, startId: "start-id-2" })}`))).toBe(
      "no_match",
    );
    expect(recognise(prompted("Do it"))).toBe("no_match");
  });

  it("is recognised by its first session, whatever people asked later", () => {
    expect(recognise(prompted("And now?", `Do it\n\n${formatTrace(ORIGIN)}`))).toBe("match");
  });

  it("may be one that says nothing, or that only speaks of the ID", () => {
    expect([prompted(), prompted(null)].map(recognise)).toEqual(["promptless", "promptless"]);
    const unreadable = [
      taskOf({ sessions: null, hasUnreadableSession: true }),
      { ...prompted("And now?"), hasUnreadableSession: true },
    ];
    expect(unreadable.map(recognise)).toEqual(["unreadable", "unreadable"]);
    const own = { ...prompted(`Do it\n\n${formatTrace(ORIGIN)}`), hasUnreadableSession: true };
    expect(recognise(own)).toBe("match");
    expect(recognise(prompted(`${formatTrace(ORIGIN)}\nsummarised`))).toBe("unreadable");
  });
});

describe("a task without a trace", () => {
  const withBase = (prompt: string | null, baseRef: string) =>
    taskOf({ sessions: [sessionOf({ prompt, baseRef })] });

  it.each([
    ["Do it", "main", "match"],
    [" Do it\n", "main", "match"],
    ["Do it", "", "match"],
    ["Do it", "develop", "no_match"],
    ["Do it now", "main", "no_match"],
    [null, "main", "promptless"],
  ])("with the prompt %j on %j is %s", (prompt, baseRef, recognition) => {
    expect(matchPrompt("Do it", "main")(withBase(prompt, baseRef))).toBe(recognition);
  });

  it("is recognised on any base where none was asked for", () => {
    expect(matchPrompt("Do it", "")(withBase("Do it", "develop"))).toBe("match");
  });

  it("is not known where it has no session", () => {
    expect(matchPrompt("Do it", "main")(taskOf({ sessions: null }))).toBe("promptless");
  });
});

describe("the task of an earlier attempt", () => {
  const recognise = matchEarlierAttempt(ORIGIN, OWN_PROMPT);
  const from = (changes: Partial<TaskTrace>) =>
    recognise(
      prompted(`Do it\n\n${formatTrace({ ...ORIGIN, attempt: 1, startId: "no_match", ...changes })}`),
    );

  it("is of the same run, key and step, before this attempt", () => {
    expect(from({})).toBe("match");
  });

  it.each<[string, Partial<TaskTrace>]>([
    ["another run", { runUrl: "https://github.com/octo/app/actions/runs/7" }],
    ["a run of another server", { runUrl: "https://octo.ghe.com/octo/app/actions/runs/7000000001" }],
    ["a run whose ID ends alike", { runUrl: "https://github.com/octo/app/actions/runs/17000000001" }],
    ["this attempt", { attempt: 2 }],
    ["a later attempt", { attempt: 3 }],
    ["another job", { key: ".github/workflows/nightly.yml:other" }],
    ["another step", { step: "agent_2" }],
  ])("is not of %s", (_what, changes) => {
    expect(from(changes)).toBe("no_match");
  });

  it.each(["octo/renamed", "moved/app", "Octo/App"])(
    "may be of a repository with another name: %s",
    (name) => {
      expect(from({ runUrl: `https://github.com/${name}/actions/runs/7000000001` })).toBe("match");
    },
  );

  it.each<[string, string, Match]>([
    ["agent/0a1b", "agent/0a1b", "match"],
    ["agent/0a1b", "agent/0a1b.2", "no_match"],
    ["agent/0a1b", "agent/2c3d", "no_match"],
    ["agent/0a1b", "agent", "no_match"],
    ["agent/0a1b#c", "agent/0a1b#d", "no_match"],
    ["agent", "agent/0a1b", "no_match"],
    ["update:agent", "update:agent", "match"],
    ["update:agent", "lint:agent", "no_match"],
  ])("for the step %s, a task of %s is: %s", (step, other, recognition) => {
    const own = { ...ORIGIN, step };
    const prompt = `Other\n\n${formatTrace({ ...own, step: other, attempt: 1, startId: "x" })}`;
    expect(matchEarlierAttempt(own, OWN_PROMPT)(prompted(prompt))).toBe(recognition);
  });

  it("may be another step's of the same composite action", () => {
    const own = { ...ORIGIN, step: "agent/0a1b" };
    const isOther = (changes: Partial<TaskTrace>, earlierWork: string[] = []) =>
      isFromOtherWork(own, earlierWork)(prompted(`x\n\n${formatTrace({ ...own, attempt: 1, ...changes })}`));
    expect(isOther({ step: "agent/2c3d" })).toBe(true);
    expect(isOther({ step: "agent/2c3d" }, ["2c3d"])).toBe(false);
    expect(isOther({})).toBe(true);
    expect(isOther({ step: "agent" })).toBe(false);
    expect(isOther({ step: "other/2c3d" })).toBe(false);
    expect(isOther({ step: "agent/2c3d", attempt: 2 })).toBe(false);
    expect(isOther({ step: "agent/2c3d", key: "deps" })).toBe(false);
    expect(isFromOtherWork(own, [])(prompted("x"))).toBe(false);
  });

  it("may be another call's, whose given key is in the same place", () => {
    const own = { ...ORIGIN, step: "update:agent" };
    const isOther = (changes: Partial<TaskTrace>) =>
      isFromOtherWork(own, [])(prompted(`x\n\n${formatTrace({ ...own, attempt: 1, ...changes })}`));
    expect(isOther({ key: "other" })).toBe(true);
    expect(isOther({ step: "update:agent/2c3d" })).toBe(false);
    expect(isOther({ step: "lint:agent" })).toBe(false);
  });

  it("is told apart by its text, if an attempt left tasks with different texts in the same place", () => {
    const [a, b, first, second] = [
      ["a", 1],
      ["b", 1],
      ["a", 1],
      ["c", 2],
    ].map(([text, attempt]) =>
      prompted(`Update ${text}.\n\n${formatTrace({ ...ORIGIN, attempt: Number(attempt), startId: "x" })}`),
    ) as [Task, Task, Task, Task];
    const own = (text: string) => `Update ${text}.\n\n${formatTrace({ ...ORIGIN, attempt: 3 })}`;
    expect(selectOwnCalls([a, b], own("a"))).toEqual([a]);
    expect(selectOwnCalls([a, b], own("c"))).toEqual([]);
    expect(selectOwnCalls([second, a, b], own("a"))).toEqual([a]);
    // Another call's of a later attempt is no reason to leave ours.
    expect(selectOwnCalls([second, a], own("a"))).toEqual([a]);
    // A prompt that differs from attempt to attempt, as one with a date does.
    expect(selectOwnCalls([second, a, first], own("d"))).toEqual([second, a, first]);
  });

  it("has a trace, if it shows its prompt", () => {
    expect(recognise(prompted("Do it"))).toBe("no_match");
    expect(recognise(prompted(null))).toBe("promptless");
  });

  it.each<[string, string, string, Match]>([
    ["a given key that has changed", "update:agent", "nightly-2026-11-22", "match"],
    ["another step with a given key", "update:other", "nightly-2026-11-22", "no_match"],
    ["another default key", "agent", "nightly-2026-11-22", "no_match"],
  ])("of a step is compared with its key where that is the default one: %s", (_what, step, key, match) => {
    const own = { ...ORIGIN, key: "nightly-2026-11-23", step: step.replace("other", "agent") };
    const prompt = `Do it\n\n${formatTrace({ ...own, key, step, attempt: 1, startId: "x" })}`;
    expect(matchEarlierAttempt(own, OWN_PROMPT)(prompted(prompt))).toBe(match);
  });
});

describe("a prompt that GitHub has changed", () => {
  const KEY = "a & b_c";
  const EARLIER = { ...ORIGIN, key: KEY, attempt: 1, startId: "start-id-0" };
  const OWN = { ...ORIGIN, key: KEY };
  const TEXT = "Update all of it.\n\nThen test_it <now> & stop.";
  const own = `${TEXT}\n\n${formatTrace(OWN)}`;
  const escapeHtml = (text: string) =>
    text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;").replaceAll('"', "&quot;");

  const CHANGES: readonly (readonly [string, (prompt: string) => string])[] = [
    ["escaped as HTML", escapeHtml],
    ["escaped as HTML, slashes too", (prompt) => escapeHtml(prompt).replaceAll("/", "&#x2F;")],
    ["with white space collapsed", (prompt) => prompt.replace(/\s+/g, " ")],
    [
      "with carriage returns, and text after it",
      (prompt) => `${prompt.replaceAll("\n", "\r\n")}\r\n\r\nMore.`,
    ],
    ["with lone carriage returns", (prompt) => prompt.replaceAll("\n", "\r")],
    ["with text after it", (prompt) => `${prompt}\n\nFollow the instructions.`],
    ["with text after it, in its line", (prompt) => `${prompt} [edited]`],
    ["escaped as Markdown", (prompt) => prompt.replace(/[\\`*_{}[\]()#+.!|<>"-]/g, "\\$&")],
    ["with underscores escaped", (prompt) => prompt.replaceAll("_", "\\_")],
    ["with a link in angle brackets", (prompt) => prompt.replace(/https:\S+/, "<$&>")],
    ["with a link", (prompt) => prompt.replace(/https:\S+/, "[$&]($&)")],
    [
      "as a page",
      (prompt) => prompt.replace(/^.+$/gm, "<p>$&</p>").replace(/https:[^\s<]+/, '<a href="$&">$&</a>'),
    ],
    ["cut off in the start ID", (prompt) => prompt.slice(0, -3)],
    ["cut off in the key", (prompt) => `${prompt.slice(0, prompt.indexOf("key ") + 6)}…`],
    ["cut off in the attempt", (prompt) => prompt.slice(0, prompt.indexOf("/attempts/") + 10)],
    ["cut off in the address", (prompt) => `${prompt.slice(0, prompt.indexOf("/runs/") + 8)}...`],
    ["cut off after the words", (prompt) => prompt.slice(0, prompt.indexOf("https:"))],
  ];
  const CUT_BEFORE: typeof CHANGES = [
    ["cut off in the words", (prompt) => `${prompt.slice(0, prompt.indexOf("GitHub"))}…`],
    ["cut off in the text", (prompt) => `${prompt.slice(0, 20)} …`],
    ["cut off in the text, and escaped", (prompt) => escapeHtml(prompt.slice(0, 40))],
    ["nothing but an ellipsis", () => "…"],
  ];
  const changed = (trace: TaskTrace, change: (prompt: string) => string) =>
    prompted(change(`${TEXT}\n\n${formatTrace(trace)}`));

  it.each([...CHANGES, ...CUT_BEFORE])("%s: may be an earlier attempt's", (_how, change) => {
    expect(matchEarlierAttempt(OWN, own)(changed(EARLIER, change))).toBe("unreadable");
  });

  it.each(CHANGES.slice(0, -2))("%s: is not of another run, nor of this attempt", (_how, change) => {
    const match = matchEarlierAttempt(OWN, own);
    const runUrl = "https://github.com/octo/app/actions/runs/6000000001";
    expect(match(changed({ ...EARLIER, runUrl }, change))).toBe("no_match");
    const parts = change(`${TEXT}\n\n${formatTrace(OWN)}`);
    expect(match(changed(OWN, change))).toBe(
      /attempts\\?(?:\/|&#x2F;)2/.test(parts) ? "no_match" : "unreadable",
    );
  });

  it.each(CHANGES)("%s: may do the same work", (_how, change) => {
    expect(
      matchKey(OWN, own, "")(changed({ ...EARLIER, runUrl: ORIGIN.runUrl.replace(/7/, "6") }, change)),
    ).toBe("unreadable");
  });

  it.each(CUT_BEFORE)("%s: may do the same work", (_how, change) => {
    expect(matchKey(OWN, own, "")(changed(EARLIER, change))).toBe("unreadable");
  });

  it.each([...CHANGES.slice(-5), ...CUT_BEFORE])("%s: may be of a start", (_how, change) => {
    expect(matchStartId(OWN, own)(changed(OWN, change))).toBe("unreadable");
  });

  it("escaped: may be of a start", () => {
    expect(matchStartId(OWN, own)(changed(OWN, (prompt) => prompt.replaceAll("-", "\\-")))).toBe(
      "unreadable",
    );
  });

  it.each<[string, string, Match]>([
    ["escaped", escapeHtml(TEXT), "unreadable"],
    ["collapsed", TEXT.replace(/\s+/g, " "), "unreadable"],
    ["cut off", TEXT.slice(0, 20), "unreadable"],
    ["with other words", `${TEXT} And more.`, "no_match"],
  ])("%s: may be the same without a trace", (_how, prompt, match) => {
    expect(matchPrompt(TEXT, "")(prompted(prompt))).toBe(match);
  });

  it.each<[string, string]>([
    ["the text alone, as a person sends it", TEXT],
    ["other text", "Write the release notes."],
    ["the address alone", `Mend ${EARLIER.runUrl}/attempts/1`],
    ["the words in a sentence", `This run was started by GitHub Actions: ${EARLIER.runUrl}/attempts/1`],
    ["a quote", `Do it.\n\n> ${formatTrace(EARLIER)}\nand more`],
    ["a quote in a quote", `Do it.\n\n> > ${formatTrace(EARLIER)}`],
    ["an escaped quote", escapeHtml(`Do it.\n\n> ${formatTrace(EARLIER)}\nand more`)],
    ["a quote, its line break gone", `Do it. > ${formatTrace(EARLIER)} and more`],
    ["a line in a text", `See\n${formatTrace(EARLIER)}\nand more`],
    ["no letters", "?"],
    ["a picture alone", "👍"],
  ])("is not one that has %s", (_what, prompt) => {
    expect(matchEarlierAttempt(OWN, own)(prompted(prompt))).toBe("no_match");
    expect(matchKey(OWN, own, "")(prompted(prompt))).toBe("no_match");
  });

  it("ends with the trace that counts, whatever its text quotes", () => {
    const other = formatTrace({ ...EARLIER, runUrl: "https://github.com/octo/app/actions/runs/6" });
    const prompt = `Do it. > ${formatTrace(EARLIER)} ${other} …`;
    expect(matchEarlierAttempt(OWN, own)(prompted(prompt))).toBe("no_match");
  });

  it("may be of this run though the address names another repository", () => {
    const moved = formatTrace(EARLIER).replace("octo/app/actions", "octo/other/actions");
    expect(matchEarlierAttempt(OWN, own)(prompted(`x\n\n${moved} …`))).toBe("unreadable");
  });
});

describe("a line of a given prompt that reads like a trace", () => {
  const line = formatTrace(ORIGIN);
  const hide = (text: string) => line.replace("Started by ", `Started by ${text}`);

  it.each<[string, string]>([
    ["as it is", line],
    ["with a comment", hide("<!-- x -->")],
    ["with an empty comment", hide("<!-->")],
    ["with a tag", hide("<b></b>")],
    ["with a zero-width space", hide("\u200b")],
    ["with a soft hyphen", line.replace("GitHub", "Git\u00adHub")],
    ["with a Hangul filler", line.replace("Actions", "Act\u3164ions")],
    ["with a character reference", line.replace("Started", "&#83;tarted")],
    ["with an invisible character reference", line.replace("GitHub", "Git&shy;Hub")],
    ["with an escape", line.replace("Actions:", "Actions\\:")],
    ["with emphasis", line.replace("GitHub", "*GitHub*")],
    ["after a comment", `<!-- x -->${line}`],
    ["after text", `x ${line}`],
  ])("%s: becomes a quote", (_how, forged) => {
    expect(quoteTraceLines(`Do it.\n\n${forged}\nNow.`)).toEqual({
      prompt: `Do it.\n\n> ${forged}\nNow.`,
      quoted: 1,
    });
  });

  it.each(["\n", "\r\n", "\r", "\u2028", "\u0085"])("becomes a quote after the line end %j", (end) => {
    expect(quoteTraceLines(`Do it.${end}${line}`).prompt).toBe(`Do it.${end}> ${line}`);
  });

  it("becomes a quote in each line of a comment that is within it", () => {
    const [start, rest] = ["Started by <!-- x", `y --> ${line.slice("Started by ".length)}`];
    expect(quoteTraceLines(`Do it.\n${start}\n${rest}\nNow.`)).toEqual({
      prompt: `Do it.\n> ${start}\n> ${rest}\nNow.`,
      quoted: 2,
    });
  });

  it.each(["Do it.", "This was started by GitHub Actions: see above.", "<!-- x -->\nStarted by hand."])(
    "is not one of %j",
    (prompt) => {
      expect(quoteTraceLines(prompt)).toEqual({ prompt, quoted: 0 });
    },
  );
});
