import { describe, expect, it } from "@jest/globals";
import { createContext, type Environment } from "../../src/context.ts";
import { environment } from "../support/action-harness.ts";
import { API_URL } from "../support/builders.ts";
import { USER_TOKEN, WORKFLOW_TOKEN } from "../support/fixtures.ts";

const INPUTS = { token: USER_TOKEN, githubToken: WORKFLOW_TOKEN, apiUrl: API_URL, jobSummary: true };

function contextWith(inputs: Partial<typeof INPUTS> = {}, changes: Partial<Environment> = {}) {
  const env = environment("start");
  return { env, context: createContext({ ...env, ...changes }, { ...INPUTS, ...inputs }) };
}

const NEVER = () => {
  throw new Error(`no room for ${USER_TOKEN}`);
};

describe("the context of an action", () => {
  it.each([
    [WORKFLOW_TOKEN, ["github_token", "token"]],
    ["", ["token"]],
    [USER_TOKEN, ["token"]],
  ])("tries the tokens in turn, each once (github_token %j)", (githubToken, inputs) => {
    expect(
      contextWith({ githubToken })
        .context.github.clients()
        .map(({ input }) => input),
    ).toEqual(inputs);
  });

  it("knows the kind of its token", () => {
    expect(contextWith().context.github.tokenKind).toBe("fine_grained");
    expect(contextWith({ token: "ghs_x" }).context.github.tokenKind).toBe("installation");
  });

  it("has a line in the debug log for each request", async () => {
    const { env, context } = contextWith();
    await context.github.api.get(null, "task-1");
    expect(env.core.lines).toEqual([`debug: GET ${API_URL}/agents/tasks/task-1: 404`]);
  });
});

const NO_TASKS = { omissions: [], links: [] };

describe("outputs and summary", () => {
  it("hold no token", async () => {
    const { env, context } = contextWith();
    context.outputs.write({ values: { a: `x ${USER_TOKEN}`, b: WORKFLOW_TOKEN }, ...NO_TASKS });
    await context.outputs.writeSummary(`${USER_TOKEN} ${WORKFLOW_TOKEN}`);
    expect(env.outputs()).toEqual({ a: "x ***", b: "***" });
    expect(env.summary()).toBe("*** ***");
  });

  it("that cannot be written are a warning, without the token", async () => {
    const { env } = contextWith();
    const { context } = contextWith(
      {},
      { core: env.core, writeOutputs: NEVER, writeSummary: async () => NEVER() },
    );
    context.outputs.write({ values: { a: "x" }, ...NO_TASKS });
    await context.outputs.writeSummary("x");
    expect(env.core.lines).toEqual([
      "warning(Outputs): The outputs could not be written: Error: no room for ***",
      "warning(Job summary): The job summary could not be written: Error: no room for ***",
    ]);
  });

  it("that cannot be written are an error with the tasks, which comes again with another task", () => {
    const { env } = contextWith();
    const { context } = contextWith({}, { core: env.core, writeOutputs: NEVER });
    for (const links of [["task a"], ["task a"], ["task a", "task b (https://x.test/b)"]]) {
      context.outputs.write({ values: { a: "x" }, omissions: [], links });
    }
    const text =
      "error(Outputs): The outputs could not be written: Error: no room for ***. Later steps do not get them. They are about ";
    expect(env.core.lines).toEqual([`${text}task a.`, `${text}task a, task b (https://x.test/b).`]);
  });

  it("say how many tasks had no room", () => {
    const { env, context } = contextWith();
    context.outputs.write({
      values: {},
      omissions: [{ output: "tasks", tasks: 3, limitBytes: 900 * 1024 }],
      links: [],
    });
    expect(env.core.lines).toEqual([
      "warning(Outputs): The output tasks reached its 900 KB limit; 3 tasks omitted.",
    ]);
  });

  it("have no summary where none is wanted", async () => {
    const { env, context } = contextWith({ jobSummary: false });
    await context.outputs.writeSummary("x");
    expect(env.summary()).toBe("");
  });
});
