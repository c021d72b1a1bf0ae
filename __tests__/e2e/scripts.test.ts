import { once } from "node:events";
import { readFileSync } from "node:fs";
import { createServer, type Server } from "node:http";
import { join } from "node:path";
import { describe, expect, it } from "@jest/globals";
import { SCENES } from "../../tools/demo/scenes.ts";
import { ROOT, runProcess } from "../../tools/local-runner/run-action.ts";
import { COMPILE_CACHE } from "../support/run-dist.ts";

/** The scripts of `package.json` that run one of our tools, with what Node.js is given. */
const SCRIPTS = new Map(
  Object.entries(
    (JSON.parse(readFileSync(join(ROOT, "package.json"), "utf8")) as { scripts: Record<string, string> })
      .scripts,
  )
    .filter(([, command]) => /^node .*\btools\/[\w/-]+\.ts$/.test(command))
    .map(([name, command]) => [name, command.split(" ").slice(1)] as const),
);

/** Runs a script as npm does, with settings that would let it reach a real GitHub. */
function run(name: string, parameters: readonly string[], env: Readonly<Record<string, string>> = {}) {
  const [file = "", ...options] = [...(SCRIPTS.get(name) ?? [])].reverse();
  return runProcess(process.execPath, [...options.reverse(), join(ROOT, file), ...parameters], {
    PATH: process.env.PATH ?? "",
    NODE_COMPILE_CACHE: COMPILE_CACHE,
    AGENT_TASKS_TOKEN: "github_pat_real",
    AGENT_TASKS_REPOSITORY: "octo/app",
    // Nobody listens there.
    GITHUB_API_URL: "http://127.0.0.1:9",
    ...env,
  });
}

async function expectRefusal(
  name: string,
  parameters: readonly string[],
  said: string | RegExp,
  env: Readonly<Record<string, string>> = {},
): Promise<void> {
  const { exitCode, stdout, stderr } = await run(name, parameters, env);
  expect({ exitCode, stdout, lines: stderr.split("\n").length }).toEqual({
    exitCode: 2,
    stdout: "",
    lines: 2,
  });
  expect(stderr).toMatch(said);
}

it("are all there", () => {
  const expected = ["build", "generate", "generate:openapi", "bench", "demo", "probe", "release:pin"];
  expect([...SCRIPTS.keys()]).toEqual(expect.arrayContaining([...expected, "simulator", "smoke", "try"]));
});

describe.each([...SCRIPTS.keys()].filter((name) => !name.startsWith("check:")))("npm run %s", (name) => {
  it("explains itself", async () => {
    const { exitCode, stdout, stderr } = await run(name, ["--help"]);
    expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: "" });
    expect(stdout).toMatch(
      new RegExp(`^Usage: npm run ${name} -- [^]*\nOptions:\n[^]*--help[^]*\nExamples:\n  \\S`),
    );
  });

  it("refuses an option that it does not know, in one line", async () => {
    await expectRefusal(name, ["--wrong"], "Unknown option '--wrong'");
  });
});

describe("npm run", () => {
  it("simulator refuses a port that is in use", async () => {
    const server = createServer().listen(0, "127.0.0.1");
    const port = await portOf(server);
    try {
      await expectRefusal(
        "simulator",
        ["--port", String(port)],
        `Cannot listen on port ${port}: it is in use`,
      );
    } finally {
      server.close();
    }
  });

  it("demo asks for the settings of a real task", async () => {
    await expectRefusal("demo", ["--real"], "AGENT_TASKS_TOKEN", { AGENT_TASKS_TOKEN: "" });
  });

  it("demo reaches no GitHub without --real, whatever the environment has, and ends with a table", async () => {
    let requests = 0;
    const server = createServer((_request, response) => {
      requests++;
      response.end("{}");
    }).listen(0, "127.0.0.1");
    const port = await portOf(server);
    try {
      const env = { GITHUB_API_URL: `http://127.0.0.1:${port}`, https_proxy: `http://127.0.0.1:${port}` };
      const { exitCode, stdout, stderr } = await run("demo", [], env);
      expect({ exitCode, stderr, requests }).toEqual({ exitCode: 0, stderr: "", requests: 0 });
      const [head, , ...rows] = stdout
        .trimEnd()
        .split("\n")
        .slice(-2 - SCENES.length);
      expect(cells(head)).toEqual([
        "Scene",
        "What the step did",
        "Conclusion",
        "Exit status",
        "Tasks started",
        "Requests",
      ]);
      expect(rows.map(cells)).toEqual(
        SCENES.map(({ title, conclusion, exitCode, repositories, faults = [] }) => [
          title,
          expect.stringMatching(/^started (?:a task|3 tasks), waited until/),
          conclusion,
          String(exitCode),
          String(repositories.length - faults.length),
          expect.stringMatching(/^\d+$/),
        ]),
      );
    } finally {
      server.close();
    }
  });
});

async function portOf(server: Server): Promise<number> {
  await once(server, "listening");
  const address = server.address();
  return typeof address === "object" && address !== null ? address.port : 0;
}

/** The cells of a row of a table in Markdown. */
function cells(row = ""): string[] {
  return row
    .split("|")
    .slice(1, -1)
    .map((cell) => cell.trim());
}
