import type { PageKind } from "../github-page/render-html.ts";
import type { FaultRule, IssueInfo, TaskPlan } from "../simulator/scenario.ts";
import type { OutsideText } from "./outside-text.ts";

/** The repository of the workflow and of its issue. */
export const WORKFLOW_REPOSITORY = "octo/app";

export const ISSUE_NUMBER = 12;

/** One run of the start action. */
export interface Scene {
  /** The name of its pictures. */
  readonly name: string;
  readonly prompt: string;
  /** The repositories in which the action starts a task. */
  readonly repositories: readonly string[];
  readonly plans: readonly TaskPlan[];
  readonly faults?: readonly FaultRule[];
  /** The issue that the step is for. With one, the step comments on it. */
  readonly issue?: Pick<IssueInfo, "title" | "body">;
  readonly exitCode: number;
}

/** A scene that a picture shows. */
export interface PictureScene extends Scene {
  readonly shows: PageKind;
  /** What a reader sees who does not see the picture. */
  readonly alternative: string;
}

const PROMPT = "Update the dependencies to their latest minor versions and make the tests pass.";

const CREDIT = 1_000_000_000;

/** A task that opens a pull request and completes. Times are in seconds. */
function completing(pullRequest: number, endsAfter: number, name = "Update the dependencies"): TaskPlan {
  return {
    steps: [
      { after_seconds: 0, state: "queued", name },
      { after_seconds: 20, state: "in_progress" },
      {
        after_seconds: 120,
        pull_request: { number: pullRequest, draft: true, commits: 1, changed_files: 1 },
      },
      {
        after_seconds: endsAfter,
        state: "completed",
        pull_request: { number: pullRequest, draft: false, commits: 3, changed_files: 5 },
        usage: { type: "ai_credits", amount: (endsAfter / 40) * CREDIT },
      },
    ],
  };
}

/** A task that fails. */
function failing(error: string, endsAfter: number): TaskPlan {
  return {
    steps: [
      { after_seconds: 0, state: "in_progress", name: "Update the dependencies" },
      {
        after_seconds: endsAfter,
        state: "failed",
        branch: { commits: 1, changed_files: 2 },
        error,
        usage: { type: "ai_credits", amount: (endsAfter / 40) * CREDIT },
      },
    ],
  };
}

/** A task that waits for a person. */
function waiting(endsAfter: number): TaskPlan {
  return {
    steps: [
      { after_seconds: 0, state: "in_progress", name: "Update the dependencies" },
      { after_seconds: endsAfter, state: "waiting_for_user", branch: { commits: 2, changed_files: 3 } },
    ],
  };
}

const SUCCESS: PictureScene = {
  name: "success",
  shows: "summary",
  alternative: "The job summary of a task that succeeded: its state, pull request, changes, time and cost.",
  prompt: PROMPT,
  repositories: ["octo/app"],
  plans: [completing(42, 600)],
  exitCode: 0,
};

const FAILURE: PictureScene = {
  name: "failure",
  shows: "summary",
  alternative: "The job summary of a task that failed, with the agent's error and what to do next.",
  prompt: PROMPT,
  repositories: ["octo/app"],
  plans: [failing("npm test ended with exit status 1: 3 of 214 tests fail", 840)],
  exitCode: 1,
};

/** What the README shows. */
export const PICTURES: readonly PictureScene[] = [
  SUCCESS,
  FAILURE,
  {
    name: "repositories",
    shows: "summary",
    alternative:
      "The job summary of tasks in four repositories: what a person has to do, a table, and a chart of when they ran.",
    prompt: PROMPT,
    repositories: ["octo/app", "octo/web", "octo/docs", "octo/api"],
    plans: [
      completing(42, 600),
      completing(7, 1080),
      failing("npm test ended with exit status 1: 3 of 214 tests fail", 840),
      waiting(420),
    ],
    exitCode: 1,
  },
  {
    name: "comment",
    shows: "comment",
    alternative: "The comment on an issue: the task succeeded and has opened a pull request.",
    prompt: "",
    repositories: ["octo/app"],
    plans: [completing(42, 600, "Fix the crash on an empty file")],
    issue: { title: "Crash on an empty file", body: "It crashes if the file is empty." },
    exitCode: 0,
  },
];

/** Forty tasks: as many as a chart shows, and more than the table shows unfolded. */
const FORTY: Scene = {
  name: "forty",
  prompt: PROMPT,
  repositories: Array.from({ length: 40 }, (_, index) => `octo/service-${index + 1}`),
  plans: Array.from({ length: 40 }, (_, index) =>
    index % 9 === 4
      ? failing("npm test ended with exit status 1", 300 + index * 30)
      : completing(100 + index, 300 + index * 30),
  ),
  exitCode: 1,
};

/** A scene that the check opens in a browser. */
export interface CheckedScene {
  readonly scene: Scene;
  /** How many charts, and how many bars in all of them, there must be at least. */
  readonly charts: number;
  readonly bars: number;
}

/** What the check opens, besides the scene with hostile text. */
export const CHECKED: readonly CheckedScene[] = [
  { scene: SUCCESS, charts: 0, bars: 0 },
  { scene: FAILURE, charts: 0, bars: 0 },
  { scene: FORTY, charts: 1, bars: 40 },
];

/**
 * Tasks whose names, states, errors, branches and addresses are text from outside, and a start that GitHub rejects with
 * such a text.
 *
 * @param texts one for each task. With other texts the summary differs in these words alone.
 */
export function createOutsideScene(name: string, texts: readonly OutsideText[]): CheckedScene {
  const repositories = texts.map((_, index) => `octo/outside-${index + 1}`);
  const scene: Scene = {
    name,
    prompt: texts.map(({ text }) => text).join("\n\n"),
    repositories: [...repositories, "octo/rejected"],
    plans: texts.map(({ text, address }, index) => ({
      repository: repositories[index] ?? "",
      steps: [
        { after_seconds: 0, state: "in_progress", name: `name ${text}` },
        {
          after_seconds: 120 + index,
          state: index === 0 ? "failed" : "completed",
          branch: { head_ref: `branch-${text}`, base_ref: `base-${text}`, commits: 1, changed_files: 1 },
          error: `error ${text}`,
        },
      ],
      ...(address === null ? {} : { extra: { html_url: address } }),
    })),
    faults: [
      {
        on: { kind: "start", repository: "octo/rejected" },
        do: { type: "unprocessable", message: `message ${texts.map(({ text }) => text).join(" ")}` },
      },
    ],
    issue: {
      title: `title ${texts[0]?.text ?? ""}`,
      body: texts.map(({ text }) => text).join("\n\n"),
    },
    exitCode: 1,
  };
  return { scene, charts: 1, bars: texts.length };
}
