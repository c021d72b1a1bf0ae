import { describeError } from "../command-line.ts";

/** A part of a workflow file, as `nightly.yml:12`. */
export type Source = string;

/** What GitHub does not accept in a workflow, or what this runner does not support. */
export class WorkflowError extends Error {
  /** One line for each mistake, which begins with its source. */
  readonly lines: readonly string[];

  constructor(lines: readonly string[]) {
    super(lines.join("\n"));
    this.lines = lines;
  }
}

/** Runs work on a part of a workflow. @throws WorkflowError, with the part's source, if the work throws. */
export async function locate<T>(source: Source, work: () => T | Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw error instanceof WorkflowError ? error : new WorkflowError([`${source}: ${describeError(error)}`]);
  }
}
