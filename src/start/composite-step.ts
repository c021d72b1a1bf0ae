import type { ActionContext } from "../context.ts";
import { getFullName, type Repository } from "../github/repository.ts";
import type { StartInputs } from "../inputs/start-inputs.ts";
import { formatPlace, formatWork, hashWork } from "../prompt/trace.ts";
import { recordCompositeStep } from "../runner/composite-steps.ts";

/** Tells the steps of a composite action apart. */
interface CompositeStepName {
  /** What this step is asked to do, and its order among equal steps. */
  readonly work: string;
  /** The same for each step that ran before in the same composite action. */
  readonly earlierWork: readonly string[];
}

/**
 * Names this step among those of its composite action, which all have the same `GITHUB_ACTION`.
 *
 * @param prompt the prompt that the inputs give, without the issue, whose text can change between two attempts.
 * @returns the name for a repository. Null outside a composite action.
 */
export function nameCompositeStep(
  { runner, log }: Pick<ActionContext, "runner" | "log">,
  inputs: StartInputs,
  prompt: string,
): ((repository: Repository) => CompositeStepName) | null {
  if (runner.compositePath === "") {
    return null;
  }
  const { issueNumber, baseRef, headRef, model, customAgent, createPullRequest } = inputs;
  const request = [prompt, issueNumber, baseRef, headRef, model, customAgent, createPullRequest];
  const step = {
    work: hashWork(request),
    repositories: inputs.repositories.map((repository) => getFullName(repository).toLowerCase()),
  };
  // Without a trace nothing recognises a step's tasks, and a dry run starts none.
  const isKept = inputs.trace && !inputs.dryRun;
  const before = isKept
    ? recordCompositeStep(runner, formatPlace(inputs.matrix), step)
    : { kind: "known" as const, steps: [] };
  if (before.kind === "unknown") {
    log.warning(
      "Composite action",
      `This step cannot keep its order among the steps of a composite action: ${before.reason}. If another step there ` +
        "has the same prompt and settings, a re-run may take the task of one step for that of the other.",
    );
  }
  const steps = before.kind === "known" ? before.steps : [];
  return (repository) => {
    const name = getFullName(repository).toLowerCase();
    const orders = new Map<string, number>();
    const nameNext = (work: string): string => {
      const order = (orders.get(work) ?? 0) + 1;
      orders.set(work, order);
      return formatWork(work, order);
    };
    const earlier = steps.filter(({ repositories }) => repositories.includes(name));
    // In the order in which they ran.
    return { earlierWork: earlier.map(({ work }) => nameNext(work)), work: nameNext(step.work) };
  };
}
