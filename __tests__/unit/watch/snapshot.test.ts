import { describe, expect, it } from "@jest/globals";
import type { Artifact } from "../../../src/github/agent-tasks/task.ts";
import { mergeListEntry } from "../../../src/watch/snapshot.ts";
import { taskOf } from "../../support/builders.ts";

const PULL: Artifact = { type: "pull", id: "40", globalId: "PR_40" };
const BRANCH: Artifact = { type: "branch", headRef: "copilot/fix", baseRef: "main" };

describe("the artifacts of a list entry", () => {
  it.each<[string, readonly Artifact[], readonly Artifact[], readonly Artifact[]]>([
    ["are newer", [BRANCH, PULL], [BRANCH], [BRANCH, PULL]],
    ["are missing", [], [PULL], [PULL]],
    ["cannot be read", [{ type: "unreadable" }], [PULL], [PULL]],
    ["have no details", [{ type: "pull", id: "", globalId: "" }], [PULL], [PULL]],
    ["have no branch", [{ type: "branch", headRef: "", baseRef: "" }], [BRANCH], [BRANCH]],
  ])("count unless the task itself had more: they %s", (_what, listed, known, merged) => {
    expect(mergeListEntry(taskOf({ artifacts: listed }), taskOf({ artifacts: known })).artifacts).toEqual(
      merged,
    );
  });

  it("count if nothing else is known", () => {
    const artifacts: Artifact[] = [{ type: "unreadable" }];
    expect(mergeListEntry(taskOf({ artifacts }), null).artifacts).toEqual(artifacts);
  });
});
