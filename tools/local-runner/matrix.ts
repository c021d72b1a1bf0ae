import type { Json } from "../simulator/scenario.ts";
import { type Contexts, jsonOf } from "./expressions.ts";
import { type Part, partsOf } from "./workflow-file.ts";

/** GitHub's limit. */
const MAX_JOBS = 256;

/** The contexts of one job of a matrix. */
export interface Combination {
  /** Null: the job has no matrix. */
  readonly matrix: Json;
  readonly strategy: Json;
}

/**
 * The jobs that a strategy turns a job into, in GitHub's order: the last name varies first.
 *
 * @throws for a matrix of no or too many jobs, and for what this runner does not support.
 */
export function combinationsOf(strategy: Part, contexts: Contexts): readonly Combination[] {
  if (strategy === null) {
    return [{ matrix: null, strategy: {} }];
  }
  const parts = partsOf(strategy, "strategy");
  const parallel = parts.optional("max-parallel");
  const maxParallel = parallel === null ? null : jsonOf(parallel, contexts);
  if (maxParallel !== null && !(typeof maxParallel === "number" && maxParallel >= 1)) {
    throw new Error(`max-parallel is ${JSON.stringify(maxParallel)}.`);
  }
  const axes = axesOf(jsonOf(parts.required("matrix"), contexts));
  const matrices = axes.reduce<{ [key: string]: Json }[]>(
    (matrices, [name, values]) =>
      matrices.flatMap((matrix) => values.map((value) => ({ ...matrix, [name]: value }))),
    [{}],
  );
  if (matrices.length === 0 || matrices.length > MAX_JOBS) {
    throw new Error(`A matrix of ${matrices.length} jobs is an error.`);
  }
  return matrices.map((matrix, index) => ({
    matrix,
    strategy: {
      "fail-fast": false,
      "job-index": index,
      "job-total": matrices.length,
      "max-parallel": maxParallel ?? matrices.length,
    },
  }));
}

function axesOf(matrix: Json): readonly (readonly [string, readonly Json[]])[] {
  if (typeof matrix !== "object" || matrix === null || Array.isArray(matrix)) {
    throw new Error("The matrix has no names.");
  }
  return Object.entries(matrix).map(([name, values]) => {
    if (!Array.isArray(values) || name === "include" || name === "exclude") {
      throw new Error(`The matrix cannot be run here: ${name}.`);
    }
    return [name, values];
  });
}
