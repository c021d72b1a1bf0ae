import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "@jest/globals";
import { type Given, readArguments, type Script, UsageError } from "../../../tools/command-line.ts";
import { defaultScenario } from "../../../tools/simulator/default-scenario.ts";
import { readScenario } from "../../../tools/simulator/read-scenario.ts";
import type { Scenario } from "../../../tools/simulator/scenario.ts";

const SCRIPT: Script<"file" | "set" | "port" | "dry-run"> = {
  command: "npm run it --",
  words: ["FILE", "[MORE]"],
  about: "Does it.",
  options: {
    file: { value: "FILE", about: "A file.\nOr none." },
    set: { value: "NAME=VALUE", multiple: true, about: "A value." },
    port: { value: "N", about: "A port." },
    "dry-run": { about: "Does nothing." },
  },
  examples: ["npm run it -- a.json"],
};

function given(args: readonly string[]): Given<"file" | "set" | "port" | "dry-run"> {
  const request = readArguments(SCRIPT, args);
  if (request.kind !== "run") {
    throw new Error("That asks for help.");
  }
  return request.given;
}

describe("arguments", () => {
  it("are words and options", () => {
    const { word, has, text, texts, number } = given(["a", "--set", "x=1", "--set=y=2", "--port", "80", "b"]);
    expect([word(0), word(1), texts("set"), text("file"), has("dry-run"), has("port")]).toEqual([
      "a",
      "b",
      ["x=1", "y=2"],
      undefined,
      false,
      true,
    ]);
    expect(number("port", { integer: true, from: 0, to: 80 })).toBe(80);
  });

  it("can ask for help, whatever else there is", () => {
    const help = readArguments(SCRIPT, ["--help"]);
    expect(help).toEqual({
      kind: "help",
      text: expect.stringMatching(
        /^Usage: npm run it -- FILE \[MORE\] \[options\]\n\nDoes it\.\n\nOptions:\n/,
      ),
    });
    expect(help.kind === "help" && help.text).toContain(
      "  --file FILE       A file.\n                    Or none.\n",
    );
  });

  it.each<[readonly string[], RegExp]>([
    [[], /^FILE is missing\. See npm run it -- --help$/],
    [["a", "b", "c"], /^Too many words, 2 can be given: a and b and c\./],
    [["a", "--unknown"], /^Unknown option '--unknown'\. See npm run it -- --help$/],
    [["a", "-x"], /^Unknown option '-x'/],
    [["a", "--file"], /^Option '--file <value>' argument missing\. See/],
    [["a", "--file", "--port"], /^Option '--file' argument is ambiguous\. See/],
    [["a", "--file", ""], /^--file has no value\./],
    [["a", "--dry-run=yes"], /^Option '--dry-run' does not take an argument\./],
  ])("%j are refused in one line", (args, message) => {
    expect(() => readArguments(SCRIPT, args)).toThrow(UsageError);
    expect(() => readArguments(SCRIPT, args)).toThrow(message);
  });

  it("that npm took for itself are named", () => {
    const lost = () => readArguments(SCRIPT, ["a", "b"], { npm_config_dry_run: "true" });
    expect(lost).toThrow("npm took --dry-run for itself. Write it after a --, as in npm run it -- --dry-run");
    expect(readArguments(SCRIPT, ["a", "--dry-run"], { npm_config_dry_run: "true" }).kind).toBe("run");
  });

  it.each(["x", "", "1.5", "-1", "65536", "1e3", "0x10", "NaN", "Infinity"])("%j is no port", (value) => {
    const port = () => given(["a", `--port=${value}`]).number("port", { integer: true, from: 0, to: 65_535 });
    expect(port).toThrow(UsageError);
  });

  it.each(["0", "-1", "x"])("%j is not above 0", (value) => {
    const speed = () => given(["a", `--port=${value}`]).number("port", { above: 0 });
    expect(speed).toThrow(`--port is a number above 0, not "${value}".`);
  });
});

describe("a scenario", () => {
  const folder = mkdtempSync(join(tmpdir(), "scenario-"));
  afterAll(() => rmSync(folder, { recursive: true }));
  const path = join(folder, "scenario.json");
  const read = (content: string) => {
    writeFileSync(path, content);
    return readScenario(path);
  };

  it("is read from a file", () => {
    const scenario: Scenario = {
      ...defaultScenario(),
      existing: [
        {
          id: "1",
          repository: "octo-org/hello-world",
          creator: { login: "octocat", id: 583231 },
          created_seconds_ago: 60,
          prompt: "Do it.",
          steps: [{ after_seconds: 0, state: "completed", branch: null }],
        },
      ],
      faults: [{ on: { kind: ["get", "list"], nth: 2 }, do: { type: "reset_after" } }],
      assumptions: { prompt_limit: null, session_prompt: "absent" },
      rate_limits: { requests_per_hour: 60 },
    };
    expect(read(JSON.stringify(scenario))).toEqual(scenario);
  });

  const changed = (changes: object) => JSON.stringify({ ...defaultScenario(), ...changes });
  it.each<[string, string, RegExp]>([
    ["no JSON", "{\n  tokens: 1\n}", /scenario\.json is not JSON: [^\n]+$/],
    ["another kind of JSON", "[]", /is no scenario: it must be object\.$/],
    ["no tokens", "{}", /is no scenario: it must have required property 'tokens'\.$/],
    ["a misspelled field", changed({ plan: [] }), /it has an unknown field "plan"\.$/],
    ["a plan without steps", changed({ plans: [{}] }), /plans\.0 must have required property 'steps'\.$/],
    [
      "an unknown fault",
      changed({ faults: [{ on: { kind: "start" }, do: { type: "reset" } }] }),
      /faults\.0\.do\.type .*: reset_before, reset_after/,
    ],
    [
      "an unknown kind",
      changed({ faults: [{ on: { kind: "post" }, do: { type: "html" } }] }),
      /on\.kind .*start/,
    ],
  ])("is refused in one line if it is %s", (_what, content, message) => {
    expect(() => read(content)).toThrow(UsageError);
    expect(() => read(content)).toThrow(message);
  });

  it("is refused if it is no file", () => {
    mkdirSync(join(folder, "b"));
    expect(() => readScenario(join(folder, "a"))).toThrow(/^Cannot read .*: there is no such file\.$/);
    expect(() => readScenario(join(folder, "b"))).toThrow(/^Cannot read .*: it is a folder\.$/);
  });
});
