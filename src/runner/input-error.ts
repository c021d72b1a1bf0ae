/** An invalid input. The message names the input, its value and what is allowed. */
export class InputError extends Error {
  override readonly name = "InputError";
}
