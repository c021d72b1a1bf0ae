import type { Figures } from "./figures.ts";
import { count, type Format, median, megabytes, ratio, seconds, show } from "./numbers.ts";
import type { Measured } from "./processes.ts";
import type { RequestCounts } from "./requests.ts";

/** What the action may cost. Counts and simulated times are checked in every run of the tests, the rest by the bench. */
export const BUDGETS = {
  /** Spawn to first request, against the smallest action with the toolkit. */
  startUpRatio: 1.15,
  /** Resident memory while waiting, against the same. */
  memoryRatio: 1.15,
  /** All files of `dist/`, not minified, in bytes. */
  distBytes: 2_100_000,
  /** What a runner downloads, in bytes. */
  archiveBytes: 700_000,
  /** One task that ends after so many minutes: requests, and seconds until its end is seen, on average. */
  oneTask: [
    { minutes: 30, requests: 135, meanDelay: 12 },
    { minutes: 2, requests: 30, meanDelay: 4 },
  ],
  /** A hundred tasks in a hundred repositories within 30 minutes: requests, and seconds until all are started. */
  fanOut: { requests: 380, startedWithin: 130 },
  fanOutIfActiveSkip: { requests: 400 },
  fanOutWithoutGlobalIds: { requests: 390 },
  /** The same among a thousand other tasks of the same user. */
  fanOutAmongOthers: { requests: 500 },
} as const;

export const HUNDRED = "100 tasks in 100 repositories";

/** The runs with 100 repositories that have a budget. */
export function fanOutRuns({ odd, ifActiveSkip, withoutGlobalIds, amongOthers }: Figures["fanOuts"]) {
  const run = (
    variant: string,
    { requests }: { readonly requests: RequestCounts },
    budget: { readonly requests: number },
  ) => ({
    title: `${HUNDRED}${variant}`,
    counts: requests,
    budget: budget.requests,
  });
  return [
    run("", odd, BUDGETS.fanOut),
    run(", `if_active: skip`", ifActiveSkip, BUDGETS.fanOutIfActiveSkip),
    run(", no `global_id`", withoutGlobalIds, BUDGETS.fanOutWithoutGlobalIds),
    run(", 1,000 other tasks in the lists", amongOthers, BUDGETS.fanOutAmongOthers),
  ];
}

/** Every budget and whether it is met. */
export function budgetRows(figures: Figures) {
  const { startUp, memory, distBytes, archiveBytes, oneTask, fanOuts } = figures;
  type Row = readonly [what: string, measured: number | undefined, budget: number, format: Format];
  const compare = (all: Measured) => median(all.get("action") ?? []) / median(all.get("toolkit") ?? []);
  const rows: Row[] = [
    ["Spawn to first request, against the smallest action", compare(startUp), BUDGETS.startUpRatio, ratio],
    ["Resident memory while waiting, against the same", compare(memory), BUDGETS.memoryRatio, ratio],
    ["Size of `dist/`, not minified", distBytes, BUDGETS.distBytes, megabytes],
    ["Size of the repository's archive", archiveBytes, BUDGETS.archiveBytes, megabytes],
    ...BUDGETS.oneTask.flatMap(({ minutes, requests, meanDelay }): Row[] => {
      const measured = oneTask.get(minutes)?.get("action");
      const delay = `A ${minutes}-minute task: mean delay until its end is seen`;
      return [
        [`A ${minutes}-minute task: requests`, measured?.requests.total, requests, count],
        [delay, measured?.meanDelay, meanDelay, seconds],
      ];
    }),
    [`${HUNDRED}: all started within`, fanOuts.odd.startedWithin, BUDGETS.fanOut.startedWithin, seconds],
    ...fanOutRuns(fanOuts).map(({ title, counts, budget }): Row => {
      return [`${title}: requests`, counts.total, budget, count];
    }),
    [`${HUNDRED}, 1,000 other tasks in the lists: ours lost`, fanOuts.lostAmongOthers, 0, count],
  ];
  return rows.map(([what, measured, budget, format]) => ({
    what,
    measured: show(measured, format, "not measured"),
    budget: `≤ ${format(budget)}`,
    isMet: measured !== undefined && measured <= budget,
  }));
}
