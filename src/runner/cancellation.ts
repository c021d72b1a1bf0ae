/** The signals with which the runner cancels a step, and the exit statuses that they give. */
const EXIT_STATUS = { SIGINT: 130, SIGTERM: 143 } as const;

/** After the signal: how long the answer to a start is waited for, and when the process ends at the latest. */
const GRACE_MS = 2_000;

const EXIT_AFTER_MS = 2_700;

/** The part of `process` that is used here. */
export interface CancellableProcess {
  on(signal: keyof typeof EXIT_STATUS, listener: () => void): unknown;
  exit(status: number): void;
}

/** How this process is told to stop. */
export interface Cancellation {
  /** Aborts with the first signal. */
  readonly signal: AbortSignal;
  /** Aborts a little later, so that a task that is being started is not lost. */
  readonly graceSignal: AbortSignal;
  /** The exit status that the signal gives, null where none came. */
  exitStatus(): number | null;
}

/**
 * Listens to the runner's cancel: SIGINT, 7.5 s later SIGTERM, 2.5 s later the kill. With the first of them everything
 * under way is stopped, what is known is written, and the process is gone within 3 s.
 */
export function listenForCancel(process: CancellableProcess): Cancellation {
  const now = new AbortController();
  const soon = new AbortController();
  let exitStatus: number | null = null;
  for (const name of ["SIGINT", "SIGTERM"] as const) {
    process.on(name, () => {
      if (exitStatus !== null) {
        return;
      }
      const status = EXIT_STATUS[name];
      exitStatus = status;
      now.abort();
      setTimeout(() => soon.abort(), GRACE_MS);
      setTimeout(() => process.exit(status), EXIT_AFTER_MS);
    });
  }
  return { signal: now.signal, graceSignal: soon.signal, exitStatus: () => exitStatus };
}
