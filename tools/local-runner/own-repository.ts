import { readFileSync } from "node:fs";
import { join } from "node:path";
import { readRepository } from "../build/repository.ts";
import { ROOT } from "./run-action.ts";

/** This repository as `package.json` names it, and so the documents and workflows: `owner/name`. */
export const OWN_REPOSITORY = readRepository(readFileSync(join(ROOT, "package.json"), "utf8"));

/** The same as part of a regular expression. */
export const OWN_REPOSITORY_PATTERN = OWN_REPOSITORY.replaceAll(".", "\\.");
