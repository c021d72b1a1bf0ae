import type { FailOn } from "../inputs/shared-inputs.ts";
import type { Log } from "../runner/log.ts";
import { joinList, pluralize, truncate } from "../text/format.ts";
import { type AnnotationWords, NO_CHANGES_WARNING, OUTCOMES } from "./conclusions.ts";
import {
  getOutcomes,
  getPullRequestLabel,
  hasNoChanges,
  isSeen,
  isStarted,
  nameResults,
  type Result,
} from "./result.ts";

/** GitHub shows only this many errors of a step. */
const MAX_ERROR_ANNOTATIONS = 10;

/** If more tasks have the same outcome, they share an annotation. */
const MAX_SEPARATE_ANNOTATIONS = 5;

const MAX_NAMED_TASKS = 10;

/** How much of the agent's error an annotation quotes, in characters. The log and the outputs have more. */
const MAX_QUOTE_LENGTH = 1_000;

/** GitHub's own states are far shorter, in characters. */
const MAX_STATE_LENGTH = 100;

/**
 * Logs one line per task and annotates outcomes that need attention. Many tasks with the same outcome share an
 * annotation, because GitHub shows ten per step; the log then has the text for each task.
 *
 * @param otherErrors how many errors the step annotates besides those of the tasks.
 * @returns whether an outcome fails the step.
 */
export function annotateOutcomes(
  log: Log,
  results: readonly Result[],
  failOn: ReadonlySet<FailOn>,
  otherErrors: number,
): boolean {
  const tasks = results.filter(isStarted).map((task) => ({ task, own: buildAnnotations(task, failOn) }));
  const annotations = tasks.flatMap(({ own }) => own);
  const errors = annotations.filter(({ level }) => level === "error").length;
  const maxSeparateErrors = errors + otherErrors > MAX_ERROR_ANNOTATIONS ? 1 : MAX_SEPARATE_ANNOTATIONS;
  const byTitle = Map.groupBy(annotations, ({ title }) => title);
  const isShared = ({ level, title }: Annotation): boolean =>
    (byTitle.get(title)?.length ?? 0) > (level === "error" ? maxSeparateErrors : MAX_SEPARATE_ANNOTATIONS);

  for (const { task, own } of tasks) {
    log.info(`${formatSubject(task)}: ${formatStatusLine(task)}`);
    for (const annotation of own) {
      if (isShared(annotation)) {
        log.info(annotation.text);
      } else {
        log[annotation.level](annotation.title, annotation.text);
      }
    }
  }
  const names = nameResults(results);
  for (const group of byTitle.values()) {
    const [first] = group;
    if (first !== undefined && isShared(first)) {
      const named = joinList(
        group.map(({ task }) => names.get(task) ?? ""),
        MAX_NAMED_TASKS,
      );
      log[first.level](
        first.title,
        `${group.length} ${first.plural}: ${named}. The log has a line for each.`,
      );
    }
  }
  return errors > 0;
}

/** An annotation for one task. Annotations share a title only if they are for the same outcome. */
interface Annotation {
  readonly task: Result;
  readonly level: "warning" | "error";
  readonly title: string;
  readonly text: string;
  readonly plural: string;
}

function buildAnnotations(task: Result, failOn: ReadonlySet<FailOn>): readonly Annotation[] {
  const { error_message: error, state, task_url: url } = task.report;
  const facts = {
    task: formatSubject(task),
    said: error === "" ? "" : ` The agent reported: ${toSentence(truncate(error, MAX_QUOTE_LENGTH))}`,
    state: truncate(state, MAX_STATE_LENGTH),
  };
  const annotate = (level: Annotation["level"], { title, text, plural }: AnnotationWords): Annotation => ({
    task,
    level,
    title,
    text: `${text(facts)} ${url}`.trimEnd(),
    plural,
  });
  return [
    ...(hasNoChanges(task) ? [annotate("warning", NO_CHANGES_WARNING)] : []),
    ...getOutcomes(task)
      .filter((outcome) => failOn.has(outcome))
      .map((outcome) => annotate("error", OUTCOMES[outcome])),
  ];
}

/** Ends the agent's words with a full stop, so that the sentence that follows stands apart. */
function toSentence(text: string): string {
  const trimmed = text.trim();
  return /[.!?…]$/.test(trimmed) ? trimmed : `${trimmed}.`;
}

function formatSubject({ report }: Result): string {
  return `Task ${report.task_id}${report.repository === "" ? "" : ` in ${report.repository}`}`;
}

/** The status of a task, its changes and its address. */
function formatStatusLine(task: Result): string {
  const { conclusion, state, commits, changed_files: files, ...report } = task.report;
  const label = getPullRequestLabel(task.report);
  const kind = label === "open" || label === "" ? "" : `${label} `;
  return [
    isSeen(task) ? conclusion || state : OUTCOMES.not_seen.label,
    ...(report.pull_request_number === null
      ? []
      : [`${kind}pull request #${report.pull_request_number} ${report.pull_request_url}`]),
    ...(commits === null || files === null
      ? []
      : [pluralize(commits, "commit"), pluralize(files, "changed file")]),
    ...(report.task_url === "" ? [] : [report.task_url]),
  ].join(", ");
}
