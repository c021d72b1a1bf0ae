import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "@jest/globals";
import { sliceOpenApi } from "../../../tools/build/openapi.ts";
import { findApiChanges, formatReport } from "../../../tools/build/openapi-changes.ts";
import { ROOT, runProcess } from "../../../tools/local-runner/run-action.ts";

const TARGET = join(ROOT, "tools/simulator/openapi.json");
const committed = JSON.parse(readFileSync(TARGET, "utf8"));
const TASKS = "/agents/repos/{owner}/{repo}/tasks";
const REFUSED = "GitHub App installation access tokens are not supported for this endpoint.";
const ACCEPTED =
  "works with the following token types:\n* [GitHub App installation access tokens](https://docs.github.com/x)\n";

/** GitHub's description as the committed slice knows it, with the prose that the slice is made from. */
function description() {
  const document = structuredClone(committed);
  for (const [path, methods] of Object.entries<Record<string, Record<string, unknown>>>(document.paths)) {
    for (const operation of path.startsWith("/agents/") ? Object.values(methods) : []) {
      operation.description = REFUSED;
    }
  }
  for (const name of committed.info["x-unanswered"]) {
    const [method, path] = name.split(" ");
    document.paths[path] ??= {};
    document.paths[path][method.toLowerCase()] = { operationId: name, responses: {} };
  }
  return document;
}

function changesIn(change: (document: ReturnType<typeof description>) => void): string[] {
  const document = description();
  change(document);
  return findApiChanges(committed, sliceOpenApi(document, "@octokit/openapi 99.0.0"));
}

describe("the comparison with GitHub's description", () => {
  it("finds nothing in the same description, whatever its version and prose", () => {
    expect(
      changesIn((document) => {
        document.info.version = "99.0.0";
        document.paths["/user"].get.description = "Other prose.";
        document.paths["/zen"] = { get: { operationId: "meta/get-zen", responses: {} } };
      }),
    ).toEqual([]);
  });

  it.each([
    [
      "an endpoint under /agents",
      "- New endpoint: `POST /agents/tasks/{task_id}/cancel`",
      "/agents/tasks/{task_id}/cancel",
      {},
    ],
    [
      "automations",
      "- New endpoint: `POST /agents/repos/{owner}/{repo}/automations` (agent automations)",
      "/agents/repos/{owner}/{repo}/automations",
      {},
    ],
    [
      "automations with another path",
      "- New endpoint: `POST /repos/{owner}/{repo}/automations` (agent automations)",
      "/repos/{owner}/{repo}/automations",
      {},
    ],
    [
      "an endpoint that GitHub counts among the agents",
      "- New endpoint: `POST /repos/{owner}/{repo}/jobs`",
      "/repos/{owner}/{repo}/jobs",
      { category: "agent-tasks" },
    ],
  ])("names %s", (_what, expected, path, about) => {
    const change = (document: ReturnType<typeof description>) => {
      document.paths[path] = { post: { operationId: "new", responses: {}, "x-github": about } };
    };
    expect(changesIn(change)).toEqual([expected]);
  });

  it("says where installation tokens are accepted now, and where they are not mentioned any more", () => {
    expect(
      changesIn((document) => {
        document.paths[TASKS].post.description = ACCEPTED;
        document.paths[TASKS].get.description = "";
      }),
    ).toEqual([
      `- Installation tokens were refused, and now are not mentioned: \`GET ${TASKS}\``,
      `- Installation tokens were refused, and now are accepted: \`POST ${TASKS}\``,
    ]);
  });

  it("names what is gone and what has changed", () => {
    expect(
      changesIn((document) => {
        delete document.paths["/agents/tasks"].get;
        document.paths["/user"].get.parameters = [{ name: "page", in: "query", schema: { type: "integer" } }];
        document.components.schemas["full-repository"].properties.vanity = { type: "string" };
      }),
    ).toEqual([
      "- Gone: `GET /agents/tasks`",
      "- Changed: `GET /user`",
      "- Changed: `schemas/full-repository`",
    ]);
  });

  it("makes nothing but code of a name, and cuts a long report", () => {
    const hostile = changesIn((document) => {
      document.paths["/agents/`@octocat`\n# Title ü"] = { get: { operationId: "x", responses: {} } };
    });
    expect(hostile).toEqual(["- New endpoint: `GET /agents/?@octocat??# Title ?`"]);
    const many = Array.from({ length: 60 }, (_, index) => `- Gone: ${index}`);
    expect(formatReport(many, "a 1", "a 2")).toContain("- Gone: 49\n- and 10 more\n");
  });
});

describe("npm run generate:openapi", () => {
  const folder = mkdtempSync(join(tmpdir(), "openapi-test-"));
  afterAll(() => rmSync(folder, { recursive: true }));
  const renew = (...parameters: string[]) =>
    runProcess(process.execPath, [join(ROOT, "tools/build/renew-openapi.ts"), ...parameters], {});

  function unpack(change: (document: ReturnType<typeof description>) => void): void {
    const document = description();
    change(document);
    mkdirSync(join(folder, "generated"), { recursive: true });
    writeFileSync(join(folder, "package.json"), JSON.stringify({ version: "99.0.0" }));
    writeFileSync(join(folder, "generated/api.github.com.json"), JSON.stringify(document));
  }

  it("tells with --check whether the description differs, and writes nothing", async () => {
    const before = readFileSync(TARGET, "utf8");
    unpack(() => {});
    expect(await renew("--check", "--from", folder)).toEqual({
      exitCode: 0,
      stdout: "The slice has what GitHub describes: @octokit/openapi 99.0.0\n",
      stderr: "",
    });
    unpack((document) => {
      delete document.paths["/user"];
    });
    const { exitCode, stdout, stderr } = await renew("--check", "--from", folder);
    expect({ exitCode, stderr }).toEqual({ exitCode: 1, stderr: "" });
    expect(stdout).toContain("- Gone: `GET /user`\n");
    expect(readFileSync(TARGET, "utf8")).toBe(before);
  });

  it.each([
    [["1.0.0", "2.0.0"], "1.0.0 and 2.0.0"],
    [["--check", "--from", "/nowhere"], "/nowhere"],
  ])("refuses %j in one line, with a status of its own", async (parameters, said) => {
    const { exitCode, stdout, stderr } = await renew(...parameters);
    expect({ exitCode, stdout }).toEqual({ exitCode: 2, stdout: "" });
    expect(stderr).toMatch(/^[^\n]+\n$/);
    expect(stderr).toContain(said);
  });
});
