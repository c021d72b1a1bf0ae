import { describe, expect, it } from "@jest/globals";
import { findDifferences } from "../../../tools/local-runner/expected-run.ts";
import { parseOutputs } from "../../../tools/local-runner/run-action.ts";

const RUN = {
  exitCode: 0,
  stdout: "Task 1: success\n",
  stderr: "",
  outputs: { task_id: "1", conclusion: "success" },
  outputsFile: "",
  summary: "| Task | Conclusion |",
};

describe("the comparison of a step with what is expected", () => {
  it("finds no difference in a step that ended as expected", () => {
    const expected = { exitCode: 0, outputs: { task_id: "1" }, summary: ["Conclusion"], log: ["success"] };
    expect(findDifferences(RUN, expected)).toEqual([]);
    expect(findDifferences(RUN, { exitCode: 0 })).toEqual([]);
  });

  it.each([
    ["the exit status", RUN, { exitCode: 1 }],
    ["a signal's end", { ...RUN, exitCode: null }, { exitCode: 0 }],
    ["an output", RUN, { exitCode: 0, outputs: { task_id: "2" } }],
    ["a missing output", RUN, { exitCode: 0, outputs: { state: "" } }],
    [
      "the line end in an output",
      { ...RUN, outputs: { task_id: "1\r" } },
      { exitCode: 0, outputs: { task_id: "1" } },
    ],
    ["the summary", RUN, { exitCode: 0, summary: ["/pull/42"] }],
    ["the log", RUN, { exitCode: 0, log: ["cancelled"] }],
    ["anything on stderr", { ...RUN, stderr: "Warning\n" }, { exitCode: 0 }],
  ])("names %s", (_what, run, expected) => {
    expect(findDifferences(run, expected)).toHaveLength(1);
  });
});

it.each(["\n", "\r\n"])("outputs are read with line ends of %j", (end) => {
  const file = ["a<<ghadelimiter_1", "first", "second", "ghadelimiter_1", "b=x", ""].join(end);
  expect(parseOutputs(file)).toEqual({ a: "first\nsecond", b: "x" });
});
