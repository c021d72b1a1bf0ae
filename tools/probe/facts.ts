import { hasPullRequest, type Task } from "../../src/github/agent-tasks/task.ts";
import { isRecord } from "../../src/text/json.ts";
import { type Exchange, type Observations, PLACES, type Place } from "./observe.ts";

/** The answer to a fact. */
export interface Verdict {
  readonly answer: "yes" | "no" | "not_seen";
  /** What the probe saw, or why it saw nothing. May contain text from the server. */
  readonly seen: string;
}

/** An assumed fact about the API, as a question, and how to answer it. */
export interface Fact {
  readonly id: string;
  readonly question: string;
  readonly answer: (observations: Observations) => Verdict;
}

const PLACE_NAMES: Readonly<Record<Place, string>> = {
  get: "GET by repository and ID",
  get_by_id: "GET by ID alone",
  list: "the repository's list by creator_id and since",
  list_all: "the list of all tasks",
};

const isFound = ({ task }: Exchange) => task !== null;
const isWrapped = ({ data }: Exchange) => isRecord(data) && isRecord(data.task);
const promptOf = (task: Task | null) => task?.sessions?.at(-1)?.prompt ?? null;
const seconds = (ms: number) => `${Math.round(ms / 100) / 10} s`;
const lastStatus = (polls: readonly Exchange[]) => `HTTP status: ${polls.at(-1)?.status ?? "none"}`;
const decide = (is: boolean, seen: string): Verdict => ({ answer: is ? "yes" : "no", seen });
const notSeen = (seen: string): Verdict => ({ answer: "not_seen", seen });

/** Every fact, in the order of the report. */
export const FACTS: readonly Fact[] = [
  {
    id: "bare",
    question: "Do the start and GET return the task itself, not {task: …}?",
    answer: ({ start, polls }) => decide(![start, ...polls.get].some(isWrapped), `HTTP ${start.status}`),
  },
  {
    id: "start_html_url",
    question: "Does the start return html_url?",
    answer: ({ task: { htmlUrl } }) => decide(htmlUrl !== "", htmlUrl || "none"),
  },
  ...PLACES.flatMap((place): Fact[] => [
    {
      id: `${place}_at_once`,
      question: `Does ${PLACE_NAMES[place]} show the task at once?`,
      answer: ({ polls, startedAt }) => answerAtOnce(polls[place], startedAt),
    },
    {
      id: `not_modified_${place}`,
      question: `Does ${PLACE_NAMES[place]} answer 304 to its own ETag?`,
      answer: ({ polls }) => answerNotModified(polls[place]),
    },
  ]),
  { id: "prompt_exact", question: "Is sessions[].prompt exactly the prompt?", answer: answerPrompt },
  {
    id: "prompt_last_line",
    question: "Does sessions[].prompt end with the prompt's last line?",
    answer: ({ final, trace }) => {
      const line = promptOf(final)?.trimEnd().split("\n").at(-1);
      return line === undefined ? notSeen("no prompt") : decide(line === trace, JSON.stringify(line));
    },
  },
  {
    id: "prompt_at_once",
    question: "Is sessions[].prompt there when GET first finds the task?",
    answer: ({ polls, startedAt }) => {
      const first = polls.get.find(({ task }) => promptOf(task) !== null);
      return first === undefined
        ? notSeen("no prompt")
        : decide(first === polls.get.find(isFound), `after ${seconds(first.sentAt - startedAt)}`);
    },
  },
  {
    id: "rate_limit_core",
    question: "Do agent tasks count towards the rate limit named core?",
    answer: ({ start: { headers } }) => {
      const [name, used, limit] = ["resource", "used", "limit"].map((key) =>
        headers.get(`x-ratelimit-${key}`),
      );
      return name
        ? decide(name === "core", `${name}: ${used} of ${limit} used`)
        : notSeen("no x-ratelimit-resource");
    },
  },
  {
    id: "rests_completed",
    question: "Does a task without changes end as completed?",
    answer: ({ final, settledAt, startedAt, endedAt }) => {
      const seen = `${final?.state ?? "never found"} after ${seconds((settledAt ?? endedAt) - startedAt)}`;
      return settledAt === null ? notSeen(seen) : decide(final?.state === "completed", seen);
    },
  },
  {
    id: "no_pull_request",
    question: "Does create_pull_request: false prevent a pull request?",
    answer: ({ final }) => {
      const types = final?.artifacts.map(({ type }) => type).join(", ") || "none";
      return final === null ? notSeen("never found") : decide(!hasPullRequest(final), `artifacts: ${types}`);
    },
  },
];

/** Whether the first poll found the task. Responses that cannot tell, such as HTTP 500, do not count. */
function answerAtOnce(polls: readonly Exchange[], startedAt: number): Verdict {
  const telling = polls.filter(({ failure, status }) => failure === null || status === 404);
  const found = telling.find(isFound);
  const last = found ?? telling.at(-1);
  if (last === undefined) {
    return notSeen(lastStatus(polls));
  }
  const age = seconds(last.sentAt - startedAt);
  return decide(found === telling[0], found === undefined ? `still missing after ${age}` : `after ${age}`);
}

function answerNotModified(polls: readonly Exchange[]): Verdict {
  const [first, ...repeats] = polls.filter(({ failure }) => failure === null);
  if (first === undefined || !first.headers.has("etag")) {
    return first === undefined ? notSeen(lastStatus(polls)) : decide(false, "no ETag");
  }
  const count = repeats.filter(({ status }) => status === 304).length;
  const seen = `${count} of ${repeats.length}`;
  return count > 0 ? decide(true, seen) : notSeen(`${seen}, the content may have changed`);
}

function answerPrompt({ final, prompt: sent }: Observations): Verdict {
  const prompt = promptOf(final);
  if (prompt === null) {
    return final?.sessions?.length ? decide(false, "absent") : notSeen("no session");
  }
  const form = prompt.trim() === sent.trim() ? "without white space at its ends" : "another text";
  return decide(prompt === sent, prompt === sent ? "exact" : `${form} (${JSON.stringify(prompt)})`);
}
