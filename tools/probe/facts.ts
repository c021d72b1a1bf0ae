import { isDeepStrictEqual } from "node:util";
import { type Exchange, faultOf, headerOf, outcomeOf } from "./exchange.ts";
import {
  type ConditionalCheck,
  type Found,
  type FoundLook,
  isFound,
  type Look,
  type Observations,
  PLACES,
  type Place,
  POLLED,
  type Polled,
  restOf,
  userIdOf,
} from "./observations.ts";

/** What a probe says of a fact. */
export interface Verdict {
  readonly answer: "yes" | "no" | "not_seen";
  /** What was seen, or why nothing was. May hold texts of the server's, as they came. */
  readonly seen: string;
}

/** A fact that nobody has shown, as a question, and how it is decided. */
export interface Fact {
  readonly id: string;
  readonly topic: string;
  readonly question: string;
  readonly decide: (seen: Observations) => Verdict;
}

const yes = (seen: string): Verdict => ({ answer: "yes", seen });
const no = (seen: string): Verdict => ({ answer: "no", seen });
const notSeen = (seen: string): Verdict => ({ answer: "not_seen", seen });
const either = (is: boolean, seen: string): Verdict => (is ? yes(seen) : no(seen));

const STOPPED = "stopped before this was looked at";

/** What a task is asked for in, in words. */
const ADDRESS: Readonly<Record<Place, string>> = {
  get: "GET by repository and ID",
  get_by_id: "GET by ID alone",
  list: "the repository's list",
  list_all: "the list of all tasks",
};

/** Every fact, in the order of the report. */
export const FACTS: readonly Fact[] = [
  {
    id: "start_bare",
    topic: "The start's answer",
    question: "Is it the task itself, not {task: …}?",
    decide: ({ start, started }) => either(!started.wrapped, shape(start, started)),
  },
  {
    id: "start_html_url",
    topic: "The start's answer",
    question: "Has it html_url?",
    decide: ({ started }) => either(started.task.htmlUrl !== "", started.task.htmlUrl || "none"),
  },
  {
    id: "start_no_sessions",
    topic: "The start's answer",
    question: "Is it without sessions?",
    decide: ({ started }) => either(!("sessions" in started.json), fields(started)),
  },
  ...PLACES.map(
    (place): Fact => ({
      id: `${place}_at_once`,
      topic: "Finding the task",
      question: `Does ${ADDRESS[place]} have it at once?`,
      decide: (seen) => foundAtOnce(seen, place),
    }),
  ),
  {
    id: "get_by_id_works",
    topic: "Finding the task",
    question: `Does ${ADDRESS.get_by_id} work?`,
    decide: ({ looks: { get_by_id } }) => {
      const last = get_by_id.at(-1);
      if (last === undefined) {
        return notSeen(STOPPED);
      }
      const isRefused = faultOf(last.exchange)?.kind === "rejected";
      return last.found !== null || isRefused
        ? either(last.found !== null, outcomeOf(last.exchange))
        : notSeen(outcomeOf(last.exchange));
    },
  },
  {
    id: "get_bare",
    topic: "Finding the task",
    question: "Is GET's answer the task itself, not {task: …}?",
    decide: ({ looks }) => {
      const look = lastFound(looks.get);
      return look === null
        ? notSeen("never found")
        : either(!look.found.wrapped, shape(look.exchange, look.found));
    },
  },
  {
    id: "list_no_sessions",
    topic: "Finding the task",
    question: "Is a list's entry without sessions?",
    decide: ({ looks }) => {
      const found = lastFound(looks.list)?.found;
      return found === undefined
        ? notSeen("never found")
        : either(!("sessions" in found.json), fields(found));
    },
  },
  {
    id: "list_artifacts",
    topic: "Finding the task",
    question: "Has a list's entry the task's artifacts?",
    decide: ({ looks, since }) => {
      const own = lastFound(looks.get)?.found.task.artifacts ?? [];
      const listed = (since === null ? null : lastFound([since.before, since.after]))?.found.task.artifacts;
      return own.length === 0 || listed === undefined
        ? notSeen(own.length === 0 ? "the task has none" : "not in the list")
        : either(listed.length === own.length, `${listed.length} of ${own.length}`);
    },
  },
  ...POLLED.flatMap(conditionalFacts),
  {
    id: "prompt_exact",
    topic: "sessions[].prompt",
    question: "Is it the prompt, to the letter?",
    decide: promptExact,
  },
  {
    id: "prompt_last_line",
    topic: "sessions[].prompt",
    question: "Does it end with the prompt's last line?",
    decide: ({ looks, trace }) => {
      const prompt = lastPrompt(looks.get);
      const line = prompt?.trimEnd().split("\n").at(-1) ?? "";
      return prompt === null ? notSeen("no prompt") : either(line === trace, quote(line));
    },
  },
  {
    id: "prompt_at_once",
    topic: "sessions[].prompt",
    question: "Is it there the first time that GET finds the task?",
    decide: (seen) => {
      const found = seen.looks.get.filter((look) => look.found !== null);
      const first = found.findIndex((look) => promptOf(look) !== null);
      return first === -1
        ? notSeen("no prompt")
        : either(first === 0, `after ${age(seen, found[first]?.exchange)}`);
    },
  },
  {
    id: "since_updated_at",
    topic: "A list's filters",
    question: "Does since list what was updated at that time or later, and nothing else?",
    decide: sinceFilters,
  },
  {
    id: "creator_id_filter",
    topic: "A list's filters",
    question: "Does creator_id list that user's tasks alone?",
    decide: ({ creator, looks }) => {
      if (creator === null) {
        return notSeen("the creator is not known, or stopped before");
      }
      const { mine, other } = creator;
      const failure = [mine, other].find(({ exchange }) => faultOf(exchange) !== null);
      if (failure === undefined && mine.found === null && lastFound(looks.list) === null) {
        return notSeen("not in the list at all");
      }
      return failure === undefined
        ? either(
            mine.found !== null && other.found === null,
            `with the creator's ID ${mine.found === null ? "missing" : "listed"}, with another ` +
              `${other.found === null ? "missing" : "listed"}`,
          )
        : notSeen(outcomeOf(failure.exchange));
    },
  },
  {
    id: "creator_is_user",
    topic: "A list's filters",
    question: "Is creator.id that of GET /user?",
    decide: ({ user, started, looks }) => {
      const creator = started.task.creatorId || lastFound(looks.get)?.found.task.creatorId || "";
      const id = userIdOf(user);
      return creator === "" || id === null
        ? notSeen(id === null ? `GET /user: ${outcomeOf(user)}` : "no creator")
        : either(creator === id, `creator ${creator}, user ${id}`);
    },
  },
  {
    id: "date_header",
    topic: "Headers",
    question: "Has every answer a Date?",
    decide: (seen) => {
      const all = answersOf(seen);
      const dated = all.filter((made) => dateOf(made) !== null).length;
      return either(dated === all.length, `${dated} of ${all.length} answers`);
    },
  },
  {
    id: "clock_right",
    topic: "Headers",
    question: "Is this machine's clock the server's, to 2 s?",
    decide: clockRight,
  },
  {
    id: "rate_limit_core",
    topic: "Headers",
    question: "Are agent tasks counted in the limit named core?",
    decide: ({ start }) => {
      const resource = headerOf(start, "x-ratelimit-resource");
      const limit = headerOf(start, "x-ratelimit-limit") ?? "?";
      const used = headerOf(start, "x-ratelimit-used") ?? "?";
      return resource === null
        ? notSeen("no x-ratelimit-resource")
        : either(resource === "core", `${resource}: ${used} of ${limit} used after the start`);
    },
  },
  {
    id: "token_expiration",
    topic: "Headers",
    question: "Is there github-authentication-token-expiration?",
    decide: ({ start }) => {
      const at = headerOf(start, "github-authentication-token-expiration");
      return either(at !== null, at ?? "none; right for a token that never ends");
    },
  },
  {
    id: "api_version",
    topic: "Headers",
    question: "Is the API version accepted that was sent?",
    decide: ({ start, apiVersion }) => {
      const selected = headerOf(start, "x-github-api-version-selected");
      const ends = headerOf(start, "sunset") ?? headerOf(start, "deprecation");
      const seen = `sent ${apiVersion ?? "none"}, selected ${selected ?? "not said"}`;
      return either(
        selected === null || selected === apiVersion,
        ends === null ? seen : `${seen}, ends ${ends}`,
      );
    },
  },
  {
    id: "token_kind",
    topic: "Headers",
    question: "Does this kind of token work?",
    decide: ({ tokenKind }) => yes(`${tokenKind}, by its prefix`),
  },
  {
    id: "rests_completed",
    topic: "The end",
    question: "Does a task without changes come to rest as completed?",
    decide: (seen) => {
      const rest = restOf(seen.looks.get);
      const last = lastFound(seen.looks.get)?.found.task.state ?? "never found";
      return rest === null
        ? notSeen(`${last} after ${seconds(seen.followedMs)}`)
        : either(rest.state === "completed", `${rest.state} after ${age(seen, rest.first.exchange)}`);
    },
  },
  {
    id: "updated_at_rests",
    topic: "The end",
    question: "Does updated_at stand still while it rests?",
    decide: updatedAtRests,
  },
  {
    id: "one_session",
    topic: "The end",
    question: "Is session_count 1?",
    decide: ({ looks }) => {
      const found = lastFound(looks.get)?.found;
      const count = found?.task.sessionCount ?? null;
      return count === null
        ? notSeen("no session_count")
        : either(
            count === 1,
            `session_count ${count}, sessions ${found?.task.sessions?.length ?? "not there"}`,
          );
    },
  },
  {
    id: "no_pull_request",
    topic: "The end",
    question: "Is there no pull request, as create_pull_request false asks?",
    decide: ({ looks }) => {
      const found = lastFound(looks.get)?.found;
      return found === undefined
        ? notSeen("never found")
        : either(!found.task.artifacts.some(({ type }) => type === "pull"), artifactsOf(found));
    },
  },
  {
    id: "pull_global_id",
    topic: "The end",
    question: "Have pull request artifacts a global_id?",
    decide: ({ looks }) => {
      const found = lastFound(looks.get)?.found;
      const pulls = found?.task.artifacts.filter((artifact) => artifact.type === "pull") ?? [];
      return pulls.length === 0
        ? notSeen("no pull request was made")
        : either(
            pulls.every(({ globalId }) => globalId !== ""),
            pulls.map(({ globalId }) => globalId || "none").join(", "),
          );
    },
  },
];

/** ETags at one of the addresses that are polled. */
function conditionalFacts(place: Polled): Fact[] {
  const fact = (id: string, question: string, decide: (check: ConditionalCheck) => Verdict): Fact => ({
    id: `${id}_${place}`,
    topic: `ETags: ${ADDRESS[place]}`,
    question,
    decide: ({ conditional }) => {
      if (conditional === null) {
        return notSeen(STOPPED);
      }
      const check = conditional[place];
      return faultOf(check.before) === null ? decide(check) : notSeen(outcomeOf(check.before));
    },
  });
  return [
    fact("etag", "Has it an ETag?", ({ before }) => {
      const etag = headerOf(before, "etag");
      return either(etag !== null, etag ?? "none");
    }),
    fact("not_modified", "Does If-None-Match answer 304?", notModified),
    fact("free", "Is a 304 free of the rate limit?", freeOfLimit),
  ];
}

function notModified({ before, repeats }: ConditionalCheck): Verdict {
  if (repeats.length === 0) {
    return notSeen("no ETag");
  }
  const count = repeats.filter(is304).length;
  if (count > 0) {
    return yes(`${count} of ${repeats.length}`);
  }
  const isSame = repeats.some(
    (made) =>
      made.kind === "answered" && before.kind === "answered" && isDeepStrictEqual(made.data, before.data),
  );
  const outcomes = [...new Set(repeats.map(outcomeOf))].join(", ");
  return isSame ? no(`${outcomes} with the same content`) : notSeen(`${outcomes}, the content changes`);
}

/** Counts what the server says was used between two full answers, less what is not 304. */
function freeOfLimit({ before, repeats, after }: ConditionalCheck): Verdict {
  const count = repeats.filter(is304).length;
  if (count === 0 || after === null) {
    return notSeen("no 304");
  }
  const [first, last] = [limitOf(before), limitOf(after)];
  if (first === null || last === null || first.window !== last.window) {
    return notSeen("no rate limit headers, or a new hour began");
  }
  const extra = last.used - first.used - (repeats.length - count) - 1;
  const seen = `${last.used - first.used} used by ${count} times 304 and ${repeats.length - count + 1} more`;
  if (extra <= 0) {
    return yes(seen);
  }
  return extra >= count ? no(seen) : notSeen(`${seen}: others use the limit too`);
}

function limitOf(made: Exchange): { readonly used: number; readonly window: string } | null {
  const used = headerOf(made, "x-ratelimit-used");
  const window = `${headerOf(made, "x-ratelimit-resource")} ${headerOf(made, "x-ratelimit-reset")}`;
  return used === null || !/^\d+$/.test(used) ? null : { used: Number(used), window };
}

function is304(made: Exchange): boolean {
  return made.kind === "answered" && made.status === 304;
}

/** Whether the first look found it. Answers that say nothing of it, such as HTTP 500, do not count. */
function foundAtOnce(seen: Observations, place: Place): Verdict {
  const looks = seen.looks[place];
  const telling = looks.filter(
    ({ found, exchange }) =>
      found !== null ||
      (exchange.kind === "answered" && (exchange.status === 404 || exchange.status === 200)),
  );
  const first = telling.findIndex(({ found }) => found !== null);
  const at = (index: number) => age(seen, telling[index]?.exchange);
  if (telling.length === 0) {
    const last = looks.at(-1);
    return notSeen(last === undefined ? STOPPED : outcomeOf(last.exchange));
  }
  if (first === -1) {
    return no(`missing until ${at(telling.length - 1)}`);
  }
  return first === 0 ? yes(`after ${at(0)}`) : no(`missing after ${at(first - 1)}, there after ${at(first)}`);
}

function promptExact(seen: Observations): Verdict {
  const withSession = seen.looks.get.filter((look) => (look.found?.task.sessions?.length ?? 0) > 0);
  const form = (look: Look) => formOf(promptOf(look), seen.prompt);
  const last = withSession.at(-1);
  if (last === undefined) {
    return notSeen("no session");
  }
  const final = form(last);
  // From when on it has been as it is at the end.
  const before = withSession.findLastIndex((look) => form(look) !== final);
  const since = age(seen, withSession[before + 1]?.exchange);
  const prompt = promptOf(last);
  const said = final === "exact" || prompt === null ? "" : ` (${quote(prompt)})`;
  return either(final === "exact", `${FORMS[final]}, from ${since} on${said}`);
}

/** How a prompt can come back. */
const FORMS = {
  exact: "exact",
  trimmed: "without white space at its ends",
  around: "with text around it",
  different: "another text",
  absent: "absent",
} as const;

function formOf(prompt: string | null, sent: string): keyof typeof FORMS {
  if (prompt === null) {
    return "absent";
  }
  if (prompt === sent) {
    return "exact";
  }
  if (prompt.trim() === sent.trim()) {
    return "trimmed";
  }
  return prompt.includes(sent.trim()) ? "around" : "different";
}

/** The prompt of the first session; null where there is none. */
function promptOf({ found }: Look): string | null {
  return found?.task.sessions?.at(-1)?.prompt ?? null;
}

function lastPrompt(looks: readonly Look[]): string | null {
  return looks.map(promptOf).findLast((prompt) => prompt !== null) ?? null;
}

function sinceFilters({ since }: Observations): Verdict {
  if (since === null) {
    return notSeen("not in the list, no updated_at, or stopped before");
  }
  const { before, earlier, same, later, after } = since;
  const failure = Object.values(since).find(({ exchange }) => faultOf(exchange) !== null);
  if (failure !== undefined) {
    return notSeen(outcomeOf(failure.exchange));
  }
  const { createdAt = 0, updatedAt = null } = before.found?.task ?? {};
  if (updatedAt === null || after.found?.task.updatedAt !== updatedAt) {
    return notSeen("updated_at moved meanwhile");
  }
  const listed = (look: Look) => (look.found === null ? "missing" : "listed");
  const told = `1 s before updated_at ${listed(earlier)}, at it ${listed(same)}, 1 s after it ${listed(later)}`;
  const filters = same.found !== null && later.found === null;
  return filters && createdAt >= updatedAt
    ? notSeen(`${told}; but created_at is the same`)
    : either(filters, told);
}

/** From the quickest answer, whose time is the least in doubt. `Date` has whole seconds. */
function clockRight(seen: Observations): Verdict {
  const dated = answersOf(seen).flatMap((made) => {
    const date = dateOf(made);
    const sent = made.sentAt;
    const tripMs = made.receivedAt - sent;
    return date === null ? [] : [{ tripMs, aheadS: date / 1000 - Math.floor((sent + tripMs / 2) / 1000) }];
  });
  const [first, ...others] = dated;
  if (first === undefined) {
    return notSeen("no Date");
  }
  const { aheadS, tripMs } = others.reduce((a, b) => (b.tripMs < a.tripMs ? b : a), first);
  const off = aheadS === 0 ? "the same" : `${Math.abs(aheadS)} s ${aheadS > 0 ? "behind" : "ahead"}`;
  return either(Math.abs(aheadS) <= 2, `this machine's is ${off} (answer within ${seconds(tripMs)})`);
}

function dateOf(made: Exchange): number | null {
  const date = Date.parse(headerOf(made, "date") ?? "");
  return Number.isNaN(date) ? null : date;
}

function answersOf({ user, start, looks }: Observations): Exchange[] {
  const all = [user, start, ...PLACES.flatMap((place) => looks[place].map((look) => look.exchange))];
  return all.filter(({ kind }) => kind === "answered");
}

function updatedAtRests({ looks }: Observations): Verdict {
  const rest = restOf(looks.get);
  if (rest === null) {
    return notSeen("it does not rest");
  }
  const last = rest.looks.at(-1) ?? rest.first;
  const watchedMs = last.exchange.sentAt - rest.first.exchange.sentAt;
  const times = new Set(rest.looks.map(({ found }) => found.task.updatedAt));
  if (times.has(null)) {
    return notSeen("no updated_at");
  }
  if (times.size === 1 && watchedMs < 30_000) {
    return notSeen(`watched for ${seconds(watchedMs)} only`);
  }
  return either(times.size === 1, `${times.size - 1} changes in ${seconds(watchedMs)} as ${rest.state}`);
}

function lastFound(looks: readonly Look[]): FoundLook | null {
  return looks.filter(isFound).at(-1) ?? null;
}

function artifactsOf({ task }: Found): string {
  return `artifacts: ${task.artifacts.map(({ type }) => type).join(", ") || "none"}`;
}

function shape(made: Exchange, { wrapped }: Found): string {
  return `${outcomeOf(made)}, ${wrapped ? "wrapped" : "the task itself"}`;
}

function fields({ json }: Found): string {
  return Object.keys(json).join(", ");
}

/** How long after the start's answer a request was sent. */
function age({ start }: Observations, made: Exchange | undefined): string {
  return seconds((made?.sentAt ?? start.receivedAt) - start.receivedAt);
}

function seconds(ms: number): string {
  return `${Math.round(ms / 100) / 10} s`;
}

function quote(text: string): string {
  return JSON.stringify(text);
}
