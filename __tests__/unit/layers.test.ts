import { readdirSync, readFileSync } from "node:fs";
import { join, normalize } from "node:path";
import { describe, expect, it } from "@jest/globals";

/** The folders and single files of `src/`, from the top floor to the ground. Those of one floor do not know each other. */
const FLOORS = [
  ["main.ts"],
  ["actions"],
  ["start", "watch"],
  ["trigger", "prompt", "report"],
  ["context.ts", "inputs"],
  ["github"],
  ["runner"],
  ["markdown"],
  ["text"],
];

/** Decisions that get clock, randomness and requests handed in. */
const CORES = [
  ...["idempotent-start", "write-throttle"].map((name) => `start/${name}.ts`),
  ...["poller", "poll-round", "tracker", "snapshot", "failure-streak", "poll-interval"].map(
    (name) => `watch/${name}.ts`,
  ),
];

const SRC = join(import.meta.dirname, "../../src");
const files = readdirSync(SRC, { recursive: true, encoding: "utf8" }).filter((path) => path.endsWith(".ts"));
const imports = new Map(
  files.map((file) => {
    const source = readFileSync(join(SRC, file), "utf8");
    return [
      file,
      [...source.matchAll(/^(?:import|\} from|export) ?.*?"([^"]+)";$/gm)].map(([, from = ""]) => from),
    ];
  }),
);

const inside = (file: string): readonly string[] =>
  (imports.get(file) ?? []).flatMap((from) =>
    from.startsWith(".") ? [normalize(join(file, "..", from))] : [],
  );
const roomOf = (file: string): string => file.split("/")[0] ?? "";
const floorOf = (file: string): number => FLOORS.findIndex((rooms) => rooms.includes(roomOf(file)));

describe("the layers of src", () => {
  it("have a floor for every file", () => {
    expect(files.filter((file) => floorOf(file) < 0)).toEqual([]);
  });

  it("import from their own folder or from a floor below", () => {
    const wrong = files.flatMap((file) =>
      inside(file)
        .filter((target) => roomOf(target) !== roomOf(file) && floorOf(target) <= floorOf(file))
        .map((target) => `${file} imports ${target}`),
    );
    expect(wrong).toEqual([]);
  });

  it("have no circle of files", () => {
    const finished = new Set<string>();
    const circles: string[] = [];
    const visit = (file: string, path: readonly string[]): void => {
      if (path.includes(file)) {
        circles.push([...path.slice(path.indexOf(file)), file].join(" > "));
      } else if (!finished.has(file)) {
        for (const target of inside(file)) {
          visit(target, [...path, file]);
        }
        finished.add(file);
      }
    };
    for (const file of files) {
      visit(file, []);
    }
    expect(circles).toEqual([]);
  });

  it("import Octokit in github alone, and values of the toolkit in main.ts and runner alone", () => {
    const wrong = files.flatMap((file) =>
      (imports.get(file) ?? [])
        .filter((from) => from.startsWith("@octokit/") && roomOf(file) !== "github")
        .map((from) => `${file} imports ${from}`),
    );
    const values = files.filter(
      (file) =>
        !["main.ts", "runner"].includes(roomOf(file)) &&
        /^import (?!type )(?!\{ getOctokit \} from "@actions\/github").*"@actions\//m.test(
          readFileSync(join(SRC, file), "utf8"),
        ),
    );
    const clients = files.filter((file) => readFileSync(join(SRC, file), "utf8").includes("getOctokit("));
    expect(clients).toEqual(["github/http/client.ts"]);
    expect({ wrong, values }).toEqual({ wrong: [], values: [] });
  });

  it("import only types from markdown, which is a bundle of its own", () => {
    const wrong = files.filter(
      (file) =>
        roomOf(file) !== "markdown" &&
        /^import (?!type ).*"[./]+\/markdown\//m.test(readFileSync(join(SRC, file), "utf8")),
    );
    expect(wrong).toEqual([]);
  });

  it("keep the context out of the decisions", () => {
    expect(CORES.filter((file) => inside(file).some((target) => target === "context.ts"))).toEqual([]);
    expect(CORES.filter((file) => !files.includes(file))).toEqual([]);
  });
});
