import type * as ActionsCore from "@actions/core";
import { type AgentTasksApi, createAgentTasksApi } from "./github/agent-tasks/api.ts";
import { getTokenKind, type TokenKind } from "./github/agent-tasks/problems.ts";
import type { LookupContext, NamedClient } from "./github/fallback.ts";
import { createClient } from "./github/http/client.ts";
import type { RequestResult } from "./github/http/result.ts";
import { logRetry, RETRY_BUDGET_MS, withRetry } from "./github/http/retry.ts";
import { createExpiryWarning } from "./github/http/token-expiry.ts";
import { type AuthenticatedUser, getAuthenticatedUser } from "./github/user.ts";
import type { Time } from "./runner/clock.ts";
import type { Runner } from "./runner/environment.ts";
import { createLog, createRedactor, type Log, type Redact, type RunnerCommands } from "./runner/log.ts";
import { pluralize } from "./text/format.ts";

/** Output values by name, and how many tasks were omitted from `tasks` because of its size limit. */
export interface Outputs {
  readonly values: Readonly<Record<string, string>>;
  readonly leftOut: number;
}

/** What the process provides: the runner's toolkit, time, randomness and network. Created in `main.ts`, faked in tests. */
export interface Environment extends Time {
  /** The value of an input by its name, trimmed; empty if it is not set. */
  readonly input: (name: string) => string;
  readonly core: RunnerCommands & Pick<typeof ActionsCore, "setOutput">;
  /** Runs a function that writes all outputs, and drops earlier copies. */
  readonly replaceOutputs: (write: () => void) => void;
  /** Appends Markdown to the job summary. */
  readonly writeSummary: (markdown: string) => Promise<void>;
  readonly runner: Runner;
  readonly fetch: typeof fetch;
  /** A new random ID, such as a UUID. */
  readonly newId: () => string;
  /** Aborts shortly after `signal`, so that a start that was already sent can still get its response. */
  readonly graceSignal: AbortSignal;
}

/** What an action works with, created from the environment and its inputs. */
export interface ActionContext {
  readonly runner: Runner;
  readonly log: Log;
  readonly redact: Redact;
  readonly time: Time & Pick<Environment, "graceSignal">;
  readonly newId: () => string;
  readonly github: GitHub;
  readonly outputs: OutputWriter;
}

/** Access to GitHub with the tokens of this step. */
interface GitHub {
  readonly api: AgentTasksApi;
  readonly tokenKind: TokenKind;
  /** Clients for everything except agent tasks, in the order to try. */
  readonly clients: readonly NamedClient[];
  /** The token's user. The first successful response is cached. */
  user(): Promise<RequestResult<AuthenticatedUser>>;
  /** Sends a read request, and retries it for up to `budgetMs` milliseconds. The log shows each retry. */
  retry<T>(send: () => Promise<RequestResult<T>>, budgetMs?: number): Promise<RequestResult<T>>;
  /** The context for lookups that retry each request for up to `budgetMs` milliseconds. */
  lookup(budgetMs?: number): LookupContext;
}

/** Writes outputs and the job summary. It never throws; a failed write is a warning in the log. */
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
  const { clock, random, signal, graceSignal, runner, newId } = env;
  const redact = createRedactor([options.token, options.githubToken]);
  const log = createLog(env.core, redact);
  return {
    runner,
    log,
    redact,
    time: { clock, random, signal, graceSignal },
    newId,
    github: createGitHub(env, options, log),
    outputs: createOutputWriter(env, options, log, redact),
  };
}

function createGitHub(env: Environment, options: ContextOptions, log: Log): GitHub {
  const { clock, random, signal, graceSignal } = env;
  const { token, githubToken, apiUrl } = options;
  const warnAboutExpiry = createExpiryWarning(log);
  const clientFor = (clientToken: string) =>
    createClient({
      token: clientToken,
      apiUrl,
      fetch: env.fetch,
      observe: ({ method, url, outcome, headers }) => {
        log.debug(`${method} ${url}: ${outcome}`);
        if (clientToken === token && headers !== null) {
          warnAboutExpiry(headers, clock.now());
        }
      },
    });
  const octokit = clientFor(token);
  const clients = [
    ...(githubToken === "" || githubToken === token
      ? []
      : [{ octokit: clientFor(githubToken), input: "github_token" }]),
    { octokit, input: "token" },
  ];
  const retryFor = (retryBudgetMs: number) => ({
    clock,
    random,
    signal,
    retryBudgetMs,
    onRetry: logRetry(log),
  });
  let user: RequestResult<AuthenticatedUser> | null = null;
  return {
    api: createAgentTasksApi(octokit, { clock, signal, graceSignal }),
    tokenKind: getTokenKind(token),
    clients,
    user: async () => {
      if (!user?.ok) {
        const send = () => getAuthenticatedUser(octokit, { clock, signal });
        user = await withRetry(send, retryFor(RETRY_BUDGET_MS));
      }
      return user;
    },
    retry: (send, budgetMs = RETRY_BUDGET_MS) => withRetry(send, retryFor(budgetMs)),
    lookup: (budgetMs = RETRY_BUDGET_MS) => ({ clients, ...retryFor(budgetMs) }),
  };
}

function createOutputWriter(
  env: Environment,
  { jobSummary }: ContextOptions,
  log: Log,
  redact: Redact,
): OutputWriter {
  return {
    write: ({ values, leftOut }) => {
      try {
        env.replaceOutputs(() => {
          for (const [name, value] of Object.entries(values)) {
            env.core.setOutput(name, redact(value));
          }
        });
      } catch (error) {
        log.warning("Outputs", `The outputs could not be written: ${String(error)}`);
      }
      if (leftOut > 0) {
        log.warning(
          "Outputs",
          `The output tasks reached its 900 KB limit; ${pluralize(leftOut, "task")} omitted.`,
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
