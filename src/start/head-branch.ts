import type { Step } from "../context.ts";
import { READ_FOR_MS, retelling } from "../github/http/retry.ts";
import { findOpenPullRequest } from "../github/open-pull-request.ts";
import { nameOf, type Repository } from "../github/repository.ts";
import type { StartInputs } from "../inputs/start-inputs.ts";
import type { Result } from "../report/result.ts";
import { type FailedBeginning, failedBy } from "./outcome.ts";

/** What is needed of the inputs. */
type Refs = Pick<StartInputs, "headRef" | "baseRef"> & { readonly repository: Repository };

/**
 * Looks for the open pull request that the agent is to go on with: without one GitHub would work on a new branch, and
 * not say so.
 *
 * @returns why nothing may be started, null where the pull request is there or none is asked for.
 */
export async function checkHeadRef(
  step: Step,
  { headRef, baseRef, repository }: Refs,
): Promise<FailedBeginning | null> {
  if (headRef === "") {
    return null;
  }
  const context = { ...step, readForMs: READ_FOR_MS, onFault: retelling(step.log) };
  const lookup = await findOpenPullRequest(step.clients, { ...repository, headRef, baseRef }, context);
  const wanted = `an open pull request from head_ref ${headRef} into base_ref ${baseRef} in ${nameOf(repository)}`;
  switch (lookup.kind) {
    case "found":
      return null;
    case "none":
      return failedBy({
        message: `There is no such thing as ${wanted}. Nothing was started: GitHub would work on a new branch.`,
        remedy: "Check both branches and whether the pull request is still open, or leave head_ref out.",
      });
    case "unknown": {
      const problem = {
        message: `Could not look for ${wanted}: ${lookup.reason}. Nothing was started.`,
        remedy:
          "Where GitHub refused, give github_token, or token, the permission pull-requests: read in that repository. " +
          "Where it was in trouble, run this again.",
      };
      const reach = lookup.limited ? "perhaps_all" : "one";
      return failedBy(problem, { reach: step.signal.aborted ? "all" : reach });
    }
  }
}

/** Warns where the task works on another branch than it was asked to. */
export function warnOfOtherBranch({ log }: Step, { headRef }: Pick<Refs, "headRef">, result: Result): void {
  const { head_ref: actual, task_id: id } = result.report;
  if (headRef !== "" && actual !== "" && actual !== headRef) {
    log.warning(
      "Another branch",
      `Task ${id} works on the branch ${actual}, not on ${headRef} as head_ref asks. The pull request of ${headRef} may ` +
        "have been closed just before the start.",
    );
  }
}
