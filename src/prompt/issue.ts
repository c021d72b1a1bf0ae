import type { ActionContext } from "../context.ts";
import { createProblem, type Problem } from "../github/agent-tasks/problems.ts";
import type { LookupMiss } from "../github/fallback.ts";
import { getIssue, type IssueComment, listComments } from "../github/issues.ts";
import { explainUnknownRole, getRole, hasPermission } from "../github/permissions.ts";
import { getRepository } from "../github/repository.ts";
import type { StartInputs } from "../inputs/start-inputs.ts";
import { stripHiddenText } from "../text/hidden-text.ts";
import { buildIssuePrompt, MAX_PROMPT_LENGTH } from "./issue-quote.ts";
import { getTriggerTime, readEventIssue, selectCommentsBefore } from "./issue-snapshot.ts";

interface Failed {
  readonly kind: "failed";
  readonly problem: Problem;
}

/**
 * Appends the issue to the prompt, as it was when the run was triggered; with comments if the inputs ask for them.
 *
 * @param given the prompt without the issue.
 * @param trace the line that will end the prompt, or null for none.
 */
export async function appendIssue(
  context: ActionContext,
  inputs: StartInputs & { readonly issueNumber: number },
  given: string,
  trace: string | null,
): Promise<{ readonly kind: "prompt"; readonly prompt: string } | Failed> {
  const { log, runner } = context;
  const { clock } = context.time;
  const number = inputs.issueNumber;
  const name = `${runner.repository}#${number}`;
  const askedAt = clock.now();
  const issueRef = { ...getRepository(runner), number };
  const lookup = await getIssue(context.github.lookup(), issueRef);
  if (lookup.kind !== "found") {
    return failed(explainMissingIssue(name, lookup));
  }
  const issue = lookup.value;
  const eventIssue = readEventIssue(runner, number);
  if (issue.isPullRequest || eventIssue?.isPullRequest) {
    return failed(
      createProblem(
        `Input issue_number is ${number}, and ${name} is a pull request. Nothing was started.`,
        "To let the agent continue a pull request, set head_ref and base_ref to its two branches.",
      ),
    );
  }
  const { title, body } = eventIssue ?? issue;
  if (title !== issue.title || body !== issue.body) {
    log.info(
      `Issue ${name} was edited after the run was triggered. The prompt quotes the text from before the edit.`,
    );
  }

  let comments: readonly IssueComment[] = [];
  if (inputs.issueComments) {
    const askedAtServerTime = issue.serverNow - (clock.now() - askedAt);
    const triggerTime = getTriggerTime(runner, askedAtServerTime);
    const all = await listComments(context.github.lookup(), issueRef);
    if (all.kind === "unknown") {
      return failed(explainMissingIssue(`${name} with its comments`, all));
    }
    const selection = await selectMemberComments(
      context,
      inputs,
      selectCommentsBefore(all.value, triggerTime),
    );
    if (selection.kind === "failed") {
      return selection;
    }
    comments = selection.comments;
    log.info(`The prompt quotes ${comments.length} of ${all.value.length} comments on ${name}.`);
  }

  const { repository, serverUrl } = runner;
  const quotedRef = { repository, number, url: `${serverUrl}/${repository}/issues/${number}` };
  const { prompt, quote } = buildIssuePrompt(given, { title, body, comments }, quotedRef, trace);
  switch (quote) {
    case "whole":
      break;
    case "cut":
      log.info(`Issue ${name} is too long for a prompt: its quote is cut.`);
      break;
    case "left_out":
      log.warning("Issue left out", `The prompt has no room for the text of issue ${name}.`);
      break;
  }
  return { kind: "prompt", prompt };
}

/** Selects comments by people with the required permission, oldest first, until they fill a prompt. */
async function selectMemberComments(
  { github, runner }: ActionContext,
  { requiredPermission }: StartInputs,
  comments: readonly IssueComment[],
): Promise<{ readonly kind: "selected"; readonly comments: readonly IssueComment[] } | Failed> {
  const isMember = new Map<string, boolean>();
  const selected: IssueComment[] = [];
  let length = 0;
  for (const comment of comments) {
    const { author, authorIsBot } = comment;
    if (length > MAX_PROMPT_LENGTH) {
      break;
    }
    if (authorIsBot || author === "") {
      continue;
    }
    let member = isMember.get(author);
    if (member === undefined) {
      const lookup = await getRole(github.lookup(), getRepository(runner), author);
      if (lookup.kind === "unknown") {
        return failed(explainUnknownRole(author, runner.repository, lookup.reason));
      }
      member = hasPermission(lookup.value, requiredPermission);
      isMember.set(author, member);
    }
    if (member && stripHiddenText(comment.body) !== "") {
      selected.push(comment);
      length += [...comment.body].length;
    }
  }
  return { kind: "selected", comments: selected };
}

function failed(problem: Problem): Failed {
  return { kind: "failed", problem };
}

function explainMissingIssue(name: string, lookup: LookupMiss): Problem {
  switch (lookup.kind) {
    case "none":
      return createProblem(
        `Could not read issue ${name}: it does not exist, or no token has access to it. Nothing was started.`,
        "Check that issue_number is an issue of this workflow's repository. The job needs the permission issues: read.",
      );
    case "unknown":
      return createProblem(
        `Could not read issue ${name}: ${lookup.reason}. Nothing was started.`,
        "Check issue_number, and give the job the permission issues: read. If GitHub had an incident, run this again.",
      );
  }
}
