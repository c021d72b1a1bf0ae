import { join } from "node:path";
import { describe, expect, it } from "@jest/globals";
import { ROOT, runProcess } from "../../tools/local-runner/run-action.ts";

const SMOKE = join(ROOT, "tools/local-runner/smoke.ts");
const smoke = (...parameters: string[]) =>
  runProcess(
    process.execPath,
    ["--disable-warning=ExperimentalWarning", SMOKE, ...parameters],
    // No PATH: the script itself needs no command either.
    {},
  );

describe("npm run smoke", () => {
  it("finds that the built actions work on this system", async () => {
    const { exitCode, stdout, stderr } = await smoke();
    expect({ exitCode, stderr, failed: stdout.match(/^FAILED.*/gm) }).toEqual({
      exitCode: 0,
      stderr: "",
      failed: null,
    });
    for (const title of [
      "start, and wait",
      "the prompt arrives whole",
      "status",
      "list",
      "SIGINT",
      "SIGTERM",
    ]) {
      expect(stdout).toMatch(new RegExp(`^ok: .*${title}$`, "m"));
    }
  });
});
