/**
 * Closes an exhaustive `switch`: the compiler refuses the call while a case is missing.
 *
 * @throws always, if a value that the types do not allow gets here.
 */
export function unreachable(value: never): never {
  throw new Error(`Unexpected value: ${String(value)}`);
}
