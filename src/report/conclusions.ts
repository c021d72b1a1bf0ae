import type { FailOn } from "../inputs/shared-inputs.ts";

/** The status of each result of a step, from worst to best; empty while a task has no conclusion. */
export const STATUSES = [
  "not_started",
  "failure",
  "timed_out",
  "cancelled",
  "action_required",
  "not_seen",
  "",
  "neutral",
  "skipped",
  "success",
] as const;

export type Status = (typeof STATUSES)[number];

/** The output `conclusion`: GitHub's word, `skipped` if another task was active, or empty. */
export type ReportedConclusion = Exclude<Status, "not_started" | "not_seen">;

/** What a person may have to act on, most urgent first. `reported`: the agent reported an error, but did not fail. */
export const NEEDS = [
  "failure",
  "action_required",
  "timed_out",
  "cancelled",
  "neutral",
  "skipped",
  "no_changes",
  "reported",
] as const;

export type Need = (typeof NEEDS)[number];

/** The annotation for a task. */
export interface AnnotationWords {
  /** docs/errors.md documents the titles. */
  readonly title: string;
  /** @param facts `task` is what the log calls it; `said` quotes the agent, or is empty. The task's address follows. */
  readonly text: (facts: { readonly task: string; readonly said: string; readonly state: string }) => string;
  /** What several tasks have in common. Their number precedes it. */
  readonly plural: string;
}

/** The conclusion of a task that the step followed, empty while it has none. */
export type FollowedConclusion = Exclude<ReportedConclusion, "skipped">;

/** The colour of a task's bar in the chart. */
export type GanttBar = "green" | "red" | "amber" | "grey";

type OutcomeWords = Record<Status | "wait_timeout", { readonly icon: string; readonly label: string }> &
  Record<FollowedConclusion, { readonly bar: GanttBar }> &
  Record<FailOn, AnnotationWords> &
  Record<Need, { readonly label: string; readonly nextStep: (task: string) => string }>;

/** The words and icons for each outcome. The bar of a task that waits, or may still be running, is amber. */
export const OUTCOMES: Readonly<OutcomeWords> = {
  not_started: { icon: "❌", label: "not started" },
  failure: {
    icon: "❌",
    label: "failure",
    bar: "red",
    title: "Agent task failed",
    text: ({ task, said }) => `${task} failed.${said} See its session log:`,
    plural: "tasks failed",
    nextStep: (task) => `Open ${task} and check its session log before you start another one.`,
  },
  timed_out: {
    icon: "❌",
    label: "timed out",
    bar: "red",
    title: "Agent task timed out",
    text: ({ task, said }) =>
      `${task} reached GitHub's time limit for a session.${said} Split the work into smaller tasks:`,
    plural: "tasks reached GitHub's time limit for a session",
    nextStep: (task) => `Open ${task} and check its session log, then split the work into smaller tasks.`,
  },
  cancelled: {
    icon: "🚫",
    label: "cancelled",
    bar: "red",
    title: "Agent task cancelled",
    text: ({ task, said }) => `${task} was cancelled on GitHub.${said}`,
    plural: "tasks were cancelled on GitHub",
    nextStep: () => "Start a new task if the work is still needed.",
  },
  action_required: {
    icon: "✋",
    label: "action required",
    bar: "amber",
    title: "Agent task waits for a person",
    text: ({ task, said }) => `${task} is waiting for a person to answer.${said} Answer it here:`,
    plural: "tasks are waiting for a person to answer",
    nextStep: (task) => `The agent is waiting for a person. Open ${task} and answer it.`,
  },
  not_seen: { icon: "▶️", label: "unknown" },
  "": { icon: "▶️", label: "running", bar: "amber" },
  neutral: {
    icon: "⚪",
    label: "neutral",
    bar: "grey",
    title: "Agent task is neutral",
    text: ({ task, said }) => `${task} stopped without a branch or a pull request.${said} Read its answer:`,
    plural: "tasks stopped without a branch or a pull request",
    nextStep: (task) =>
      `The agent stopped without a branch or a pull request. Open ${task} to read its answer.`,
  },
  skipped: {
    icon: "⏭️",
    label: "skipped",
    title: "Agent task skipped",
    text: ({ task }) => `${task} was found, so no task was started, and fail_on includes skipped.`,
    plural: "tasks were skipped, and fail_on includes skipped",
    nextStep: () => "Nothing was started.",
  },
  success: { icon: "✅", label: "success", bar: "green" },
  no_changes: {
    label: "no changes",
    title: "Agent task without changes",
    text: ({ task }) => `${task} changed no files, and fail_on includes no_changes.`,
    plural: "tasks changed no files, and fail_on includes no_changes",
    nextStep: (task) => `Open ${task} to see why. Often the work was already done.`,
  },
  wait_timeout: {
    icon: "⌛",
    label: "still running when the wait timed out",
    title: "Waiting timed out",
    text: ({ task, state }) =>
      `${task} was still ${state} when the wait ended (see timeout_minutes). It is still running:`,
    plural: "tasks were still running when the wait ended (see timeout_minutes)",
  },
  reported: {
    label: "reported errors",
    nextStep: () => "The agent reported an error, but the task did not fail.",
  },
};

/** The warning for a task without changes, whether or not `fail_on` names `no_changes`. */
export const NO_CHANGES_WARNING: AnnotationWords = {
  title: "No changes",
  text: ({ task }) => `${task} settled without changing a file.`,
  plural: "tasks settled without changing a file",
};
