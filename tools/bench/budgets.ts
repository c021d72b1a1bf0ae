/** What the action may cost. Counts and simulated times are checked in every run of the tests, the rest by the bench. */
export const BUDGETS = {
  /** Spawn to first request, against the bare script. */
  startUpRatio: 1.4,
  /** Resident memory while waiting, against the bare script. */
  memoryRatio: 1.15,
  /** All files of `dist/`, not minified, in bytes. */
  distBytes: 1_500_000,
  /** One task that ends after so many minutes: requests, and seconds until its end is seen, on average. */
  oneTask: [
    { minutes: 30, requests: 110, meanDelay: 17 },
    { minutes: 2, requests: 30, meanDelay: 4 },
  ],
  /** A hundred tasks in a hundred repositories within 30 minutes: requests, and seconds until all are started. */
  fanOut: { requests: 320, startedWithin: 130 },
  fanOutIfActiveSkip: { requests: 340 },
  fanOutWithoutGlobalIds: { requests: 330 },
  /** The same among a thousand other tasks of the same user. */
  fanOutAmongOthers: { requests: 500 },
} as const;
