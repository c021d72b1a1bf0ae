import { describe, expect, it } from "@jest/globals";
import {
  fillNote,
  fillRepository,
  findUsedRepository,
  PLACEHOLDER,
  readRepository,
} from "../../../tools/build/repository.ts";

const manifest = (repository: unknown, version = "1.2.3") => JSON.stringify({ version, repository });

describe("readRepository", () => {
  it.each([
    ["github:OWNER/agent-task-action", PLACEHOLDER],
    ["github:octo-org/copilot.tasks", "octo-org/copilot.tasks"],
  ])("reads %s", (repository, expected) => {
    expect(readRepository(manifest(repository))).toBe(expected);
  });

  it.each([undefined, "", "octo-org/x", "https://github.com/octo-org/x", "github:octo-org", { url: "x" }])(
    "refuses %j",
    (repository) => {
      expect(() => readRepository(manifest(repository))).toThrow(/repository of package\.json.*Allowed/);
    },
  );
});

describe("fillRepository", () => {
  const text = [
    "- uses: OWNER/agent-task-action/status@v1",
    "https://github.com/OWNER/agent-task-action/blob/main/x.md",
    "gh release verify v1 --repo OWNER/agent-task-action",
    "npm run release:pin -- OWNER/NAME and OWNER/agent-task-action-fork",
  ].join("\n");

  it("names the repository everywhere, and can be changed and undone", () => {
    const named = fillRepository(text, PLACEHOLDER, "octo-org/tasks.v2");
    expect(named).toBe(
      [
        "- uses: octo-org/tasks.v2/status@v1",
        "https://github.com/octo-org/tasks.v2/blob/main/x.md",
        "gh release verify v1 --repo octo-org/tasks.v2",
        "npm run release:pin -- OWNER/NAME and OWNER/agent-task-action-fork",
      ].join("\n"),
    );
    const renamed = fillRepository(
      `${named}\nuses: OWNER/agent-task-action@v1`,
      "octo-org/tasks.v2",
      "mona/a",
    );
    expect(renamed).toContain("uses: mona/a/status@v1");
    expect(renamed).toContain("uses: mona/a@v1");
    expect(fillRepository(named, "octo-org/tasks.v2", PLACEHOLDER)).toBe(text);
  });

  it("changes nothing the second time", () => {
    const named = fillRepository(text, PLACEHOLDER, "octo-org/a");
    expect(fillRepository(named, "octo-org/a", "octo-org/a")).toBe(named);
  });
});

describe("findUsedRepository", () => {
  it("finds the action that a document uses first", () => {
    expect(findUsedRepository("- uses: octo-org/a.b@v1\n- uses: mona/c@v1")).toBe("octo-org/a.b");
    expect(findUsedRepository("Nothing.")).toBe(PLACEHOLDER);
  });
});

describe("fillNote", () => {
  const document = "# A\n<!-- owner -->\nold\n<!-- end -->\nB\n";

  it("says how to set the owner and that there is no release, as long as it is so", () => {
    const note = fillNote(document, manifest("github:OWNER/agent-task-action", "0.1.0"));
    expect(note).toContain("set `repository` in `package.json`");
    expect(note).toContain("replace `v1` by the full SHA");
    expect(fillNote(document, manifest("github:octo-org/a", "0.1.0"))).not.toContain("package.json");
  });

  it("says nothing once both are there", () => {
    expect(fillNote(document, manifest("github:octo-org/a"))).toBe("# A\n<!-- owner -->\n<!-- end -->\nB\n");
  });
});
