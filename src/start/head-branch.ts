import type { ActionContext } from "../context.ts";
import { createProblem } from "../github/agent-tasks/problems.ts";
import { findOpenPullRequest } from "../github/open-pull-request.ts";
import { getFullName, type Repository } from "../github/repository.ts";
import type { StartInputs } from "../inputs/start-inputs.ts";
import type { Result } from "../report/result.ts";
import { type FailedStart, failStart } from "./outcome.ts";

/** What is needed of the inputs. */
type Refs = Pick<StartInputs, "headRef" | "baseRef"> & { readonly repository: Repository };

/**
 * Looks for the open pull request that the agent is to go on with: without one GitHub would work on a new branch, and
 * not say so.
 *
 * @returns why nothing may be started, null where the pull request is there or none is asked for.
 */
export async function checkHeadBranch(
  context: ActionContext,
  { headRef, baseRef, repository }: Refs,
): Promise<FailedStart | null> {
  if (headRef === "") {
    return null;
  }
  const lookup = await findOpenPullRequest(context.github.lookup(), { ...repository, headRef, baseRef });
  const name = getFullName(repository);
  const subject = { repository: name, taskId: "" };
  const branches = `from head_ref ${headRef} into base_ref ${baseRef}`;
  switch (lookup.kind) {
    case "found":
      return null;
    case "none":
      return failStart(
        createProblem(
          `No open pull request ${branches} was found in ${name}. Nothing was started, because GitHub would create a new branch.`,
          "Check both branches and whether the pull request is still open, or leave head_ref out.",
          { subject, cause: "no open pull request" },
        ),
      );
    case "unknown": {
      const problem = createProblem(
        `Could not look for an open pull request ${branches} in ${name}: ${lookup.reason}. Nothing was started.`,
        "If GitHub denied access, give github_token or token the permission pull-requests: read in that repository. " +
          "If GitHub had an incident, run this again.",
        { subject, cause: `look for a pull request: ${lookup.reason.replaceAll(name, "")}` },
      );
      const scope = lookup.limited ? "maybe_all" : "repository";
      return failStart(problem, { scope: context.time.signal.aborted ? "all" : scope });
    }
  }
}

/** Warns where the task works on another branch than it was asked to. */
export function warnAboutOtherBranch(
  { log }: ActionContext,
  { headRef }: Pick<Refs, "headRef">,
  result: Result,
): void {
  const { head_ref: actual, task_id: id } = result.report;
  if (headRef !== "" && actual !== "" && actual !== headRef) {
    log.warning(
      "Another branch",
      `Task ${id} works on the branch ${actual}, not on ${headRef} as head_ref asks. The pull request of ${headRef} may ` +
        "have been closed just before the start.",
    );
  }
}
