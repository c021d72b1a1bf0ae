import { existsSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { parse } from "yaml";
import { OWN_REPOSITORY, OWN_REPOSITORY_PATTERN } from "./own-repository.ts";
import { type ActionFolder, ROOT } from "./run-action.ts";

/** What `uses:` of a step names, as far as it can be run here. */
export type UsedAction =
  | {
      readonly kind: "ours";
      readonly action: ActionFolder;
      readonly repository: string;
      readonly ref: string;
    }
  | { readonly kind: "actions/checkout" | "actions/upload-artifact" | "actions/download-artifact" };

/** This repository, and copies of it that others own. */
const REPOSITORY = `${OWN_REPOSITORY_PATTERN}|[\\w.-]+/agent-task-action`;

/** Our actions; `.` and `./status` from the repository itself. */
const OURS = new RegExp(`^(?:(${REPOSITORY})(?:/(status|list))?@(\\S+)|\\./?(status|list)?/?)$`, "i");

/** A workflow of ours, or one beside the calling file. */
const CALLED = new RegExp(
  `^(?:(?:${REPOSITORY})/\\.github/workflows/([\\w.-]+)@\\S+|\\./\\.github/workflows/([\\w.-]+))$`,
  "i",
);

/** The inputs of GitHub's actions that are supported here. */
const GITHUBS: Readonly<Record<Exclude<UsedAction["kind"], "ours">, readonly string[]>> = {
  "actions/checkout": ["persist-credentials"],
  "actions/upload-artifact": ["name", "path", "if-no-files-found", "retention-days"],
  "actions/download-artifact": ["pattern", "path", "merge-multiple", "github-token", "run-id"],
};

/** Null: it cannot be run here. */
export function parseUses(uses: string): UsedAction | null {
  const ours = OURS.exec(uses);
  if (ours !== null) {
    const [, repository = OWN_REPOSITORY, remote, ref = "v1", local] = ours;
    return { kind: "ours", action: folderOf(remote ?? local), repository, ref };
  }
  const [name = ""] = uses.split("@");
  for (const kind of GITHUB_NAMES) {
    if (kind === name) {
      return { kind };
    }
  }
  return null;
}

const GITHUB_NAMES = ["actions/checkout", "actions/upload-artifact", "actions/download-artifact"] as const;

function folderOf(name: string | undefined): ActionFolder {
  switch (name?.toLowerCase()) {
    case "status":
      return "status";
    case "list":
      return "list";
    default:
      return ".";
  }
}

/** The names of the inputs that an action has, or of those that are supported here. */
export function inputsOf(used: UsedAction): readonly string[] {
  return used.kind === "ours" ? namesIn(used.action, "inputs") : GITHUBS[used.kind];
}

/** The names of the outputs that one of our actions has. */
export function outputsOf(action: ActionFolder): readonly string[] {
  return namesIn(action, "outputs");
}

function namesIn(action: ActionFolder, section: "inputs" | "outputs"): readonly string[] {
  const manifest: Readonly<Record<typeof section, object>> = parse(
    readFileSync(join(ROOT, action, "action.yml"), "utf8"),
  );
  return Object.keys(manifest[section]);
}

/**
 * The file of a called workflow: one of ours, which others name by owner and name, or one beside the calling file. Null
 * if it cannot be called here.
 *
 * @param caller the calling workflow's file.
 */
export function calledFile(uses: string, caller: string): string | null {
  const [, ours, local] = CALLED.exec(uses) ?? [];
  if (ours !== undefined) {
    return existing(join(ROOT, ".github/workflows", ours));
  }
  return local === undefined ? null : existing(join(dirname(caller), local));
}

function existing(path: string): string | null {
  return existsSync(path) ? path : null;
}
