import { execFileSync } from "node:child_process";
import { cpSync, existsSync, mkdirSync, readdirSync, rmSync } from "node:fs";
import { dirname, join } from "node:path";
import type { CheckOut } from "../local-runner/run-uses.ts";

/**
 * How `actions/checkout` checks out the repository that a file is in: its last commit, and the changes that are not
 * committed yet.
 */
export function checkOutOf(file: string): CheckOut {
  const root = rootOf(file);
  if (root === null) {
    return () => "The workflow is in no Git repository, so this checkout has no files.\n";
  }
  return (folder) => {
    for (const name of readdirSync(folder)) {
      rmSync(join(folder, name), { recursive: true });
    }
    git(root, "clone", "--quiet", "--depth", "1", `file://${root}`, folder);
    for (const name of filesIn(root, "--modified", "--others", "--exclude-standard")) {
      const source = join(root, name);
      const target = join(folder, name);
      if (existsSync(source)) {
        mkdirSync(dirname(target), { recursive: true });
        cpSync(source, target, { recursive: true, verbatimSymlinks: true });
      } else {
        rmSync(target, { force: true });
      }
    }
    return `Checked out ${root}.\n`;
  };
}

function rootOf(file: string): string | null {
  try {
    return git(dirname(file), "rev-parse", "--show-toplevel").trim();
  } catch {
    return null;
  }
}

function filesIn(root: string, ...options: readonly string[]): readonly string[] {
  return git(root, "ls-files", "-z", ...options)
    .split("\0")
    .filter((name) => name !== "");
}

/** Without the variables that Git sets for hooks and aliases. */
function git(cwd: string, ...parameters: readonly string[]): string {
  const { PATH = "", HOME = "" } = process.env;
  return execFileSync("git", parameters, {
    cwd,
    env: { PATH, HOME },
    encoding: "utf8",
    stdio: ["ignore", "pipe", "pipe"],
    maxBuffer: 2 ** 28,
  });
}
