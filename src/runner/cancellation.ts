/** The signals that the runner sends to cancel a step, and the exit status for each. */
const EXIT_STATUS = { SIGINT: 130, SIGTERM: 143 } as const;

/** How long after the signal a start may still get its response. */
const GRACE_MS = 2_000;

/** How long after that the process exits at the latest. */
const EXIT_MS = 700;

/** The part of Node's `process` that is used here. */
export interface CancellableProcess {
  on(signal: keyof typeof EXIT_STATUS, listener: () => void): unknown;
  exit(status: number): void;
}

/** The state of the cancellation. */
export interface Cancellation {
  /** Aborts on the first signal. */
  readonly signal: AbortSignal;
  /** Aborts shortly after that, so that a task that is being started is not lost. */
  readonly graceSignal: AbortSignal;
  /** The exit status for the signal, null if there was none. */
  exitStatus(): number | null;
}

/**
 * Listens for cancellation. The runner sends SIGINT, SIGTERM 7.5 s later, and kills the process after another 2.5 s. On
 * the first signal requests are aborted, results so far are written, and the process exits within 3 s.
 */
export function listenForCancel(process: CancellableProcess): Cancellation {
  const immediate = new AbortController();
  const delayed = new AbortController();
  let exitStatus: number | null = null;
  for (const name of ["SIGINT", "SIGTERM"] as const) {
    process.on(name, () => {
      if (exitStatus !== null) {
        return;
      }
      const status = EXIT_STATUS[name];
      exitStatus = status;
      immediate.abort();
      setTimeout(() => {
        delayed.abort();
        // Counted from here, because a busy machine may call this function late, and results are still to be written.
        setTimeout(() => process.exit(status), EXIT_MS);
      }, GRACE_MS);
    });
  }
  return { signal: immediate.signal, graceSignal: delayed.signal, exitStatus: () => exitStatus };
}
