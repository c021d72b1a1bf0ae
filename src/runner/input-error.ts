/** Bad input: the message names the input, what was given and what is allowed. */
export class InputError extends Error {
  override readonly name = "InputError";
}
