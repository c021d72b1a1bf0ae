/** The actions, each with an entry file in `dist/`. */
const ACTIONS = ["start", "status", "list"] as const;

/** The entry files by path. Each loads the bundle and runs its action. */
export function makeEntries(): ReadonlyMap<string, string> {
  return new Map(
    ACTIONS.map((action) => [
      `dist/${action}.js`,
      [
        'import { main } from "./index.js"; // Made by "npm run generate".',
        `await main("${action}", () => import("./markdown/index.js"));`,
        "",
      ].join("\n"),
    ]),
  );
}
