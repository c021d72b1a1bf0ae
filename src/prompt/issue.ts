import type { ActionContext } from "../context.ts";
import { createProblem, type Problem } from "../github/agent-tasks/problems.ts";
import type { LookupMiss } from "../github/fallback.ts";
import { getIssue, type IssueComment, listComments } from "../github/issues.ts";
import { explainUnknownRole, getRole, hasPermission } from "../github/permissions.ts";
import { getRepository } from "../github/repository.ts";
import type { StartInputs } from "../inputs/start-inputs.ts";
import { stripHiddenText } from "../text/hidden-text.ts";
import { refuseSecrets } from "./compose.ts";
import { buildIssuePrompt, type IssueText, MAX_PROMPT_LENGTH } from "./issue-quote.ts";
import { getTriggerTime, readEventIssue, selectCommentsBefore } from "./issue-snapshot.ts";

/** The prompt with the issue in it, or why there is none. */
export type IssuePromptOutcome =
  | { readonly kind: "prompt"; readonly prompt: string }
  | { readonly kind: "failed"; readonly problem: Problem };

/**
 * Puts the issue that the task is about after the prompt: as it was when the run was triggered, and its comments if
 * they are asked for.
 *
 * @param trace the line that will end the prompt, null for none.
 * @throws {InputError} where the issue holds one of the tokens.
 */
export async function appendIssue(
  context: ActionContext,
  inputs: StartInputs & { readonly issueNumber: number },
  given: string,
  trace: string | null,
): Promise<IssuePromptOutcome> {
  const { log, runner } = context;
  const { clock } = context.time;
  const number = inputs.issueNumber;
  const name = `${runner.repository}#${number}`;
  const startedAt = clock.now();
  const lookupContext = context.github.lookup();

  const place = { ...getRepository(runner), number };
  const lookup = await getIssue(lookupContext, place);
  if (lookup.kind !== "found") {
    return failed(explainMissingIssue(name, lookup));
  }
  const now = lookup.value;
  const then = readEventIssue(runner, number);
  if (now.isPullRequest || then?.isPullRequest) {
    return failed(
      createProblem(
        `Input issue_number is ${number}, and ${name} is a pull request. Nothing was started.`,
        "To let the agent go on with a pull request, set head_ref and base_ref to its two branches.",
      ),
    );
  }
  const { title, body } = then ?? now;
  if (title !== now.title || body !== now.body) {
    log.info(`Issue ${name} was edited after the run was triggered: its text is taken as it was then.`);
  }

  // What the server's clock says now, less the time that asking took.
  const moment = getTriggerTime(runner, now.serverNow - (clock.now() - startedAt));
  let comments: readonly IssueComment[] = [];
  if (inputs.issueComments) {
    const all = await listComments(lookupContext, place);
    if (all.kind === "unknown") {
      return failed(explainMissingIssue(`${name} with its comments`, all));
    }
    const choice = await selectMemberComments(context, inputs, selectCommentsBefore(all.value, moment));
    if (choice.kind === "failed") {
      return choice;
    }
    comments = choice.comments;
    log.info(`${comments.length} of ${all.value.length} comments on ${name} go into the prompt.`);
  }
  return { kind: "prompt", prompt: composeQuote(context, inputs, given, { title, body, comments }, trace) };
}

function composeQuote(
  { log, runner }: ActionContext,
  { issueNumber: number, token, githubToken }: StartInputs & { readonly issueNumber: number },
  given: string,
  issue: IssueText,
  trace: string | null,
): string {
  const { repository, serverUrl } = runner;
  const names = { repository, number, url: `${serverUrl}/${repository}/issues/${number}` };
  const { prompt, quote } = buildIssuePrompt(given, issue, names, trace);
  switch (quote) {
    case "whole":
      break;
    case "cut":
      log.info(`Issue ${repository}#${number} is longer than fits into a prompt: its quote is cut.`);
      break;
    case "left_out":
      log.warning("Issue left out", `The prompt has no room for the text of issue ${repository}#${number}.`);
      break;
  }
  refuseSecrets("issue_number", prompt, [token, githubToken]);
  return prompt;
}

/** Comments by people whose role is high enough, oldest first, until there are more than a prompt can hold. */
async function selectMemberComments(
  { github, runner }: ActionContext,
  { requiredPermission }: StartInputs,
  comments: readonly IssueComment[],
): Promise<
  | { readonly kind: "chosen"; readonly comments: readonly IssueComment[] }
  | Extract<IssuePromptOutcome, { kind: "failed" }>
> {
  const isMember = new Map<string, boolean>();
  const chosen: IssueComment[] = [];
  let size = 0;
  for (const comment of comments) {
    const { author, authorIsBot } = comment;
    if (size > MAX_PROMPT_LENGTH) {
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
      chosen.push(comment);
      size += [...comment.body].length;
    }
  }
  return { kind: "chosen", comments: chosen };
}

function failed(problem: Problem): Extract<IssuePromptOutcome, { kind: "failed" }> {
  return { kind: "failed", problem };
}

function explainMissingIssue(name: string, lookup: LookupMiss): Problem {
  switch (lookup.kind) {
    case "none":
      return createProblem(
        `Could not read issue ${name}: GitHub finds no such issue, or does not show it. Nothing was started.`,
        "Check issue_number: it counts in this workflow's repository. The job needs issues: read.",
      );
    case "unknown":
      return createProblem(
        `Could not read issue ${name}: ${lookup.reason}. Nothing was started.`,
        "Check issue_number, and give the job the permission issues: read. Where GitHub was in trouble, run this again.",
      );
  }
}
