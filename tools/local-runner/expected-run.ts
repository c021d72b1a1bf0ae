import type { StepRun } from "./run-action.ts";

/** How a step must end. What is not named can be anything. */
export interface ExpectedRun {
  readonly exitCode: number;
  /** Outputs by name, with their whole values. */
  readonly outputs?: Readonly<Record<string, string>>;
  /** Texts that the summary contains. */
  readonly summary?: readonly string[];
  /** Texts that the log contains. */
  readonly log?: readonly string[];
}

/** How a step's run differs from what is expected: a sentence for each difference. */
export function findDifferences(run: StepRun, expected: ExpectedRun): string[] {
  const differences: string[] = [];
  if (run.exitCode !== expected.exitCode) {
    differences.push(`The exit status is ${run.exitCode}, not ${expected.exitCode}.`);
  }
  for (const [name, value] of Object.entries(expected.outputs ?? {})) {
    const actual = run.outputs[name];
    if (actual !== value) {
      differences.push(`The output ${name} is ${JSON.stringify(actual)}, not ${JSON.stringify(value)}.`);
    }
  }
  const lacks = (where: string, content: string, texts: readonly string[] = []) => {
    const missing = texts.filter((text) => !content.includes(text));
    differences.push(...missing.map((text) => `The ${where} lacks ${JSON.stringify(text)}.`));
  };
  lacks("summary", run.summary, expected.summary);
  lacks("log", run.stdout, expected.log);
  if (run.stderr !== "") {
    differences.push(`The process wrote to stderr: ${run.stderr.trim()}`);
  }
  return differences;
}
