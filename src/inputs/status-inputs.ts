import type { Repository } from "../github/repository.ts";
import { type InputRunner, withDefaults } from "./defaults.ts";
import { type InputSource, invalidInput, readEntries, refuseTokens } from "./parse.ts";
import {
  type CommonInputs,
  type MergedList,
  mergeEntries,
  readCommonInputs,
  readSingleRepository,
  readWatchInputs,
  type WatchInputs,
} from "./shared-inputs.ts";

/** Inputs of the status action. */
export interface StatusInputs extends CommonInputs, WatchInputs {
  /** At least one, without duplicates. */
  readonly taskIds: readonly string[];
  /** The repository of all tasks; null: look up tasks by ID alone. */
  readonly repository: Repository | null;
  /** What to tell about the inputs. */
  readonly notices: readonly string[];
}

/** @throws {InputError} for the first input that is not allowed. */
export function readStatusInputs(given: InputSource, runner: InputRunner): StatusInputs {
  const input = refuseTokens(withDefaults("status", given, runner), ["token", "github_token"]);
  const tasks = readTaskIds(input("task_id"));
  const { repository, notices } = readSingleRepository(input("repository"), runner.serverUrl);
  return {
    ...readCommonInputs(input),
    ...readWatchInputs(input),
    taskIds: tasks.entries,
    repository,
    notices: [...tasks.notices, ...notices],
  };
}

function readTaskIds(given: string): MergedList<string> {
  const expected =
    "task IDs such as the start action's output task_id, one per line, comma-separated or as a JSON array";
  const ids = readEntries("task_id", given, expected);
  // GitHub's IDs are UUIDs today, but the API describes them as strings. Reject what would change the URL's path.
  const wrong = ids.find((id) => !/^[\w.-]+$/.test(id) || /^\.+$/.test(id));
  if (wrong !== undefined || ids.length === 0) {
    throw invalidInput("task_id", wrong ?? given, expected);
  }
  return mergeEntries("task_id", ids, (id) => id);
}
