import { toMarkdown } from "../table.ts";
import { budgetRows, fanOutRuns, HUNDRED } from "./budgets.ts";
import type { Figures } from "./figures.ts";
import { count, type Format, mebibytes, median, milliseconds, quantile, seconds, show } from "./numbers.ts";
import type { Outcome } from "./outages.ts";
import type { RequestCounts } from "./requests.ts";
import type { Contender } from "./simulate.ts";

const NAMES = {
  action: "This action",
  toolkit: "Smallest action",
  bare: "Bare script",
  glue: "curl, jq, sleep",
} as const;

interface Run {
  readonly title: string;
  readonly counts: RequestCounts | undefined;
}

/** The tables of the document by their headings. */
export function tables(figures: Figures): Readonly<Record<string, string>> {
  const { fanOuts, growth, oneTask, outages } = figures;
  const runs: Run[] = [
    { title: "2-minute task", counts: oneTask.get(2)?.get("action")?.requests },
    { title: "30-minute task", counts: oneTask.get(30)?.get("action")?.requests },
    { title: `${HUNDRED}, no failures`, counts: findHundred(figures)?.requests },
    ...fanOutRuns(fanOuts),
  ];
  const kinds = new Set(runs.flatMap(({ counts }) => [...(counts?.byKind.keys() ?? [])]));
  return {
    Budgets: table(budgetRows(figures), {
      What: ({ what }) => what,
      Measured: ({ measured }) => measured,
      Budget: ({ budget }) => budget,
      "": ({ isMet }) => (isMet ? "pass" : "**fail**"),
    }),
    "Side by side": table(compareContenders(figures), {
      "": ({ title }) => title,
      "Spawn to first request": ({ startUp }) => spread(startUp, milliseconds),
      "Memory while waiting": ({ memory }) => spread(memory, mebibytes),
      "2-minute task: requests": ({ short }) => show(short?.requests.total, count),
      "its mean delay": ({ short }) => show(short?.meanDelay, seconds),
      "30-minute task: requests": ({ long }) => show(long?.requests.total, count),
      "mean delay": ({ long }) => show(long?.meanDelay, seconds),
      "100 tasks: requests": ({ requests }) => show(requests, count),
      "billed job minutes": ({ jobMinutes }) => show(jobMinutes, count),
      "memory of all processes": ({ totalMemory }) => show(totalMemory, mebibytes),
    }),
    "Requests by kind": table(runs, {
      "": ({ title }) => title,
      ...Object.fromEntries(
        [...kinds].map((kind) => [
          kind,
          ({ counts }: Run) => show(counts && (counts.byKind.get(kind) ?? 0), count),
        ]),
      ),
      All: ({ counts }) => show(counts?.total, count),
      "Of these 304": ({ counts }) => show(counts?.notModified, count),
    }),
    Growth: table(growth, {
      Repositories: ({ repositories }) => count(repositories),
      Requests: ({ requests }) => count(requests.total),
      "Per repository": ({ requests, repositories }) => (requests.total / repositories).toFixed(1),
      Memory: ({ memory }) => mebibytes(memory),
      "All started within": ({ startedWithin }) => seconds(startedWithin),
      // The delay of a single task is a matter of chance.
      "Mean delay": ({ meanDelay, repositories }) => (repositories === 1 ? "-" : seconds(meanDelay)),
      "Job minutes": ({ jobMinutes }) => count(jobMinutes),
    }),
    Failures: table(outages, {
      "What happens": ({ title }) => title,
      [NAMES.action]: ({ outcomes }) => describeOutcome(outcomes.get("action")),
      [NAMES.bare]: ({ outcomes }) => describeOutcome(outcomes.get("bare")),
      [NAMES.glue]: ({ outcomes }) => describeOutcome(outcomes.get("glue")),
    }),
  };
}

function table<T>(items: readonly T[], columns: Readonly<Record<string, (item: T) => string>>): string {
  const cells = Object.values(columns);
  return toMarkdown({
    head: Object.keys(columns),
    rows: items.map((item) => cells.map((cell) => cell(item))),
  });
}

function findHundred({ growth }: Figures) {
  return growth.find(({ repositories }) => repositories === 100);
}

function compareContenders(figures: Figures) {
  const { startUp, memory, oneTask, oneEach } = figures;
  const jobs = (name: Contender) => ({
    title: NAMES[name],
    startUp: startUp.get(name),
    memory: memory.get(name),
    short: oneTask.get(2)?.get(name),
    long: oneTask.get(30)?.get(name),
    requests: oneEach.get(name)?.requests,
    jobMinutes: oneEach.get(name)?.jobMinutes,
    totalMemory: 100 * median(memory.get(name) ?? []),
  });
  const once = findHundred(figures);
  const oneJob = { requests: once?.requests.total, jobMinutes: once?.jobMinutes, totalMemory: once?.memory };
  const matrix = { ...jobs("action"), title: "This action, one job per repository" };
  return [{ ...jobs("action"), ...oneJob }, matrix, jobs("toolkit"), jobs("bare"), jobs("glue")];
}

/** The median, and the 10th to the 90th percentile. */
function spread(values: readonly number[] | undefined, format: Format): string {
  const [low, middle, high] = [0.1, 0.5, 0.9].map((part) => show(quantile(values ?? [], part), format));
  return values === undefined ? "not run" : `${middle} (${low} to ${high})`;
}

function describeOutcome(outcome: Outcome | undefined): string {
  if (outcome === undefined) {
    return "not run";
  }
  const { tasks, exitCode, minutes, outputs } = outcome;
  const started = tasks === 1 ? "1 task" : `**${tasks} tasks**`;
  return `${started}; exit ${exitCode}; ${Math.round(minutes)} min; outputs: ${outputs.join(", ") || "**none**"}`;
}

/** The document. */
export function toDocument(figures: Figures): string {
  const { machine, rounds } = figures;
  const sections = Object.entries(tables(figures)).map(([heading, text]) => `## ${heading}\n\n${text}\n`);
  return `# Benchmark

Made by \`npm run bench\` on ${machine.date}, with Node.js ${machine.node} on ${machine.system}, ${machine.cpu}. It runs \`dist/\`
against the [simulator](../tools/simulator/README.md). Requests and simulated times are the same on every machine.

${sections.join("\n")}
## Notes

- The [smallest action](../tools/bench/peers/toolkit.mjs) has the same two packages, \`@actions/core\` and \`@actions/github\`, in
  one bundle of \`ncc\`. Only its start-up and its memory are compared.
- The [bare script](../tools/bench/peers/bare.mjs) polls every 10 seconds, the [curl loop](../tools/bench/peers/glue.sh) every 30.
- Start-up (${rounds} times) and the memory beside it are real: median, and 10th to 90th percentile. All else is simulated.
- One task runs 12 times: the most requests, and the mean delay of all ends in the last quarter of the time.
- 100 tasks take 15 to 28 minutes. Unless a row says otherwise, one start is rejected, one task waits for a person, and one
  has no \`global_id\`. The 1,000 other tasks are of the same user and keep running.
- One job per repository, as the script and the loop need: ten jobs, scaled up. GitHub bills begun minutes in full.
- GitHub does not count 304 responses, and does not document the ETags that the simulator sends.
`;
}
