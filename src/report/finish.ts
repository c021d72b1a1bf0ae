import type { Step } from "../context.ts";
import type { Problem } from "../github/agent-tasks/problems.ts";
import type { FailOn } from "../inputs/shared-inputs.ts";
import { isPublic, type Runner } from "../runner/environment.ts";
import { type Log, redactTexts } from "../runner/log.ts";
import { counted } from "../text/format.ts";
import { tellEnds } from "./annotations.ts";
import { seenUntil } from "./build-result.ts";
import { taskOutputs } from "./outputs.ts";
import { alsoIn, type SharedProblem, sharedProblems } from "./problem-groups.ts";
import type { Result } from "./result.ts";
import { taskSummary } from "./summary.ts";

/** The most tasks that an annotation names beside the first one. */
const MOST_NAMED = 10;

/** What a step has come to. */
export interface Finish {
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
export async function finish(step: Step, { failOn, ...texts }: Finish): Promise<number> {
  const { log, runner } = step;
  const { results, problems, prompt } = redactTexts(step.redact, texts);
  step.writeOutputs(taskOutputs(results));

  const causes = sharedProblems(problems, results);
  const failed = tellEnds(log, results, failOn, causes.length);
  const goOn = results.filter(({ goesOn }) => goesOn);
  const pickUp = goOn.length === 0 ? null : pickUpStep(runner, goOn);
  if (pickUp !== null) {
    const but = step.signal.aborted ? "This step was cancelled, but " : "";
    const the = but === "" ? "The" : "the";
    const which = results.length === 1 ? `${the} task` : counted(goOn.length, "task");
    const [go, them] = goOn.length === 1 ? ["goes", "it"] : ["go", "them"];
    log.info(`${but}${which} ${go} on. To wait for ${them} in a later step or run:\n${pickUp}`);
  }
  tellCauses(log, causes);

  const now = step.clock.now();
  await step.writeSummary(
    taskSummary({
      results: results.map((result) => seenUntil(result, now)),
      problems,
      prompt: isPublic(runner) ? null : prompt,
      pickUp,
    }),
  );
  return failed || causes.length > 0 ? 1 : 0;
}

/** What went wrong, an annotation for each cause. Where it has many problems, the log has each in its own words. */
function tellCauses(log: Log, causes: readonly SharedProblem[]): void {
  for (const cause of causes) {
    const { message, remedy, all } = cause;
    if (all.length > 1) {
      for (const own of all) {
        log.info(own.message);
      }
    }
    const also = alsoIn(cause, MOST_NAMED);
    log.error("Agent task", [message, remedy, ...(also === "" ? [] : [also])].join("\n"));
  }
}

/** The step that waits for tasks which go on, as it would be written in a workflow. */
function pickUpStep({ actionRepository, actionRef }: Runner, tasks: readonly Result[]): string {
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
