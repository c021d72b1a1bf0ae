import type { ActionContext } from "../context.ts";
import { createProblem, type Problem } from "../github/agent-tasks/problems.ts";
import type { FailedLookup, LookupContext } from "../github/fallback.ts";
import { extendBudget, RETRY_BUDGET_MS } from "../github/http/retry.ts";
import { getIssue, type IssueComment, type IssueRef, listComments } from "../github/issues.ts";
import { explainUnknownRole, getRole, hasPermission } from "../github/permissions.ts";
import { getRepository } from "../github/repository.ts";
import type { StartInputs } from "../inputs/start-inputs.ts";
import type { HiddenCounts } from "../markdown/edits.ts";
import type { MarkdownReader, VisibleText } from "../markdown/visible-text.ts";
import { buildIssuePrompt, type IssueText, MAX_PROMPT_LENGTH } from "./issue-quote.ts";
import {
  checkEvent,
  type EventIssue,
  getTriggerTime,
  readEventIssue,
  selectCommentsBefore,
} from "./issue-snapshot.ts";
import { formatHidden, joinVisibleTexts, type VisibleComment } from "./visible-issue.ts";

interface Failed {
  readonly kind: "failed";
  readonly problem: Problem;
}

type IssueInputs = StartInputs & { readonly issueNumber: number };

/** Parses a text of the issue; null if it cannot be parsed. */
type ReadText = (markdown: string) => VisibleText | null;

/**
 * Appends the issue to the prompt, as it was when the run was triggered; with comments if the inputs ask for them.
 *
 * @param given the prompt without the issue.
 * @param trace the line that will end the prompt, or null for none.
 */
export async function appendIssue(
  context: ActionContext,
  inputs: IssueInputs,
  given: string,
  trace: string | null,
): Promise<{ readonly kind: "prompt"; readonly prompt: string } | Failed> {
  const { log, runner } = context;
  const number = inputs.issueNumber;
  const found = await findIssue(context, inputs);
  if (found.kind === "failed") {
    return found;
  }
  const quoted = await readVisibleIssue(context, inputs, found);
  if (quoted.kind === "failed") {
    return quoted;
  }
  const { repository, serverUrl } = runner;
  const name = `${repository}#${number}`;
  const ref = { repository, number, url: `${serverUrl}/${repository}/issues/${number}` };
  const { prompt, quote } = buildIssuePrompt(given, quoted.issue, ref, trace);
  switch (quote) {
    case "whole":
      break;
    case "cut":
      log.info(`Issue ${name} is too long for a prompt: its quote is cut.`);
      break;
    case "no_room":
      log.warning("Issue left out", `The prompt has no room for the text of issue ${name}.`);
      return { kind: "prompt", prompt };
    case "unreadable":
      log.warning(
        "Issue left out",
        `The text of issue ${name} could not be parsed, so the prompt has only its address.`,
      );
      return { kind: "prompt", prompt };
  }
  const hidden = formatHidden(quoted.hidden);
  if (hidden !== "") {
    log.info(`Left out of the quote of issue ${name}, since its page does not show it: ${hidden}.`);
  }
  return { kind: "prompt", prompt };
}

/** The text of the issue when the run was triggered, and when that was. */
interface FoundIssue {
  readonly kind: "found";
  readonly ref: IssueRef;
  readonly text: Pick<EventIssue, "title" | "body">;
  /** When the issue was asked for, by the server's clock, in milliseconds since the epoch. */
  readonly askedAt: number;
  /** For the requests that follow. */
  readonly requests: LookupContext;
}

async function findIssue(
  { github, log, runner, time: { clock } }: ActionContext,
  { issueNumber: number, issueComments }: IssueInputs,
): Promise<FoundIssue | Failed> {
  const name = `${runner.repository}#${number}`;
  if (!checkEvent(runner, { withComments: issueComments })) {
    return failed(
      createProblem(
        "trigger_refused",
        `The payload of the event ${runner.eventName} cannot be read, so it is unknown what issue ${name} said when this run was triggered. Nothing was started.`,
        "Trigger the run anew: remove the label and add it again, or write the comment again.",
      ),
    );
  }
  const askedAt = clock.now();
  const ref = { ...getRepository(runner), number };
  // The issue, its comments and the roles of their authors share one time limit. Many authors make it longer.
  const requests = github.lookup();
  const lookup = await getIssue(requests, ref);
  if (lookup.kind !== "found") {
    return failed(explainMissingIssue(name, lookup));
  }
  const issue = lookup.value;
  if (!issue.isSame) {
    return failed(explainMovedIssue(name));
  }
  const eventIssue = readEventIssue(runner, number);
  if (issue.isPullRequest || eventIssue?.isPullRequest) {
    return failed(
      createProblem(
        "invalid_input",
        `Input issue_number is ${number}, and ${name} is a pull request. Nothing was started.`,
        "To let the agent continue a pull request, set head_ref and base_ref to its two branches.",
      ),
    );
  }
  const text = eventIssue ?? issue;
  if (text.title !== issue.title || text.body !== issue.body) {
    log.info(
      `Issue ${name} was edited after the run was triggered. The prompt quotes the text from before the edit.`,
    );
  }
  return { kind: "found", ref, text, askedAt: issue.serverNow - (clock.now() - askedAt), requests };
}

/** What the prompt quotes of the issue. `issue` is null if a text of it cannot be parsed. */
interface QuotedIssue {
  readonly kind: "quoted";
  readonly issue: IssueText | null;
  readonly hidden: HiddenCounts;
}

const UNREADABLE: QuotedIssue = { kind: "quoted", issue: null, hidden: new Map() };

/** Reads what people see of the issue and, if the inputs ask for them, of its comments. */
async function readVisibleIssue(
  context: ActionContext,
  inputs: IssueInputs,
  { ref, text, askedAt, requests }: FoundIssue,
): Promise<QuotedIssue | Failed> {
  const { log, runner } = context;
  const name = `${runner.repository}#${ref.number}`;
  const markdown = await loadReader(context);
  if (markdown === null) {
    return UNREADABLE;
  }
  const read = createReadText(context, markdown);
  const title = markdown.toVisibleTitle(text.title);
  const body = read(text.body);
  if (body === null) {
    return UNREADABLE;
  }
  if (!inputs.issueComments) {
    return { kind: "quoted", ...joinVisibleTexts(title, body, []) };
  }
  const all = await listComments(requests, ref);
  if (all.kind === "unknown") {
    return failed(explainMissingIssue(`${name} with its comments`, all));
  }
  const earlier = selectCommentsBefore(all.value.comments, getTriggerTime(runner, askedAt));
  const selection = await selectMemberComments(context, inputs, earlier, { read, requests });
  switch (selection.kind) {
    case "failed":
      return selection;
    case "unreadable":
      return UNREADABLE;
    case "selected":
      log.info(
        `The prompt quotes ${selection.comments.length} of ${all.value.comments.length} comments on ${name}.`,
      );
      if (!all.value.complete) {
        log.info(`${name} has more comments. The action read only the oldest ${all.value.comments.length}.`);
      }
      return { kind: "quoted", ...joinVisibleTexts(title, body, selection.comments) };
  }
}

/** Loads the parsers. Null if that fails; the debug log says why. */
async function loadReader({ loadMarkdown, log }: ActionContext): Promise<MarkdownReader | null> {
  try {
    return await loadMarkdown();
  } catch (error) {
    log.debug(`The parsers could not be loaded: ${String(error)}`);
    return null;
  }
}

/** What cannot be parsed is not quoted, and the debug log says why. */
function createReadText({ log }: ActionContext, { toVisibleText }: MarkdownReader): ReadText {
  return (markdown) => {
    try {
      return toVisibleText(markdown);
    } catch (error) {
      log.debug(`A text of the issue could not be parsed: ${String(error)}`);
      return null;
    }
  };
}

type CommentSelection =
  | { readonly kind: "selected"; readonly comments: readonly VisibleComment[] }
  | { readonly kind: "unreadable" };

/** Selects comments by people with the required permission, oldest first, until they fill a prompt. */
async function selectMemberComments(
  { runner }: ActionContext,
  { requiredPermission }: StartInputs,
  all: readonly IssueComment[],
  { read, requests }: { readonly read: ReadText; readonly requests: LookupContext },
): Promise<CommentSelection | Failed> {
  const comments = all.filter(({ author, authorIsBot }) => !authorIsBot && author !== "");
  const authors = new Set(comments.map(({ author }) => author));
  const moreMs = extendBudget(RETRY_BUDGET_MS, authors.size) - RETRY_BUDGET_MS;
  const roleRequests = { ...requests, giveUpAt: requests.giveUpAt + moreMs };
  const isMember = new Map<string, boolean>();
  const selected: VisibleComment[] = [];
  let length = 0;
  for (const comment of comments) {
    const { author } = comment;
    if (length > MAX_PROMPT_LENGTH) {
      break;
    }
    let member = isMember.get(author);
    if (member === undefined) {
      const lookup = await getRole(roleRequests, getRepository(runner), author);
      if (lookup.kind === "unknown") {
        return failed(explainUnknownRole(author, runner.repository, lookup));
      }
      member = hasPermission(lookup.value, requiredPermission);
      isMember.set(author, member);
    }
    if (!member) {
      continue;
    }
    const body = read(comment.body);
    if (body === null) {
      return { kind: "unreadable" };
    }
    if (body.text !== "") {
      selected.push({ author, createdAt: comment.createdAt, body });
      length += [...body.text].length;
    }
  }
  return { kind: "selected", comments: selected };
}

/** Does not name the new repository, which may be private. */
function explainMovedIssue(name: string): Problem {
  return createProblem(
    "invalid_input",
    `GitHub answered with another issue than ${name}: it was transferred, or its repository was renamed. Nothing was started.`,
    "Run the workflow in the repository that has the issue now. After a rename, start a new run.",
  );
}

function failed(problem: Problem): Failed {
  return { kind: "failed", problem };
}

function explainMissingIssue(name: string, lookup: { readonly kind: "none" } | FailedLookup): Problem {
  switch (lookup.kind) {
    case "none":
      return createProblem(
        "not_found",
        `Could not read issue ${name}: it does not exist, or no token has access to it. Nothing was started.`,
        "Check that issue_number is an issue of this workflow's repository. The job needs the permission issues: read.",
      );
    case "unknown":
      return createProblem(
        lookup.code,
        `Could not read issue ${name}: ${lookup.reason}. Nothing was started.`,
        "Check issue_number, and give the job the permission issues: read. If GitHub had an incident, run this again.",
      );
  }
}
