import { namesIn } from "../local-runner/expressions.ts";
import { expressionsIn, find } from "../local-runner/unsupported.ts";
import { parseUses } from "../local-runner/uses.ts";
import type { Job, Part, Step, Workflow } from "../local-runner/workflow-file.ts";

/** The secrets that a workflow names. */
export interface NamedSecrets {
  /** Those that our actions get as `token` or `github_token`, also by way of a variable or a called workflow. */
  readonly tokens: readonly string[];
  readonly others: readonly string[];
}

/** The secrets that a workflow names, but for `GITHUB_TOKEN`. */
export function findSecrets(workflow: Workflow): NamedSecrets {
  const named = withoutDoubles(
    workflow.expressions.flatMap((expression) => namesIn(expression).of("secrets")),
  );
  const given = workflow.jobs.flatMap((job) => tokensOf(job, workflow.env)).map((name) => name.toUpperCase());
  return {
    tokens: named.filter((name) => given.includes(name.toUpperCase())),
    others: named.filter((name) => !given.includes(name.toUpperCase())),
  };
}

function tokensOf(job: Job, env: Part): readonly string[] {
  switch (job.kind) {
    case "call":
      return secretsIn(job.secrets, []);
    case "steps":
      return job.steps.flatMap((step) => tokensOfStep(step, [step.env, job.env, env]));
  }
}

function tokensOfStep(step: Step, env: readonly Part[]): readonly string[] {
  if (step.kind === "run" || parseUses(step.uses)?.kind !== "ours" || step.with === null) {
    return [];
  }
  const inputs = step.with;
  return ["token", "github_token"].flatMap((name) => secretsIn(find(inputs, name) ?? null, env));
}

/** The secrets in a part, and those in the variables that it reads. */
function secretsIn(part: Part, env: readonly Part[]): readonly string[] {
  const names = part === null ? [] : expressionsIn(part).map(([expression]) => namesIn(expression));
  return [
    ...names.flatMap(({ of }) => of("secrets")),
    ...names
      .flatMap(({ of }) => of("env"))
      .flatMap((name) =>
        env.flatMap((variables) => secretsIn(find(variables ?? undefined, name) ?? null, [])),
      ),
  ];
}

/** Without `GITHUB_TOKEN`. Names of secrets have no case. */
function withoutDoubles(names: readonly string[]): readonly string[] {
  const unique = new Map(names.map((name) => [name.toUpperCase(), name]));
  unique.delete("GITHUB_TOKEN");
  return [...unique.values()];
}
