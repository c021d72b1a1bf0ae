/** The part of Node's `process` that is used here. */
interface StandardStreams {
  readonly stdout: ErrorSource;
  readonly stderr: ErrorSource;
}

interface ErrorSource {
  on(event: "error", listener: () => void): unknown;
}

/**
 * Keeps the process running if nobody reads its log any more, or the log's disk is full. Without a listener, Node.js
 * ends the process at the next line, and the outputs of a task that is being started are lost.
 */
export function ignoreStreamErrors(process: StandardStreams): void {
  process.stdout.on("error", ignore);
  // Only Node.js writes warnings there. Opening it takes a millisecond, which the first request need not wait for.
  setImmediate(() => process.stderr.on("error", ignore));
}

function ignore(): void {}
