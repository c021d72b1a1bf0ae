import { describe, expect, it } from "@jest/globals";
import type { Session, Task } from "../../../src/github/agent-tasks/task.ts";
import {
  buildDefaultKey,
  createTrace,
  formatTrace,
  getConcurrencyKey,
  matchEarlierAttempt,
  matchKey,
  matchPrompt,
  matchStartId,
  parseTrace,
  type TaskTrace,
} from "../../../src/prompt/trace.ts";
import { runnerOf, sessionOf, taskOf } from "../../support/action-harness.ts";

const ORIGIN: TaskTrace = {
  runUrl: "https://github.com/octo/app/actions/runs/7000000001",
  attempt: 2,
  key: ".github/workflows/nightly.yml:update",
  step: "agent",
  repository: "octo/app",
  startId: "start-id-1",
};

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
    getConcurrencyKey(runnerOf(), { concurrencyKey, issueNumber });

  it("is the given one, else the workflow's file, the job and the issue", () => {
    expect(key("nightly", 7)).toBe("nightly");
    expect(key("")).toBe(".github/workflows/nightly.yml:update");
    expect(key("", 7)).toBe(".github/workflows/nightly.yml:update#7");
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
    expect(matchKey(ORIGIN, "")(prompted("Do it"))).toBe("no_match");
  });

  it("is that of another repository only where the key was given", () => {
    expect(from("", ELSEWHERE)).toBe("no_match");
    expect(from(ORIGIN.key, ELSEWHERE)).toBe("match");
  });

  it("is not known without a prompt", () => {
    expect(matchKey(ORIGIN, "")(prompted(null))).toBe("unreadable");
  });

  it("is every task's where every task counts", () => {
    expect(matchKey(ORIGIN, "*")(prompted(null))).toBe("match");
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

describe("the trace", () => {
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
  const recognise = matchStartId(ORIGIN);

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
    expect([prompted(), prompted(null), taskOf({ sessions: null })].map(recognise)).toEqual(
      Array(3).fill("unreadable"),
    );
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
    [null, "main", "unreadable"],
  ])("with the prompt %j on %j is %s", (prompt, baseRef, recognition) => {
    expect(matchPrompt("Do it", "main")(withBase(prompt, baseRef))).toBe(recognition);
  });

  it("is recognised on any base where none was asked for", () => {
    expect(matchPrompt("Do it", "")(withBase("Do it", "develop"))).toBe("match");
  });

  it("is not known where it has no session", () => {
    expect(matchPrompt("Do it", "main")(taskOf({ sessions: null }))).toBe("unreadable");
  });
});

describe("the task of an earlier attempt", () => {
  const recognise = matchEarlierAttempt(ORIGIN);
  const from = (changes: Partial<TaskTrace>) =>
    recognise(
      prompted(`Do it\n\n${formatTrace({ ...ORIGIN, attempt: 1, startId: "no_match", ...changes })}`),
    );

  it("is of the same run, key and step, before this attempt", () => {
    expect(from({})).toBe("match");
  });

  it.each<[string, Partial<TaskTrace>]>([
    ["another run", { runUrl: "https://github.com/octo/app/actions/runs/7" }],
    ["this attempt", { attempt: 2 }],
    ["a later attempt", { attempt: 3 }],
    ["another job", { key: ".github/workflows/nightly.yml:other" }],
    ["another step", { step: "agent_2" }],
  ])("is not of %s", (_what, changes) => {
    expect(from(changes)).toBe("no_match");
  });

  it("has a trace, if it shows its prompt", () => {
    expect(recognise(prompted("Do it"))).toBe("no_match");
    expect(recognise(prompted(null))).toBe("unreadable");
  });
});
