import { BUDGETS } from "./budgets.ts";
import type { FanOutFigures, OneEachFigures } from "./fan-out.ts";
import { median, quantile } from "./numbers.ts";
import type { OneTaskFigures } from "./one-task.ts";
import type { Measured } from "./processes.ts";
import type { RequestCounts } from "./requests.ts";
import { CONTENDERS, type Contender } from "./simulate.ts";
import { type Table, toMarkdown } from "./table.ts";
import type { Aftermath } from "./troubles.ts";

/** All that was measured. A contender that cannot run here is missing from each part. */
export interface Figures {
  readonly machine: Machine;
  readonly rounds: number;
  /** Milliseconds from spawn to first request. */
  readonly startUp: Measured;
  /** MiB. */
  readonly memory: Measured;
  readonly distBytes: number;
  /** By the minutes that the task takes. */
  readonly oneTask: ReadonlyMap<number, ReadonlyMap<Contender, OneTaskFigures>>;
  readonly fanOuts: FanOuts;
  /** A process for each of the hundred repositories. */
  readonly oneEach: ReadonlyMap<Contender, OneEachFigures>;
  readonly growth: readonly Growth[];
  readonly troubles: readonly {
    readonly title: string;
    readonly aftermaths: ReadonlyMap<Contender, Aftermath>;
  }[];
}

/** Where it was measured. */
export interface Machine {
  readonly date: string;
  readonly node: string;
  readonly system: string;
  readonly cpu: string;
}

/** The action, once for a hundred repositories. */
export interface FanOuts {
  /** With a refused start, a task that waits for a person, and one without `global_id`. */
  readonly odd: Pick<FanOutFigures, "requests" | "startedWithin">;
  readonly ifActiveSkip: Pick<FanOutFigures, "requests">;
  readonly withoutGlobalIds: Pick<FanOutFigures, "requests">;
  readonly amongOthers: Pick<FanOutFigures, "requests">;
  /** How many of our tasks are missing from the output `tasks`, or without their end, there. */
  readonly lostAmongOthers: number;
}

/** What the action costs in so many repositories. */
export interface Growth {
  readonly repositories: number;
  readonly figures: Omit<FanOutFigures, "run"> & { readonly memory: number };
}

/** A line of the table of budgets. */
export interface BudgetRow {
  readonly what: string;
  readonly measured: string;
  readonly budget: string;
  readonly isMet: boolean;
}

/** Every budget and whether it is met. */
export function budgetRows(figures: Figures): BudgetRow[] {
  const { oneTask, fanOuts } = figures;
  const startUp = ratio(figures.startUp);
  const memory = ratio(figures.memory);
  return [
    atMost("Spawn to first request, against the bare script", startUp, BUDGETS.startUpRatio, times),
    atMost("Resident memory while waiting, against the bare script", memory, BUDGETS.memoryRatio, times),
    atMost("Size of `dist/`, not minified", figures.distBytes, BUDGETS.distBytes, megabytes),
    ...BUDGETS.oneTask.flatMap(({ minutes, requests, meanDelay }) => {
      const measured = oneTask.get(minutes)?.get("action");
      const what = `A ${minutes}-minute task`;
      return [
        atMost(`${what}: requests`, measured?.requests.total, requests, whole),
        atMost(`${what}: mean delay until its end is seen`, measured?.meanDelay, meanDelay, seconds),
      ];
    }),
    atMost(`${HUNDRED}: requests`, fanOuts.odd.requests.total, BUDGETS.fanOut.requests, whole),
    atMost(
      `${HUNDRED}: all started within`,
      fanOuts.odd.startedWithin,
      BUDGETS.fanOut.startedWithin,
      seconds,
    ),
    atMost(
      `${HUNDRED}, \`if_active: skip\`: requests`,
      fanOuts.ifActiveSkip.requests.total,
      BUDGETS.fanOutIfActiveSkip.requests,
      whole,
    ),
    atMost(
      `${HUNDRED}, no \`global_id\`: requests`,
      fanOuts.withoutGlobalIds.requests.total,
      BUDGETS.fanOutWithoutGlobalIds.requests,
      whole,
    ),
    atMost(
      `${HUNDRED}, 1,000 other tasks in the lists: requests`,
      fanOuts.amongOthers.requests.total,
      BUDGETS.fanOutAmongOthers.requests,
      whole,
    ),
    atMost(`${HUNDRED}, 1,000 other tasks in the lists: ours lost`, fanOuts.lostAmongOthers, 0, whole),
  ];
}

const HUNDRED = "100 tasks in 100 repositories";

function atMost(
  what: string,
  measured: number | undefined,
  budget: number,
  show: (value: number) => string,
): BudgetRow {
  return {
    what,
    measured: measured === undefined ? "not measured" : show(measured),
    budget: `≤ ${show(budget)}`,
    isMet: measured !== undefined && measured <= budget,
  };
}

function ratio(measured: Measured): number {
  return median(measured.get("action") ?? []) / median(measured.get("bare") ?? []);
}

/** The tables, as they are printed and stand in the document, with their headings. */
export function tables(figures: Figures): { readonly heading: string; readonly text: string }[] {
  return [
    { heading: "Budgets", text: toMarkdown(budgetTable(figures)) },
    { heading: "Side by side", text: toMarkdown(sideBySide(figures)) },
    { heading: "Requests by kind", text: toMarkdown(byKind(figures)) },
    { heading: "As the work grows", text: toMarkdown(growthTable(figures)) },
    { heading: "When something goes otherwise than well", text: toMarkdown(troubleTable(figures)) },
  ];
}

function budgetTable(figures: Figures): Table {
  return {
    head: ["What", "Measured", "Budget", ""],
    rows: budgetRows(figures).map(({ what, measured, budget, isMet }) => [
      what,
      measured,
      budget,
      isMet ? "pass" : "**fail**",
    ]),
  };
}

const TITLES: Readonly<Record<Contender, string>> = {
  action: "This action",
  bare: "Bare script",
  glue: "curl, jq, sleep",
};

function sideBySide(figures: Figures): Table {
  const { startUp, memory, oneTask } = figures;
  // Where there is one repository, one process for each is one process.
  const row = (what: string, cellOf: (contender: Contender) => string) => [
    what,
    ...CONTENDERS.map(cellOf),
    "as this action",
  ];
  return {
    head: ["What", ...CONTENDERS.map((contender) => TITLES[contender]), "This action, once per repository"],
    rows: [
      row("Spawn to first request", (contender) => spread(startUp.get(contender), milliseconds)),
      row("Resident memory while waiting", (contender) => spread(memory.get(contender), mebibytes)),
      ...BUDGETS.oneTask.toReversed().flatMap(({ minutes }) => {
        const cellOf = (show: (figures: OneTaskFigures) => string) => (contender: Contender) =>
          shown(oneTask.get(minutes)?.get(contender), show);
        return [
          row(
            `A ${minutes}-minute task: requests`,
            cellOf(({ requests }) => whole(requests.total)),
          ),
          row(
            `A ${minutes}-minute task: mean delay`,
            cellOf(({ meanDelay }) => seconds(meanDelay)),
          ),
        ];
      }),
      ...hundredRows(figures),
    ],
  };
}

function hundredRows({ growth, oneEach, memory }: Figures): string[][] {
  const ours = growth.find(({ repositories }) => repositories === 100)?.figures;
  const others = (["bare", "glue", "action"] as const).map((contender) => ({
    each: oneEach.get(contender),
    memory: 100 * median(memory.get(contender) ?? []),
  }));
  return [
    [`${HUNDRED}: processes`, "1", ...others.map(({ each }) => shown(each, () => "100"))],
    [
      `${HUNDRED}: requests`,
      shown(ours, ({ requests }) => whole(requests.total)),
      ...others.map(({ each }) => shown(each, ({ requests }) => whole(requests.total))),
    ],
    [
      `${HUNDRED}: billed job minutes`,
      shown(ours, ({ lasted }) => whole(Math.ceil(lasted / 60))),
      ...others.map(({ each }) => shown(each, ({ jobMinutes }) => whole(jobMinutes))),
    ],
    [
      `${HUNDRED}: resident memory, all processes together`,
      shown(ours, (figures) => mebibytes(figures.memory)),
      ...others.map(({ each, memory: all }) => shown(each, () => mebibytes(all))),
    ],
  ];
}

function shown<T>(value: T | undefined, show: (value: T) => string): string {
  return value === undefined ? "not run" : show(value);
}

function spread(values: readonly number[] | undefined, show: (value: number) => string): string {
  return shown(
    values,
    (all) => `${show(median(all))} (${show(quantile(all, 0.1))} to ${show(quantile(all, 0.9))})`,
  );
}

function byKind({ oneTask, fanOuts, growth }: Figures): Table {
  const columns: [string, RequestCounts | undefined][] = [
    ...BUDGETS.oneTask
      .toReversed()
      .map(({ minutes }): [string, RequestCounts | undefined] => [
        `${minutes}-minute task`,
        oneTask.get(minutes)?.get("action")?.requests,
      ]),
    ...growth
      .filter(({ repositories }) => repositories === 100)
      .map(({ figures }): [string, RequestCounts] => ["100 repositories", figures.requests]),
    ["with a refusal, a question, a missing ID", fanOuts.odd.requests],
    ["with `if_active: skip`", fanOuts.ifActiveSkip.requests],
    ["with no `global_id`", fanOuts.withoutGlobalIds.requests],
    ["among 1,000 others", fanOuts.amongOthers.requests],
  ];
  const kinds = new Set(columns.flatMap(([, counts]) => [...(counts?.byKind.keys() ?? [])]));
  const row = (what: string, count: (counts: RequestCounts) => number) => [
    what,
    ...columns.map(([, counts]) => shown(counts, (all) => whole(count(all)))),
  ];
  return {
    head: ["Requests", ...columns.map(([title]) => title)],
    rows: [
      ...[...kinds].map((kind) => row(`\`${kind}\``, (counts) => counts.byKind.get(kind) ?? 0)),
      row("all", ({ total }) => total),
      row("of these answered 304, which do not count", ({ notModified }) => notModified),
    ],
  };
}

function growthTable({ growth, oneEach, memory }: Figures): Table {
  const each = oneEach.get("action");
  const memoryOfOne = median(memory.get("action") ?? []);
  return {
    head: [
      "Repositories",
      "Requests",
      "Requests a repository",
      "Memory",
      "All started within",
      "Mean delay",
      "Job minutes",
      "Once per repository: requests",
      "memory",
      "job minutes",
    ],
    rows: growth.map(({ repositories, figures }) => [
      whole(repositories),
      whole(figures.requests.total),
      (figures.requests.total / repositories).toFixed(1),
      mebibytes(figures.memory),
      seconds(figures.startedWithin),
      // The one end of one task says nothing of the others that it might have had.
      repositories === 1 ? "-" : seconds(figures.meanDelay),
      whole(Math.ceil(figures.lasted / 60)),
      shown(each, ({ requests }) => whole((requests.total * repositories) / 100)),
      mebibytes(memoryOfOne * repositories),
      shown(each, ({ jobMinutes }) => whole((jobMinutes * repositories) / 100)),
    ]),
  };
}

function troubleTable({ troubles }: Figures): Table {
  return {
    head: ["What happens", ...CONTENDERS.map((contender) => TITLES[contender])],
    rows: troubles.map(({ title, aftermaths }) => [
      title,
      ...CONTENDERS.map((contender) => shown(aftermaths.get(contender), tellAftermath)),
    ]),
  };
}

function tellAftermath({ tasks, exitCode, knowsTask, knowsPullRequest, minutes }: Aftermath): string {
  const known = [...(knowsTask ? ["the task's ID"] : []), ...(knowsPullRequest ? ["its pull request"] : [])];
  return [
    `${tasks === 1 ? "1 task" : `**${tasks} tasks**`}`,
    `exit status ${exitCode}`,
    `after ${Math.round(minutes)} min`,
    `outputs: ${known.length === 0 ? "**nothing**" : known.join(" and ")}`,
  ].join("; ");
}

/** The document. */
export function toDocument(figures: Figures): string {
  const { date, node, system, cpu } = figures.machine;
  const [budgets, compared, ...others] = tables(figures).map(
    ({ heading, text }) => `## ${heading}\n\n${text}`,
  );
  return `${[
    `# Benchmark

Made by \`npm run bench\` on ${date}, with Node.js ${node} on ${system}, ${cpu}.

It runs the built action in \`dist/\` as the runner does, against the [simulator](../tools/simulator/README.md), beside what
people use without it, and exits with 1 if a budget is missed. Requests and simulated times are the same on every machine;
\`__tests__/e2e/budgets.test.ts\` checks them. Times and memory are this machine's.`,
    budgets,
    compared,
    `[The bare script](../tools/bench/peers/bare.mjs) is 30 lines of Node.js: it starts a task, looks every 10 seconds and writes
two outputs. [curl, jq, sleep](../tools/bench/peers/glue.sh) is what a \`run:\` step usually has: a loop that looks every 30
seconds, with \`curl --retry\`. The last column is this action in a matrix, one job for each repository. In the rows of 100
tasks the bare script and curl are one job for each repository too. Where there is a range, the number is the median, and the
range is from the 10th to the 90th percentile.`,
    ...others,
    howMeasured(figures.rounds),
  ].join("\n\n")}\n`;
}

function howMeasured(rounds: number): string {
  return `## How it is measured

- **Spawn to first request**: from the moment the process is there until the server has read its first request, which
  starts a task. ${rounds} times, in real time; the contenders take turns, so that a busy machine is busy for all of them.
- **Resident memory**: of a process, with its children, that has looked at its task ten times, once a second, and sleeps
  now; in real time. For many processes it is that of one, times their number. In the table "As the work grows" it is that of
  one run on the virtual clock, read every ten requests while the process waits for an answer. So one repository has another
  figure there than once per repository: the clock's code, the request under way and a whole task's looks count too.
- **Size of \`dist/\`**: all files in it, in millions of bytes.
- **Requests and delays**: on a virtual clock. Whenever the process only waits, its time jumps to its next timer, and each
  request tells the simulator the time; a request takes no time. For the shell, stand-ins for \`sleep\` and \`curl\` do the
  same. Twelve runs of each task, each with other jitter: requests are those of the run that has the most, and the delay is
  the mean over the runs and over every end in the last quarter of the task's time. When somebody looks does not depend on
  when the task ends, so each run tells the delay for every end.
- **Answered 304**: the simulator gives ETags; whether GitHub does is not documented. Without them the requests are the same,
  and none is free.
- **100 tasks in 100 repositories**: tasks of 15 to 28 minutes, a pull request in each after 1 to 10 minutes. In the
  budgets one start is refused, one task waits for a person, and one has no \`global_id\`. The workflow's own token sees
  none of the repositories. The delay is from a task's end until it is read for the last time.
- **1,000 other tasks**: begun by the same user in the hour before, and at work all the time.
- **Once per repository**: every tenth of the hundred repositories is run by itself, and the others are taken to cost as
  much. For one repository that is the mean of ten tasks, and the figure beside it is one run of the first. A job's minutes
  are those from its first request to its last, each begun minute in full.
- **When something goes otherwise than well**: on the virtual clock too. "Outputs" is what later steps can use.`;
}

function whole(value: number): string {
  return Math.round(value).toLocaleString("en-US");
}

function times(value: number): string {
  return `${value.toFixed(2)} ×`;
}

function seconds(value: number): string {
  return `${Number(value.toFixed(1))} s`;
}

function milliseconds(value: number): string {
  return `${value.toFixed(0)} ms`;
}

function mebibytes(value: number): string {
  return `${Math.round(value).toLocaleString("en-US")} MiB`;
}

function megabytes(value: number): string {
  return `${Number((value / 1e6).toFixed(2))} MB`;
}
