import type { ActionContext } from "../context.ts";
import type { FailOn } from "../inputs/shared-inputs.ts";
import { isPublic, type Runner } from "../runner/environment.ts";
import type { Log } from "../runner/log.ts";
import { truncate } from "../text/format.ts";
import { annotateOutcomes } from "./annotations.ts";
import { extendRun } from "./build-result.ts";
import { formatWaitIntro } from "./next-steps.ts";
import { buildTaskOutputs } from "./outputs.ts";
import { formatOthers, groupProblems, MAX_PROBLEM_LENGTH, type ProblemGroup } from "./problem-groups.ts";
import type { Result } from "./result.ts";
import { formatTaskSummary, type SummaryContent } from "./summary.ts";

/** How many tasks an annotation names besides the first one. */
const MAX_NAMED_TASKS = 10;

/** What the step reports at its end. */
export interface FinalReport extends Omit<SummaryContent, "pickUp" | "serverUrl"> {
  readonly failOn: ReadonlySet<FailOn>;
}

/**
 * Writes outputs, summary and annotations. The step fails if there is a problem, or an outcome that `fail_on` names.
 *
 * @returns the exit status, 0 or 1.
 */
export async function finish(context: ActionContext, { failOn, ...content }: FinalReport): Promise<number> {
  const { log, runner } = context;
  const { results, problems, prompt } = content;
  context.outputs.write(buildTaskOutputs(results, failOn));

  const causes = groupProblems(problems, results);
  const failed = annotateOutcomes(log, results, failOn, causes.length);
  const running = results.filter(({ stillRunning }) => stillRunning);
  const pickUp = running.length === 0 ? null : formatStatusStep(runner, running);
  if (pickUp !== null) {
    const cancelled = context.time.signal.aborted ? "This step was cancelled. " : "";
    log.info(`${cancelled}${formatWaitIntro(results)}\n${pickUp}`);
  }
  annotateProblems(log, causes);

  const now = context.time.clock.now();
  await context.outputs.writeSummary(
    formatTaskSummary({
      ...content,
      results: results.map((result) => extendRun(result, now)),
      serverUrl: runner.serverUrl,
      prompt: isPublic(runner) ? null : prompt,
      pickUp,
    }),
  );
  return failed || causes.length > 0 ? 1 : 0;
}

/** Annotates each cause. If several problems share it, the log has the message of each. */
function annotateProblems(log: Log, causes: readonly ProblemGroup[]): void {
  for (const cause of causes) {
    const { message, remedy, all } = cause;
    if (all.length > 1) {
      for (const problem of all) {
        log.info(problem.message);
      }
    }
    const lines = [message, remedy].map((line) => truncate(line, MAX_PROBLEM_LENGTH));
    log.error("Agent task", [...lines, ...formatOthers(cause, MAX_NAMED_TASKS)].join("\n"));
  }
}

/** The workflow step that waits for the tasks. */
function formatStatusStep({ actionRepository, actionRef }: Runner, tasks: readonly Result[]): string {
  const ids = tasks.map(({ report }) => report.task_id);
  const repositories = new Set(tasks.map(({ report }) => report.repository));
  const [repository = ""] = repositories;
  return [
    `- uses: ${actionRepository}/status@${actionRef}`,
    "  with:",
    "    token: ${{ secrets.AGENT_TASKS_TOKEN }}",
    // By default the status action looks in the workflow's repository; "*" makes it use the ID alone.
    `    repository: ${repositories.size > 1 || repository === "" ? '"*"' : repository}`,
    ...(ids.length === 1
      ? [`    task_id: ${ids[0]}`]
      : ["    task_id: |", ...ids.map((id) => `      ${id}`)]),
    "    wait: true",
  ].join("\n");
}
