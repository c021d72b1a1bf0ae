import type { ActionContext } from "../context.ts";
import type { Problem } from "../github/agent-tasks/problems.ts";
import { quote } from "../inputs/parse.ts";
import type { PromptSource, StartInputs } from "../inputs/start-inputs.ts";
import { InputError } from "../runner/input-error.ts";
import { pluralize } from "../text/format.ts";
import { containsSecret } from "../text/redact.ts";
import { appendIssue } from "./issue.ts";
import { type PromptFolders, readPromptFile } from "./prompt-file.ts";
import { formatTrace, quoteTraceLines, type TaskTrace } from "./trace.ts";

/** The complete prompt of a step's tasks, or why there is none. */
type PromptOutcome =
  | {
      readonly kind: "prompt";
      /** What to show to people: the prompt exactly as sent, but without the traces if there are several tasks. */
      readonly shown: string;
      /** The prompt to send for one task. Its last line is the trace, unless `trace` is false. */
      readonly forTask: (trace: TaskTrace) => string;
    }
  | { readonly kind: "failed"; readonly problem: Problem };

/**
 * Completes the prompt: the given text, the issue if there is one, and the trace of each task.
 *
 * @param given the text from {@link readPrompt}.
 * @param traces the traces of all tasks.
 * @throws {InputError} if the issue contains one of the tokens.
 */
export async function completePrompt(
  context: ActionContext,
  inputs: StartInputs,
  given: string,
  traces: readonly TaskTrace[],
): Promise<PromptOutcome> {
  const { issueNumber, token, githubToken } = inputs;
  const { prompt: safe, quoted } = quoteTraceLines(given);
  if (quoted > 0) {
    context.log.info(
      `${pluralize(quoted, "line")} of the prompt looked like a trace line, and became a quote.`,
    );
  }
  const lineOf = (trace: TaskTrace) => (inputs.trace ? formatTrace(trace) : null);
  let shared = safe;
  if (issueNumber !== null) {
    // All tasks quote the same part of the issue, so leave room for the longest trace.
    const [longest = null] = traces.map(lineOf).toSorted((a, b) => (b?.length ?? 0) - (a?.length ?? 0));
    const withIssue = await appendIssue(context, { ...inputs, issueNumber }, safe, longest);
    if (withIssue.kind === "failed") {
      return withIssue;
    }
    shared = withIssue.prompt;
    refuseSecrets("issue_number", shared, [token, githubToken]);
  }
  const forTask = (trace: TaskTrace) => composePrompt(shared, lineOf(trace));
  const [trace, ...others] = traces;
  const shown = trace === undefined || others.length > 0 ? shared : forTask(trace);
  return { kind: "prompt", shown, forTask };
}

/**
 * The prompt as sent: the text, and the trace as its last line.
 *
 * @param trace the trace line, or null for none.
 */
export function composePrompt(text: string, trace: string | null): string {
  return trace === null ? text : `${text.trimEnd()}\n\n${trace}`;
}

/**
 * Reads the prompt that the inputs give.
 *
 * @param runner the directories that may contain `prompt_file`.
 * @param secrets texts that a prompt must not contain: GitHub stores it, and other people can read it.
 * @throws {InputError} if the file cannot be read, or the prompt is blank or contains a secret.
 */
export function readPrompt(source: PromptSource, runner: PromptFolders, secrets: readonly string[]): string {
  const { name, prompt } = readSource(source, runner);
  if (prompt.trim() === "") {
    const file = source.kind === "file" ? ` from ${quote(source.path)}` : "";
    throw new InputError(`Input ${name} gives a blank prompt${file}. It must tell the agent what to do.`);
  }
  refuseSecrets(name, prompt, secrets);
  return prompt;
}

function refuseSecrets(inputName: string, prompt: string, secrets: readonly string[]): void {
  if (containsSecret(prompt, secrets)) {
    throw new InputError(
      `Input ${inputName} gives a prompt that contains one of the tokens. GitHub stores and shows prompts. Remove the ` +
        "token from the prompt, and revoke it if it was in a file or an issue.",
    );
  }
}

function readSource(source: PromptSource, runner: PromptFolders): { name: string; prompt: string } {
  switch (source.kind) {
    case "text":
      return { name: "prompt", prompt: source.text };
    case "file":
      return { name: "prompt_file", prompt: readPromptFile(source.path, runner) };
    case "issue":
      return { name: "issue_number", prompt: "Resolve the issue below." };
  }
}
