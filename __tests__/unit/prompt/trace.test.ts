import { describe, expect, it } from "@jest/globals";
import type { Session, Task } from "../../../src/github/agent-tasks/task.ts";
import {
  defaultKey,
  keyOf,
  type Origin,
  originOf,
  recogniseEarlierAttempt,
  recognisePrompt,
  recogniseSameWork,
  recogniseStart,
  traceLine,
  traceOf,
} from "../../../src/prompt/trace.ts";
import { runnerOf, sessionOf, taskOf } from "../../support/action-harness.ts";

const ORIGIN: Origin = {
  runUrl: "https://github.com/octo/app/actions/runs/7000000001",
  attempt: 2,
  key: ".github/workflows/nightly.yml:update",
  place: "agent",
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
    expect(defaultKey(runnerOf({ workflowRef }), null)).toBe(key);
  });

  it("has the issue that the task is about", () => {
    expect(defaultKey(runnerOf(), 12)).toBe(".github/workflows/nightly.yml:update#12");
  });

  it("does not depend on the branch that the workflow runs on", () => {
    const on = (ref: string) =>
      defaultKey(runnerOf({ workflowRef: `octo/app/.github/workflows/nightly.yml@refs/heads/${ref}` }), null);
    expect(on("feature/a@b")).toBe(on("main"));
  });
});

describe("the key of a step's tasks", () => {
  const key = (concurrencyKey: string, issueNumber: number | null = null) =>
    keyOf(runnerOf(), { concurrencyKey, issueNumber });

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
  const OTHER_RUN = { attempt: 1, place: "other", startId: "other" };
  const from = (concurrencyKey: string, changes: Partial<Origin>) =>
    recogniseSameWork(
      ORIGIN,
      concurrencyKey,
    )(prompted(`Do it\n\n${traceLine({ ...ORIGIN, ...OTHER_RUN, ...changes })}`));
  const IN_APP = { runUrl: "https://github.com/octo/app/actions/runs/7" };
  const ELSEWHERE = { runUrl: "https://github.com/octo/other/actions/runs/7" };

  it("is that of another run with the same key", () => {
    expect(from("", IN_APP)).toBe("ours");
    expect(from(ORIGIN.key, IN_APP)).toBe("ours");
  });

  it("is not that of another key", () => {
    expect(from("", { ...IN_APP, key: ".github/workflows/nightly.yml:other" })).toBe("other");
    expect(recogniseSameWork(ORIGIN, "")(prompted("Do it"))).toBe("other");
  });

  it("is that of another repository only where the key was given", () => {
    expect(from("", ELSEWHERE)).toBe("other");
    expect(from(ORIGIN.key, ELSEWHERE)).toBe("ours");
  });

  it("is not known without a prompt", () => {
    expect(recogniseSameWork(ORIGIN, "")(prompted(null))).toBe("unreadable");
  });

  it("is every task's where every task counts", () => {
    expect(recogniseSameWork(ORIGIN, "*")(prompted(null))).toBe("ours");
    expect(from("*", { ...ELSEWHERE, key: "other" })).toBe("ours");
  });
});

describe("the origin of a task", () => {
  it("is the run, its attempt, the key, the step and the start", () => {
    expect(
      originOf(
        runnerOf({ runAttempt: 2 }),
        { matrix: "null", key: ORIGIN.key, repository: "octo/app" },
        "start-id-1",
      ),
    ).toEqual(ORIGIN);
  });

  it("tells the jobs of a matrix apart, and no others", () => {
    const place = (matrix: string) =>
      originOf(runnerOf(), { matrix, key: ORIGIN.key, repository: "octo/app" }, "1").place;
    expect(["", "null", "{}"].map(place)).toEqual(["agent", "agent", "agent"]);
    expect(place('{"os":"a"}')).toMatch(/^agent#[0-9a-f]{12}$/);
    expect(place('{"os":"a"}')).not.toBe(place('{"os":"b"}'));
  });
});

describe("the trace", () => {
  it("is one line", () => {
    expect(traceLine(ORIGIN)).toBe(
      "Started by GitHub Actions: https://github.com/octo/app/actions/runs/7000000001/attempts/2 " +
        '(key ".github/workflows/nightly.yml:update", step "agent", repository "octo/app", start start-id-1)',
    );
  });

  it.each(["a\nb", "a\rb", 'a") b', "\\", "a\u2028b\u2029c\u0085d"])(
    "stays on one line with %j, and is read back",
    (name) => {
      const origin = { ...ORIGIN, key: name, place: name };
      const line = traceLine(origin);
      expect(line.split(/[\n\r\u2028\u2029\u0085]/)).toHaveLength(1);
      expect(traceOf(`Do it\n\n${line}`)).toEqual(origin);
    },
  );

  it("counts only as the prompt's last line", () => {
    const line = traceLine(ORIGIN);
    expect(traceOf(`${line}\n \n`)).toEqual(ORIGIN);
    expect(traceOf(`${line}\nand more`)).toBeNull();
    expect(traceOf(`> ${line}`)).toBeNull();
    expect(traceOf(`${line} and more`)).toBeNull();
    expect(traceOf("")).toBeNull();
  });

  it("that somebody else wrote names no key of ours", () => {
    const forged = traceLine(ORIGIN).replace('"agent"', '"\\x"');
    expect(traceOf(forged)).toMatchObject({ place: '"\\x"' });
  });
});

describe("the task of a start", () => {
  const recognise = recogniseStart(ORIGIN);

  it("is recognised by the start ID in its trace", () => {
    expect(recognise(prompted(`Do it\n\n${traceLine(ORIGIN)}`))).toBe("ours");
    expect(recognise(prompted(`Do it\n\n${traceLine({ ...ORIGIN, startId: "start-id-2" })}`))).toBe("other");
    expect(recognise(prompted("Do it"))).toBe("other");
  });

  it("is recognised by its first session, whatever people asked later", () => {
    expect(recognise(prompted("And now?", `Do it\n\n${traceLine(ORIGIN)}`))).toBe("ours");
  });

  it("may be one that says nothing, or that only speaks of the ID", () => {
    expect([prompted(), prompted(null), taskOf({ sessions: null })].map(recognise)).toEqual(
      Array(3).fill("unreadable"),
    );
    expect(recognise(prompted(`${traceLine(ORIGIN)}\nsummarised`))).toBe("unreadable");
  });
});

describe("a task without a trace", () => {
  const withBase = (prompt: string | null, baseRef: string) =>
    taskOf({ sessions: [sessionOf({ prompt, baseRef })] });

  it.each([
    ["Do it", "main", "ours"],
    [" Do it\n", "main", "ours"],
    ["Do it", "", "ours"],
    ["Do it", "develop", "other"],
    ["Do it now", "main", "other"],
    [null, "main", "unreadable"],
  ])("with the prompt %j on %j is %s", (prompt, baseRef, recognition) => {
    expect(recognisePrompt("Do it", "main")(withBase(prompt, baseRef))).toBe(recognition);
  });

  it("is recognised on any base where none was asked for", () => {
    expect(recognisePrompt("Do it", "")(withBase("Do it", "develop"))).toBe("ours");
  });

  it("is not known where it has no session", () => {
    expect(recognisePrompt("Do it", "main")(taskOf({ sessions: null }))).toBe("unreadable");
  });
});

describe("the task of an earlier attempt", () => {
  const recognise = recogniseEarlierAttempt(ORIGIN);
  const from = (changes: Partial<Origin>) =>
    recognise(prompted(`Do it\n\n${traceLine({ ...ORIGIN, attempt: 1, startId: "other", ...changes })}`));

  it("is of the same run, key and step, before this attempt", () => {
    expect(from({})).toBe("ours");
  });

  it.each<[string, Partial<Origin>]>([
    ["another run", { runUrl: "https://github.com/octo/app/actions/runs/7" }],
    ["this attempt", { attempt: 2 }],
    ["a later attempt", { attempt: 3 }],
    ["another job", { key: ".github/workflows/nightly.yml:other" }],
    ["another step", { place: "agent_2" }],
  ])("is not of %s", (_what, changes) => {
    expect(from(changes)).toBe("other");
  });

  it("has a trace, if it shows its prompt", () => {
    expect(recognise(prompted("Do it"))).toBe("other");
    expect(recognise(prompted(null))).toBe("unreadable");
  });
});
