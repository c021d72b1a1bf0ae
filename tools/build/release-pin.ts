import { execFileSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { parseArgs } from "node:util";

/** The workflow that others call. It names this repository's own action, which must not change under them. */
const WORKFLOW = ".github/workflows/fan-out.yml";

const USAGE = `npm run release:pin -- OWNER/NAME [--check]

Makes the change that only a release has: in ${WORKFLOW} the action becomes OWNER/NAME at the commit that is
checked out. With --check it writes nothing, and looks whether the last commit is this change to the commit before.
Exits with 1 if it is not, and with 2 for arguments that it does not know.
`;

const OWN_ACTION = /\bOWNER\/agent-task-action@v1(?: #[^\n]*)?/g;

/**
 * The workflow for a release.
 *
 * @param repository of the action, `owner/name`.
 * @param commit the full SHA of the commit that the action is used at.
 * @param version as `1.2.3`.
 * @throws if the workflow does not use the action, or an argument has another form.
 */
export function pinOwnAction(workflow: string, repository: string, commit: string, version: string): string {
  if (!/^[\w.-]+\/[\w.-]+$/.test(repository)) {
    throw new Error(`${JSON.stringify(repository)} is not a repository as owner/name.`);
  }
  if (!/^[0-9a-f]{40}$/.test(commit)) {
    throw new Error(`${JSON.stringify(commit)} is not a full commit SHA.`);
  }
  const pinned = workflow.replace(OWN_ACTION, `${repository}@${commit} # v${version}`);
  if (pinned === workflow) {
    throw new Error(`${WORKFLOW} does not use OWNER/agent-task-action@v1.`);
  }
  return pinned;
}

function main(): void {
  try {
    const { values, positionals } = parseArgs({
      allowPositionals: true,
      options: { check: { type: "boolean" }, help: { type: "boolean" } },
    });
    const [repository, ...others] = positionals;
    if (values.help === true) {
      process.stdout.write(USAGE);
    } else if (repository === undefined || others.length > 0) {
      fail("Name one repository, as owner/name.", 2);
    } else if (values.check === true) {
      checkLastCommit(repository);
    } else {
      pin(repository);
    }
  } catch (error) {
    const wrongArguments = error instanceof TypeError && "code" in error;
    fail(error instanceof Error ? error.message : String(error), wrongArguments ? 2 : 1);
  }
}

interface Manifest {
  readonly version: string;
}

const root = resolve(import.meta.dirname, "../..");

function pin(repository: string): void {
  const path = join(root, WORKFLOW);
  const { version }: Manifest = JSON.parse(readFileSync(join(root, "package.json"), "utf8"));
  writeFileSync(
    path,
    pinOwnAction(readFileSync(path, "utf8"), repository, git("rev-parse", "HEAD").trim(), version),
  );
  process.stdout.write(`${WORKFLOW} written\n`);
}

function checkLastCommit(repository: string): void {
  const before = git("rev-parse", "HEAD^").trim();
  const { version }: Manifest = JSON.parse(git("show", "HEAD:package.json"));
  const expected = pinOwnAction(git("show", `${before}:${WORKFLOW}`), repository, before, version);
  const changed = git("diff", "--name-only", before, "HEAD").trim().split("\n");
  if (changed.join() !== WORKFLOW || git("show", `HEAD:${WORKFLOW}`) !== expected) {
    const files = changed.slice(0, 3).join(", ") + (changed.length > 3 ? ", …" : "");
    fail(
      `The last commit is not the one that "npm run release:pin -- ${repository}" makes. It changes ${files}.`,
      1,
    );
  }
}

function git(...parameters: string[]): string {
  return execFileSync("git", parameters, { cwd: root, encoding: "utf8" });
}

function fail(message: string, status: number): void {
  process.stderr.write(`${message}\n`);
  process.exitCode = status;
}

if (import.meta.main) {
  main();
}
