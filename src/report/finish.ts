import type { ActionContext } from "../context.ts";
import type { Problem } from "../github/agent-tasks/problems.ts";
import type { FailOn } from "../inputs/shared-inputs.ts";
import { isPublic, type Runner } from "../runner/environment.ts";
import { type Log, redactTexts } from "../runner/log.ts";
import { pluralize } from "../text/format.ts";
import { annotateOutcomes } from "./annotations.ts";
import { extendRun } from "./build-result.ts";
import { buildTaskOutputs } from "./outputs.ts";
import { formatOthers, groupProblems, type ProblemGroup } from "./problem-groups.ts";
import type { Result } from "./result.ts";
import { formatTaskSummary } from "./summary.ts";

/** The most tasks that an annotation names beside the first one. */
const MAX_NAMED_TASKS = 10;

/** What a step has come to. */
export interface FinalReport {
  readonly results: readonly Result[];
  readonly problems: readonly Problem[];
  readonly failOn: ReadonlySet<FailOn>;
  /** The prompt as sent, null where there is none to show. */
  readonly prompt: string | null;
}

/**
 * Writes outputs, summary and annotations, and says whether the step failed: by a problem, or by an end that
 * `fail_on` names.
 *
 * @returns the exit status, 0 or 1.
 */
export async function finish(context: ActionContext, { failOn, ...texts }: FinalReport): Promise<number> {
  const { log, runner } = context;
  const { results, problems, prompt } = redactTexts(context.redact, texts);
  context.outputs.write(buildTaskOutputs(results));

  const causes = groupProblems(problems, results);
  const failed = annotateOutcomes(log, results, failOn, causes.length);
  const goOn = results.filter(({ stillRunning }) => stillRunning);
  const pickUp = goOn.length === 0 ? null : formatStatusStep(runner, goOn);
  if (pickUp !== null) {
    const but = context.time.signal.aborted ? "This step was cancelled, but " : "";
    const the = but === "" ? "The" : "the";
    const which = results.length === 1 ? `${the} task` : pluralize(goOn.length, "task");
    const [go, them] = goOn.length === 1 ? ["goes", "it"] : ["go", "them"];
    log.info(`${but}${which} ${go} on. To wait for ${them} in a later step or run:\n${pickUp}`);
  }
  annotateProblems(log, causes);

  const now = context.time.clock.now();
  await context.outputs.writeSummary(
    formatTaskSummary({
      results: results.map((result) => extendRun(result, now)),
      problems,
      prompt: isPublic(runner) ? null : prompt,
      pickUp,
    }),
  );
  return failed || causes.length > 0 ? 1 : 0;
}

/** What went wrong, an annotation for each cause. Where it has many problems, the log has each in its own words. */
function annotateProblems(log: Log, causes: readonly ProblemGroup[]): void {
  for (const cause of causes) {
    const { message, remedy, all } = cause;
    if (all.length > 1) {
      for (const own of all) {
        log.info(own.message);
      }
    }
    const also = formatOthers(cause, MAX_NAMED_TASKS);
    log.error("Agent task", [message, remedy, ...(also === "" ? [] : [also])].join("\n"));
  }
}

/** The step that waits for tasks which go on, as it would be written in a workflow. */
function formatStatusStep({ actionRepository, actionRef }: Runner, tasks: readonly Result[]): string {
  const ids = tasks.map(({ report }) => report.task_id);
  const repositories = new Set(tasks.map(({ report }) => report.repository));
  const [repository = ""] = repositories;
  return [
    `- uses: ${actionRepository}/status@${actionRef}`,
    "  with:",
    "    token: ${{ secrets.AGENT_TASKS_TOKEN }}",
    // The status action looks where it runs, unless it is told to go by the ID alone.
    `    repository: ${repositories.size > 1 || repository === "" ? '""' : repository}`,
    ...(ids.length === 1
      ? [`    task_id: ${ids[0]}`]
      : ["    task_id: |", ...ids.map((id) => `      ${id}`)]),
    "    wait: true",
  ].join("\n");
}
