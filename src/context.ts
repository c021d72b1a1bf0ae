import { type AgentTasksApi, createAgentTasksApi } from "./github/agent-tasks/api.ts";
import { getTokenKind, type TokenKind } from "./github/agent-tasks/problems.ts";
import type { LookupContext, NamedClient } from "./github/fallback.ts";
import { createClient } from "./github/http/client.ts";
import type { RequestResult } from "./github/http/result.ts";
import { logRetry, RETRY_BUDGET_MS, type RetryOptions, withRetry } from "./github/http/retry.ts";
import { createExpiryWarning } from "./github/http/token-expiry.ts";
import { type AuthenticatedUser, getAuthenticatedUser } from "./github/user.ts";
import type { LoadMarkdown } from "./markdown/visible-text.ts";
import type { Time } from "./runner/clock.ts";
import type { Runner } from "./runner/environment.ts";
import { createLog, type Log, type RunnerCommands } from "./runner/log.ts";
import { joinList, pluralize } from "./text/format.ts";
import { createRedactor, type Redact } from "./text/redact.ts";

/** The outputs of a step. */
export interface Outputs {
  /** Values by name. */
  readonly values: Readonly<Record<string, string>>;
  /** The outputs that omit tasks because of a size limit. */
  readonly omissions: readonly Omission[];
  /** The tasks that the outputs are about, with their IDs and addresses, such as `task 7a5c (https://…)`. */
  readonly links: readonly string[];
}

/** An output that does not have all tasks. */
interface Omission {
  readonly output: string;
  /** How many tasks it omits. */
  readonly tasks: number;
  readonly limitBytes: number;
}

/** What the process provides: the runner's toolkit, time, randomness and network. Created in `main.ts`, faked in tests. */
export interface Environment extends Time {
  /** The value of an input by its name, trimmed; empty if it is not set. */
  readonly input: (name: string) => string;
  readonly core: RunnerCommands;
  /** Writes all outputs, by name, in place of earlier ones. Throws if that is not possible. */
  readonly writeOutputs: (values: Outputs["values"]) => void;
  /** Appends Markdown to the job summary. */
  readonly writeSummary: (markdown: string) => Promise<void>;
  readonly runner: Runner;
  readonly fetch: typeof fetch;
  /** A new random ID, such as a UUID. */
  readonly newId: () => string;
  readonly loadMarkdown: LoadMarkdown;
  /** Aborts shortly after `signal`, so that a start that was already sent can still get its response. */
  readonly graceSignal: AbortSignal;
}

/** What an action works with, created from the environment and its inputs. */
export interface ActionContext {
  readonly runner: Runner;
  readonly log: Log;
  readonly time: Time & Pick<Environment, "graceSignal">;
  readonly newId: () => string;
  readonly loadMarkdown: LoadMarkdown;
  readonly github: GitHub;
  readonly outputs: OutputWriter;
}

/** Access to GitHub with the tokens of this step. */
interface GitHub {
  readonly api: AgentTasksApi;
  readonly tokenKind: TokenKind;
  /** Clients for everything except agent tasks, in the order to try. */
  clients(): readonly NamedClient[];
  /** The token's user. The first successful response is cached. */
  user(options: RetryOptions): Promise<RequestResult<AuthenticatedUser>>;
  /**
   * The context for the read requests of one purpose. From now on they may take `budgetMs` milliseconds together. The
   * log shows each retry.
   */
  lookup(budgetMs?: number): LookupContext;
}

/** Writes outputs and the job summary. It never throws; the log shows what could not be written. */
interface OutputWriter {
  /** Writes outputs. A later value replaces an earlier one with the same name. */
  write(outputs: Outputs): void;
  /** Writes the job summary, unless `job_summary` is false. */
  writeSummary(markdown: string): Promise<void>;
}

/** The inputs that the context depends on. */
export interface ContextOptions {
  readonly token: string;
  /** Empty if it is not set. */
  readonly githubToken: string;
  readonly apiUrl: string;
  readonly jobSummary: boolean;
}

export function createContext(env: Environment, options: ContextOptions): ActionContext {
  const { clock, random, signal, graceSignal, runner, newId, loadMarkdown } = env;
  const redact = createRedactor([options.token, options.githubToken]);
  const log = createLog(env.core, redact);
  return {
    runner,
    log,
    time: { clock, random, signal, graceSignal },
    newId,
    loadMarkdown,
    github: createGitHub(env, options, log, redact),
    outputs: createOutputWriter(env, options, log, redact),
  };
}

function createGitHub(env: Environment, options: ContextOptions, log: Log, redact: Redact): GitHub {
  const { clock, random, signal, graceSignal } = env;
  const { token, githubToken, apiUrl } = options;
  const warnAboutExpiry = createExpiryWarning(log);
  const clientFor = (clientToken: string) =>
    createClient({
      token: clientToken,
      apiUrl,
      fetch: env.fetch,
      now: clock.now,
      redact,
      observe: ({ method, url, outcome, headers }) => {
        log.debug(`${method} ${url}: ${outcome}`);
        if (clientToken === token && headers !== null) {
          warnAboutExpiry(headers, clock.now());
        }
      },
    });
  const octokit = clientFor(token);
  // Created when they are first needed: most starts are sent before that.
  let clients: readonly NamedClient[] | null = null;
  const getClients = () => {
    clients ??= [
      ...(githubToken === "" || githubToken === token
        ? []
        : [{ octokit: clientFor(githubToken), input: "github_token" }]),
      { octokit, input: "token" },
    ];
    return clients;
  };
  let user: RequestResult<AuthenticatedUser> | null = null;
  return {
    api: createAgentTasksApi(octokit, { clock, signal, graceSignal }),
    tokenKind: getTokenKind(token),
    clients: getClients,
    user: async (options) => {
      if (!user?.ok) {
        user = await withRetry(() => getAuthenticatedUser(octokit, { clock, signal }), options);
      }
      return user;
    },
    lookup: (budgetMs = RETRY_BUDGET_MS) => ({
      clients: getClients(),
      clock,
      random,
      signal,
      giveUpAt: clock.now() + budgetMs,
      onRetry: logRetry(log),
    }),
  };
}

/** How many tasks the log names if the outputs cannot be written. The log has a line for each of the others. */
const MAX_NAMED_TASKS = 20;

function createOutputWriter(
  env: Environment,
  { jobSummary }: ContextOptions,
  log: Log,
  redact: Redact,
): OutputWriter {
  const reported = new Set<string>();
  const reportFailure = (error: unknown, links: readonly string[]): void => {
    const reason = `The outputs could not be written: ${String(error)}`;
    if (links.length === 0) {
      log.warning("Outputs", reason);
    } else if (links.some((link) => !reported.has(link))) {
      // Outputs are written again and again. One error is enough, unless there is another task.
      links.map((link) => reported.add(link));
      log.error(
        "Outputs",
        `${reason}. Later steps do not get them. They are about ${joinList(links, MAX_NAMED_TASKS)}.`,
      );
    }
  };
  return {
    write: ({ values, omissions, links }) => {
      try {
        env.writeOutputs(
          Object.fromEntries(Object.entries(values).map(([name, value]) => [name, redact(value)])),
        );
      } catch (error) {
        reportFailure(error, links);
      }
      for (const { output, tasks, limitBytes } of omissions) {
        log.warning(
          "Outputs",
          `The output ${output} reached its ${limitBytes / 1024} KB limit; ${pluralize(tasks, "task")} omitted.`,
        );
      }
    },
    writeSummary: async (markdown) => {
      if (!jobSummary) {
        return;
      }
      try {
        await env.writeSummary(redact(markdown));
      } catch (error) {
        log.warning("Job summary", `The job summary could not be written: ${String(error)}`);
      }
    },
  };
}
