import type { ActionContext } from "../context.ts";
import type { LookupContext } from "../github/fallback.ts";
import { extendBudget, RETRY_BUDGET_MS } from "../github/http/retry.ts";
import { findOpenPullRequest } from "../github/open-pull-request.ts";
import { getFullName, type Repository } from "../github/repository.ts";
import type { StartInputs } from "../inputs/start-inputs.ts";
import type { Result } from "../report/result.ts";
import { type FailedStart, failStart } from "./outcome.ts";

/** The branches of the pull request to continue. */
type Refs = Pick<StartInputs, "headRef" | "baseRef"> & { readonly repository: Repository };

/**
 * Creates the check before each of several starts; see {@link checkHeadBranch}. All checks share one budget of request time. The
 * starts in between take none of it.
 *
 * @param starts how many starts there are.
 */
export function createHeadBranchCheck(
  context: ActionContext,
  inputs: Omit<Refs, "repository">,
  starts: number,
): (repository: Repository) => Promise<FailedStart | null> {
  const { clock } = context.time;
  let leftMs = extendBudget(RETRY_BUDGET_MS, starts);
  return async (repository) => {
    const startedAt = clock.now();
    const failed = await checkHeadBranch(context, { ...inputs, repository }, context.github.lookup(leftMs));
    leftMs -= clock.now() - startedAt;
    return failed;
  };
}

/**
 * Checks that the pull request to continue is open. Without an open one GitHub would work on a new branch, and not say
 * so.
 *
 * @returns null if it is open, or `head_ref` is not set.
 */
export async function checkHeadBranch(
  context: ActionContext,
  { headRef, baseRef, repository }: Refs,
  requests: LookupContext,
): Promise<FailedStart | null> {
  if (headRef === "") {
    return null;
  }
  const lookup = await findOpenPullRequest(requests, { ...repository, headRef, baseRef });
  const name = getFullName(repository);
  const branches = `from head_ref ${headRef} into base_ref ${baseRef}`;
  switch (lookup.kind) {
    case "found":
      return null;
    case "none":
      return failStart(repository, {
        code: "no_open_pull_request",
        message: `No open pull request ${branches} was found in ${name}. Nothing was started, because GitHub would create a new branch.`,
        remedy: "Check both branches and whether the pull request is still open, or leave head_ref out.",
        cause: "no open pull request",
      });
    case "unknown": {
      const problem = {
        code: lookup.code,
        message: `Could not look for an open pull request ${branches} in ${name}: ${lookup.reason}. Nothing was started.`,
        remedy:
          "If GitHub denied access, give github_token or token the permission pull-requests: read in that repository. " +
          "If GitHub had an incident, run this again.",
        cause: `look for a pull request: ${lookup.reason.replaceAll(name, "")}`,
      };
      const scope = lookup.limited ? "maybe_all" : "repository";
      return failStart(repository, problem, { scope: context.time.signal.aborted ? "all" : scope });
    }
  }
}

/** Warns if the task works on another branch than the input `head_ref`. */
export function warnAboutOtherBranch(
  { log }: ActionContext,
  { headRef }: Pick<Refs, "headRef">,
  { report }: Result,
): void {
  if (headRef !== "" && report.head_ref !== "" && report.head_ref !== headRef) {
    log.warning(
      "Another branch",
      `Task ${report.task_id} works on the branch ${report.head_ref}, not on ${headRef} as head_ref says. The pull ` +
        `request of ${headRef} may have been closed just before the start.`,
    );
  }
}
