import { spawnSync } from "node:child_process";
import { delimiter, join } from "node:path";

/** Debian's name, and those of browsers that machines of continuous integration have. */
const COMMANDS = ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable"];

/** The path of a Chromium that this machine can start; null: there is none. */
export function findBrowser(): string | null {
  const folders = (process.env.PATH ?? "").split(delimiter).filter((folder) => folder !== "");
  const paths = COMMANDS.flatMap((command) => folders.map((folder) => join(folder, command)));
  return (
    paths.find((path) => {
      // Some systems have a command that only says how to install the browser.
      const { status, stdout } = spawnSync(path, ["--version"], { encoding: "utf8", timeout: 60_000 });
      return status === 0 && /chrom/i.test(stdout);
    }) ?? null
  );
}
