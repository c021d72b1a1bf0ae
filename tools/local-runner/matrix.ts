import type { Json } from "../simulator/scenario.ts";
import { type Contexts, jsonOf } from "./expressions.ts";
import { type Part, partsOf } from "./workflow-file.ts";

/** GitHub's own limit. */
const MOST_JOBS = 256;

/** What one job of a matrix has in its contexts. */
export interface Combination {
  /** Null: the job has no matrix. */
  readonly matrix: Json;
  readonly strategy: Json;
}

/**
 * The jobs that a strategy makes of one, in GitHub's order: the last name varies first.
 *
 * @throws for a matrix of nothing, for one of too many jobs, and for what is not known here.
 */
export function combinationsOf(strategy: Part, contexts: Contexts): readonly Combination[] {
  if (strategy === null) {
    return [{ matrix: null, strategy: {} }];
  }
  const parts = partsOf(strategy, "strategy", ["fail-fast", "max-parallel", "matrix"]);
  if (jsonOf(parts.required("fail-fast"), contexts) !== false) {
    throw new Error("A matrix that ends with its first failed job cannot be run here.");
  }
  const parallel = parts.optional("max-parallel");
  const mostAtOnce = parallel === null ? null : jsonOf(parallel, contexts);
  if (mostAtOnce !== null && !(typeof mostAtOnce === "number" && mostAtOnce >= 1)) {
    throw new Error(`max-parallel is ${JSON.stringify(mostAtOnce)}.`);
  }
  const axes = axesOf(jsonOf(parts.required("matrix"), contexts));
  const matrices = axes.reduce<{ [key: string]: Json }[]>(
    (made, [name, values]) => made.flatMap((one) => values.map((value) => ({ ...one, [name]: value }))),
    [{}],
  );
  if (matrices.length === 0 || matrices.length > MOST_JOBS) {
    throw new Error(`A matrix of ${matrices.length} jobs is an error.`);
  }
  return matrices.map((matrix, index) => ({
    matrix,
    strategy: {
      "fail-fast": false,
      "job-index": index,
      "job-total": matrices.length,
      "max-parallel": mostAtOnce ?? matrices.length,
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
