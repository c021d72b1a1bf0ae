import type { Octokit } from "@octokit/core";
import { readMessage, UnconfirmedRejectionError } from "./error.ts";
import { getResponse } from "./result.ts";

/** A token that GitHub has never accepted in this step counts as rejected after this many 401 responses in a row. */
const MIN_COUNT_AT_FIRST = 2;

/** A token that GitHub has accepted before counts as rejected after this many, over at least this time. */
const MIN_COUNT = 3;

const MIN_MS = 60_000;

/** 401 responses in a row. `since`: when the first one came, this machine's time in milliseconds since the epoch. */
interface Rejections {
  readonly count: number;
  readonly since: number;
}

/**
 * GitHub sometimes answers a valid token with a single 401. This makes requests of an Octokit fail with an
 * {@link UnconfirmedRejectionError} until enough 401 responses in a row confirm that GitHub rejects the token.
 *
 * @param now this machine's time in milliseconds since the epoch.
 */
export function confirmRejections(octokit: Octokit, now: () => number): void {
  let hasWorked = false;
  let rejections: Rejections | null = null;
  octokit.hook.wrap("request", async (send, options) => {
    try {
      const response = await send(options);
      hasWorked ||= response.status < 300;
      rejections = null;
      return response;
    } catch (error) {
      const response = getResponse(error);
      if (response?.status !== 401) {
        // A lost connection says nothing about the token.
        rejections = response === undefined ? rejections : null;
        throw error;
      }
      rejections = { count: (rejections?.count ?? 0) + 1, since: rejections?.since ?? now() };
      throw isConfirmed(rejections, hasWorked, now())
        ? error
        : new UnconfirmedRejectionError(readMessage(response.data), rejections.count, hasWorked);
    }
  });
}

function isConfirmed({ count, since }: Rejections, hasWorked: boolean, now: number): boolean {
  return hasWorked ? count >= MIN_COUNT && now - since >= MIN_MS : count >= MIN_COUNT_AT_FIRST;
}
