import { assert, type IProperty } from "fast-check";

/** How many cases a property checks, and which. */
export interface PropertySettings {
  readonly seed: number;
  readonly numRuns: number;
  readonly path?: string;
}

/**
 * Settings of a property test. CI checks the same cases each time; other runs check new ones, and print the seed that
 * repeats them with `FAST_CHECK_SEED` (and `FAST_CHECK_PATH`, for a single case).
 */
export function propertySettings(name: string, ciSeed: number, numRuns: number): PropertySettings {
  const { CI, FAST_CHECK_SEED, FAST_CHECK_PATH: path } = process.env;
  const seed = Number(FAST_CHECK_SEED || (CI ? ciSeed : Math.floor(Math.random() * 2 ** 31)));
  process.stdout.write(`${name}: to repeat this run: FAST_CHECK_SEED=${seed}\n`);
  return { seed, numRuns, ...(path === undefined ? {} : { path }) };
}

/** Checks a property that is not asynchronous: it throws for the smallest counterexample. */
export function holds<Values>(property: IProperty<Values>, numRuns = 200): void {
  void assert(property, { numRuns });
}
