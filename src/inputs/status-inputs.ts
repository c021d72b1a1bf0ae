import type { Repository } from "../github/repository.ts";
import { InputError } from "../runner/input-error.ts";
import { type InputSource, invalidInput, quote } from "./parse.ts";
import {
  type CommonInputs,
  readCommonInputs,
  readNonEmptyList,
  readRepository,
  readWatchInputs,
  type WatchInputs,
} from "./shared-inputs.ts";

/** Inputs of the status action. */
export interface StatusInputs extends CommonInputs, WatchInputs {
  /** At least one, without duplicates. */
  readonly taskIds: readonly string[];
  /** The repository of all tasks; null: look up tasks by ID alone. */
  readonly repository: Repository | null;
}

/** @throws {InputError} for the first input that is not allowed. */
export function readStatusInputs(input: InputSource): StatusInputs {
  return {
    ...readCommonInputs(input),
    ...readWatchInputs(input),
    taskIds: readTaskIds(input("task_id")),
    repository:
      input("repository") === "" ? null : readRepository(input("repository"), "one repository as owner/name"),
  };
}

function readTaskIds(given: string): readonly string[] {
  const expected = "task IDs such as the start action's output task_id, one per line or comma-separated";
  const ids = readNonEmptyList("task_id", given, expected);
  for (const [i, id] of ids.entries()) {
    // GitHub's IDs are UUIDs today, but the API describes them as strings. Reject what would change the URL's path.
    if (!/^[\w.-]+$/.test(id) || /^\.+$/.test(id)) {
      throw invalidInput("task_id", id, expected);
    }
    if (ids.indexOf(id) !== i) {
      throw new InputError(`Input task_id has ${quote(id)} twice. List each task once.`);
    }
  }
  return ids;
}
