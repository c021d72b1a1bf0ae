import { describe, expect, it } from "@jest/globals";
import { ERROR_CODES } from "../../../src/github/agent-tasks/error-code.ts";
import { fillTables } from "../../../tools/build/tables.ts";

describe("the generated table of error codes", () => {
  const document = "Before\n<!-- error codes -->\nold\n<!-- end -->\nAfter\n";
  const filled = fillTables(document, () => "");

  it("has a row for each word, between the comments", () => {
    const rows = filled
      .split("\n")
      .filter((line) => /^\| `[a-z_]+` \| [A-Z]/.test(line) && !line.includes("Meaning"));
    expect(rows.map((row) => row.split("`")[1])).toEqual(Object.keys(ERROR_CODES));
    expect(filled).toMatch(
      /^Before\n<!-- error codes -->\n\| `error_code` \| Meaning \|\n[\s\S]*\n<!-- end -->\nAfter\n$/,
    );
    expect(filled).not.toContain("old");
  });

  it("stays as it is when it is filled again", () => {
    expect(fillTables(filled, () => "")).toBe(filled);
  });
});
