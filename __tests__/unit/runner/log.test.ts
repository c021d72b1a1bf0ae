import { describe, expect, it } from "@jest/globals";
import { createLog } from "../../../src/runner/log.ts";
import { formatDuration } from "../../../src/text/format.ts";
import { createRedactor } from "../../../src/text/redact.ts";
import { recordingCore } from "../../support/builders.ts";

function logging(secrets: readonly string[] = []) {
  const core = recordingCore();
  return { log: createLog(core, createRedactor(secrets)), lines: core.lines };
}

describe("the log", () => {
  it("has each line of a text as a line of its own, none of them a command", () => {
    const { log, lines } = logging();
    log.info("a\n::error::b\r\n##[group]c\rd\x1b[1m");
    expect(lines).toEqual(["info: a", "info: : :error::b", "info: ## [group]c", "info: d[1m"]);
  });

  it("has the lines of annotations in one, and debug lines too", () => {
    const { log, lines } = logging();
    log.notice("N", "a\n::b");
    log.warning("W", "a\r##[c]");
    log.error("E", "::a");
    log.debug("::a\nb");
    expect(lines).toEqual([
      "notice(N): a\n: :b",
      "warning(W): a\n## [c]",
      "error(E): : :a",
      "debug: : :a\nb",
    ]);
  });

  it("folds lines away under a title of one line", () => {
    const { log, lines } = logging();
    log.group("A\n::b", ["c\n::d", "e"]);
    expect(lines).toEqual(["group: A : :b", "info: c", "info: : :d", "info: e", "endgroup"]);
  });

  it("holds no secret, whatever it tells", () => {
    const { log, lines } = logging(["ghu_secret"]);
    log.info("a ghu_secret");
    log.debug("ghu_secret ghu_secret");
    log.group("ghu_secret", ["xghu_secretx"]);
    log.notice("N", "ghu_secret");
    log.warning("W", "ghu_secret");
    log.error("E", "ghu_secret");
    expect(lines).toHaveLength(8);
    expect(lines.join("\n")).not.toContain("ghu_secret");
    expect(lines[0]).toBe("info: a ***");
  });
});

describe("a time span", () => {
  it.each([
    [0, "0 s"],
    [499, "0 s"],
    [500, "1 s"],
    [59_499, "59 s"],
    [59_500, "1 min"],
    [60_000, "1 min"],
    [245_000, "4 min 5 s"],
    [3_599_000, "59 min 59 s"],
    [3_599_500, "1 h"],
    [3_720_000, "1 h 2 min"],
    [7_170_000, "2 h"],
    [7_200_000, "2 h"],
  ])("of %d ms is %s", (ms, expected) => {
    expect(formatDuration(ms)).toBe(expected);
  });
});
