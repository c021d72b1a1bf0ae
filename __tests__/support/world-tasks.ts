import { formatTrace, type TaskTrace } from "../../src/prompt/trace.ts";
import type { ExistingTask } from "../../tools/simulator/scenario.ts";
import { MONA, REPOSITORY } from "./fixtures.ts";
import { type EarlierTask, FINAL_STATES, type Neighbour, PROMPT, type RandomWorld } from "./random-world.ts";

const STRANGER = { login: "eve", id: 2002 };

/** A task that the step did not start, and the part of the random world that describes it. */
export type WorldTask = ExistingTask & { readonly from: Neighbour | EarlierTask };

/** The tasks of a world that the step did not start. @param trace the trace of the step itself. */
export function createWorldTasks(world: RandomWorld, trace: TaskTrace): WorldTask[] {
  // The first attempt of a run has no earlier attempts.
  const earlier = world.attempt === 1 ? [] : world.earlier;
  return [
    ...world.neighbours.map((task, index) => toNeighbourTask(task, index, trace)),
    ...earlier.map((task, index) => toEarlierTask(task, index, trace)),
  ];
}

function toNeighbourTask(from: Neighbour, index: number, trace: TaskTrace): WorldTask {
  const { by, bornAt, shows, omit, minimal } = from;
  return {
    from,
    id: `neighbour-${index}`,
    repository: REPOSITORY,
    creator: by === "user" ? MONA : STRANGER,
    created_seconds_ago: -bornAt,
    prompt: neighbourPrompt(from, trace),
    steps: [{ after_seconds: 0, state: "in_progress", heartbeat_seconds: 10 }],
    session_prompt: shows,
    omit: [...omit],
    minimal,
  };
}

function toEarlierTask(from: EarlierTask, index: number, trace: TaskTrace): WorldTask {
  const { state, completesAt, createdSecondsAgo } = from;
  const isFinal = completesAt === null || FINAL_STATES.includes(state);
  return {
    from,
    id: `earlier-${index}`,
    repository: REPOSITORY,
    creator: MONA,
    created_seconds_ago: createdSecondsAgo,
    prompt: `${PROMPT}\n\n${formatTrace(earlierTrace(from, trace, index))}`,
    steps: [
      { after_seconds: 0, state },
      ...(isFinal ? [] : [{ after_seconds: createdSecondsAgo + completesAt, state: "completed" }]),
    ],
  };
}

function neighbourPrompt({ says }: Neighbour, trace: TaskTrace): string {
  const withTrace = (changes: Partial<TaskTrace>) => `${PROMPT}\n\n${formatTrace({ ...trace, ...changes })}`;
  switch (says) {
    case "something_else":
      return "Write the release notes.";
    case "same_prompt":
      return PROMPT;
    case "other_start":
      return withTrace({ startId: "5eed0000-other" });
    case "other_run":
      return withTrace({ runUrl: `${trace.runUrl}1`, startId: "5eed0000-other-run" });
    case "mentions_start":
      return `See what this did:\n${formatTrace(trace)}\nWrite a report of it.`;
    case "forged":
      return withTrace({ startId: "5eed0000-forged-start" });
    case "forged_earlier":
      return withTrace({ attempt: 1, startId: "5eed0000-forged" });
  }
}

function earlierTrace({ of }: EarlierTask, trace: TaskTrace, index: number): TaskTrace {
  const earlier = { ...trace, attempt: 1, startId: `5eed0000-earlier-${index}` };
  switch (of) {
    case "same_step":
      return earlier;
    case "other_step":
      return { ...earlier, step: `${trace.step}_2` };
    case "other_matrix_job":
      return { ...earlier, step: "start-task#abcdef012345" };
    case "other_job":
      return { ...earlier, key: `${trace.key}-2` };
    case "other_run":
      return { ...earlier, runUrl: `${trace.runUrl}1` };
  }
}
