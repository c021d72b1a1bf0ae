import { isMapping } from "@actions/workflow-parser";
import type { TemplateToken } from "@actions/workflow-parser/templates/tokens/template-token";
import { textOf } from "./expressions.ts";

const LEVELS = ["none", "read", "write"] as const;

/** How much of one kind a token may do. */
export type Level = (typeof LEVELS)[number];

/** What the token of a job may do, by the names of `permissions:`. What is not named is `none`. */
export type Permissions = Readonly<Record<string, Level>>;

/** Reads a block of `permissions:`. @throws for `read-all` and the like, which no least permissions are. */
export function readPermissions(token: TemplateToken): Permissions {
  if (!isMapping(token)) {
    throw new Error("permissions is not a list of permissions.");
  }
  return Object.fromEntries(
    [...token].map(({ key, value }) => {
      const level = LEVELS.find((known) => known === textOf(value, {}));
      if (level === undefined) {
        throw new Error(`permissions has an unknown level for ${textOf(key, {})}.`);
      }
      return [textOf(key, {}), level];
    }),
  );
}

/** Whether they include that level, or a higher one. */
export function allows(permissions: Permissions, name: string, level: Level): boolean {
  return LEVELS.indexOf(permissions[name] ?? "none") >= LEVELS.indexOf(level);
}

/** @throws where a called workflow's job wants more than the job that calls it has: GitHub does not start it then. */
export function assertWithin(wanted: Permissions, granted: Permissions, job: string): void {
  for (const [name, level] of Object.entries(wanted)) {
    if (!allows(granted, name, level)) {
      throw new Error(
        `Job ${job} wants ${name}: ${level}, which the job that calls its workflow does not have.`,
      );
    }
  }
}
