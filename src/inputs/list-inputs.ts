import { KNOWN_STATES } from "../github/agent-tasks/task.ts";
import type { Repository } from "../github/repository.ts";
import { InputError } from "../runner/input-error.ts";
import { joinAlternatives } from "../text/format.ts";
import { type InputRunner, withDefaults } from "./defaults.ts";
import {
  type InputSource,
  invalidInput,
  readBoolean,
  readChoices,
  readEntries,
  refuseTokens,
} from "./parse.ts";
import { type CommonInputs, readCommonInputs, readSingleRepository } from "./shared-inputs.ts";

const AGE_UNITS_MS: Readonly<Record<string, number>> = { m: 60_000, h: 3_600_000, d: 86_400_000 };

/** Inputs of the list action. */
export interface ListInputs extends CommonInputs {
  /** Null: all repositories. */
  readonly repository: Repository | null;
  /** What to tell about the inputs. */
  readonly notices: readonly string[];
  /** States, comma-separated; empty: all. */
  readonly state: string;
  /** Milliseconds since the epoch; null: any time. */
  readonly since: number | null;
  readonly creatorIds: readonly string[];
  readonly archived: boolean;
  /** Infinity: all. */
  readonly limit: number;
}

/**
 * @param now milliseconds since the epoch, for `since` as an age.
 * @throws {InputError} for the first input that is not allowed.
 */
export function readListInputs(given: InputSource, runner: InputRunner, now: number): ListInputs {
  const input = refuseTokens(withDefaults("list", given, runner), ["token"]);
  const { repository, notices } = readSingleRepository(input("repository"), runner.serverUrl);
  const expectedIds = "numeric user IDs, one per line, comma-separated or as a JSON array";
  const creatorIds = readEntries("creator_id", input("creator_id"), expectedIds);
  const wrongIds = creatorIds.filter((word) => !/^[1-9]\d{0,18}$/.test(word));
  if (wrongIds.length > 0) {
    throw invalidInput("creator_id", wrongIds.join(", "), expectedIds);
  }
  if (repository === null && creatorIds.length > 0) {
    throw new InputError(
      'Input creator_id cannot be used with repository "*", because that list only has tasks of the token\'s own user.',
    );
  }
  return {
    ...readCommonInputs(input),
    repository,
    notices,
    state: readStates(input("state")).join(","),
    since: readSince(input("since"), now),
    creatorIds,
    archived: readBoolean(input, "archived"),
    limit: readLimit(input("limit")),
  };
}

function readStates(given: string): readonly string[] {
  const expected = `a list of ${joinAlternatives(KNOWN_STATES)}; or empty for all`;
  return readChoices("state", readEntries("state", given, expected), KNOWN_STATES, expected);
}

function readLimit(given: string): number {
  if (!/^\d{1,9}$/.test(given)) {
    throw invalidInput("limit", given, "a whole number, or 0 for all");
  }
  return Number(given) || Number.POSITIVE_INFINITY;
}

function readSince(given: string, now: number): number | null {
  if (given === "") {
    return null;
  }
  const age = /^(\d{1,6})([mhd])$/.exec(given);
  const time =
    age === null ? parseTime(given) : now - Number(age[1]) * (AGE_UNITS_MS[age[2] ?? ""] ?? Number.NaN);
  if (!(time >= 0)) {
    const expected = "an age such as 90m, 24h or 7d, or an ISO 8601 time such as 2026-11-20T08:00:00Z";
    throw invalidInput("since", given, expected);
  }
  return time;
}

/** Milliseconds since the epoch; NaN if it is not an ISO 8601 time, or the day does not exist. */
function parseTime(given: string): number {
  const match = /^(\d{4}-\d{2}-\d{2})(T\d{2}:\d{2}(:\d{2}(\.\d+)?)?(Z|[+-]\d{2}:?\d{2}))?$/.exec(given);
  const day = match?.[1] ?? "";
  const midnight = Date.parse(day);
  const exists = !Number.isNaN(midnight) && new Date(midnight).toISOString().startsWith(day);
  return exists ? Date.parse(given) : Number.NaN;
}
