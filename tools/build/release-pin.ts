import { execFileSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { runAsScript, type Script } from "../command-line.ts";
import { PLACEHOLDER, readRepository } from "./repository.ts";

/** The workflow that others call. It names this repository's own action, which must not change under them. */
const WORKFLOW = ".github/workflows/fan-out.yml";

const SCRIPT: Script<"check"> = {
  command: "npm run release:pin --",
  about: `Makes the change that only a release has: in ${WORKFLOW} this repository's action is used at the
commit that is checked out. The field repository of package.json names the repository.`,
  options: {
    check: {
      about:
        "Writes nothing. Exits with 1 if the last commit is not this change to the commit before, or if the repository is another one.",
      value: "OWNER/NAME",
    },
  },
  examples: ["npm run release:pin", "npm run release:pin -- --check octo-org/agent-task-action"],
};

/** What a release is made of: its repository as `owner/name`, and its version as `1.2.3`. */
interface Release {
  readonly repository: string;
  readonly version: string;
}

/**
 * The workflow for a release.
 *
 * @param commit the full SHA of the commit that the action is used at.
 * @throws if nobody hosts the repository yet, the workflow does not use its action, or the commit has another form.
 */
export function pinOwnAction(workflow: string, { repository, version }: Release, commit: string): string {
  if (repository === PLACEHOLDER) {
    throw new Error("Set the field repository of package.json first, and run npm run generate.");
  }
  if (!/^[0-9a-f]{40}$/.test(commit)) {
    throw new Error(`${JSON.stringify(commit)} is not a full commit SHA.`);
  }
  const used = new RegExp(`(uses: ${repository.replaceAll(".", "\\.")})@v1(?: #[^\\n]*)?`, "g");
  const pinned = workflow.replace(used, `$1@${commit} # v${version}`);
  if (pinned === workflow) {
    throw new Error(`${WORKFLOW} does not use ${repository}@v1. Run npm run generate first.`);
  }
  return pinned;
}

const root = resolve(import.meta.dirname, "../..");

/** @returns the exit status. */
function pin(): number {
  const path = join(root, WORKFLOW);
  const release = toRelease(readFileSync(join(root, "package.json"), "utf8"));
  writeFileSync(path, pinOwnAction(readFileSync(path, "utf8"), release, git("rev-parse", "HEAD").trim()));
  process.stdout.write(`${WORKFLOW} written\n`);
  return 0;
}

/** @returns the exit status. */
function checkLastCommit(repository: string): number {
  const before = git("rev-parse", "HEAD^").trim();
  const release = toRelease(git("show", "HEAD:package.json"));
  if (release.repository !== repository) {
    throw new Error(`package.json names the repository ${release.repository}, and this is ${repository}.`);
  }
  const expected = pinOwnAction(git("show", `${before}:${WORKFLOW}`), release, before);
  const changed = git("diff", "--name-only", before, "HEAD").trim().split("\n");
  if (changed.join() === WORKFLOW && git("show", `HEAD:${WORKFLOW}`) === expected) {
    return 0;
  }
  const files = changed.slice(0, 3).join(", ") + (changed.length > 3 ? ", …" : "");
  throw new Error(`The last commit is not the one that "npm run release:pin" makes. It changes ${files}.`);
}

function toRelease(packageJson: string): Release {
  const { version }: { readonly version: string } = JSON.parse(packageJson);
  return { repository: readRepository(packageJson), version };
}

function git(...parameters: string[]): string {
  return execFileSync("git", parameters, { cwd: root, encoding: "utf8" });
}

if (import.meta.main) {
  await runAsScript(SCRIPT, ({ text }) => {
    const repository = text("check");
    return repository === undefined ? pin() : checkLastCommit(repository);
  });
}
