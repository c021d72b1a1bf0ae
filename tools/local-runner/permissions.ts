import { isMapping } from "@actions/workflow-parser";
import type { TemplateToken } from "@actions/workflow-parser/templates/tokens/template-token";
import { textOf } from "./expressions.ts";

const LEVELS = ["none", "read", "write"] as const;

/** The access that a token has to one kind of resource. */
export type Level = (typeof LEVELS)[number];

/** What the token of a job may do, by the names of `permissions:`. Missing names mean `none`. */
export type Permissions = Readonly<Record<string, Level>>;

/** Reads a block of `permissions:`. @throws for `read-all` and the like, which are not least privileges. */
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

/** Whether the permissions include that level or a higher one. */
export function allows(permissions: Permissions, name: string, level: Level): boolean {
  return LEVELS.indexOf(permissions[name] ?? "none") >= LEVELS.indexOf(level);
}

/** @throws if a called workflow's job requests more than its caller has: GitHub does not start it then. */
export function assertWithin(requested: Permissions, granted: Permissions, job: string): void {
  for (const [name, level] of Object.entries(requested)) {
    if (!allows(granted, name, level)) {
      throw new Error(
        `Job ${job} requests ${name}: ${level}, which the job that calls its workflow does not have.`,
      );
    }
  }
}
