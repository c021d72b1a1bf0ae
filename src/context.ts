import type * as ActionsCore from "@actions/core";
import { type AgentTasksApi, createAgentTasksApi } from "./github/agent-tasks/api.ts";
import { getTokenKind, type TokenKind } from "./github/agent-tasks/problems.ts";
import type { NamedClient } from "./github/fallback.ts";
import { createClient } from "./github/http/client.ts";
import type { RequestResult } from "./github/http/result.ts";
import { logRetry, withRetry } from "./github/http/retry.ts";
import { createExpiryWarning } from "./github/http/token-expiry.ts";
import { type AuthenticatedUser, getAuthenticatedUser } from "./github/user.ts";
import type { Clock, Random } from "./runner/clock.ts";
import type { Runner } from "./runner/environment.ts";
import { createLog, createRedactor, type Log, type Redact, type RunnerCommands } from "./runner/log.ts";

/** Outputs by name, as the texts that the runner keeps, and how many tasks had no room in `tasks`. */
export interface Outputs {
  readonly values: Readonly<Record<string, string>>;
  readonly leftOut: number;
}

/** What the process has: the runner's toolkit, time, chance and the network. Made in `main.ts`, faked in tests. */
export interface Environment {
  /** The value of an input by its name, trimmed; empty where it is not set. */
  readonly input: (name: string) => string;
  readonly core: RunnerCommands & Pick<typeof ActionsCore, "setOutput">;
  /** Runs a function that writes all outputs, in place of those written before. */
  readonly replaceOutputs: (write: () => void) => void;
  /** Appends Markdown to the job summary. */
  readonly writeSummary: (markdown: string) => Promise<void>;
  readonly runner: Runner;
  readonly fetch: typeof fetch;
  readonly clock: Clock;
  readonly random: Random;
  /** A new random ID, such as a UUID. */
  readonly newId: () => string;
  /** Aborts when the process is told to stop. */
  readonly signal: AbortSignal;
  /** Aborts a little later: until then the answer to a start that is under way is waited for. */
  readonly graceSignal: AbortSignal;
}

/** What an action works with, made from the environment and its inputs. */
export interface ActionContext extends Environment {
  readonly log: Log;
  readonly redact: Redact;
  readonly api: AgentTasksApi;
  readonly tokenKind: TokenKind;
  /** Who the token's user is; asked once, again where there was no answer. */
  readonly user: () => Promise<RequestResult<AuthenticatedUser>>;
  /** Clients for all but agent tasks, in the order to try. */
  readonly clients: readonly NamedClient[];
  /** Writes outputs; the last value of a name counts. It never throws: the log has what could not be written. */
  writeOutputs(outputs: Outputs): void;
  /** Writes the summary if it is wanted. It never throws. */
  writeSummary(markdown: string): Promise<void>;
}

/** The inputs that log, clients and summary depend on. */
export interface ContextOptions {
  readonly token: string;
  /** Empty: there is none. */
  readonly githubToken: string;
  readonly apiUrl: string;
  readonly jobSummary: boolean;
}

/** Makes log and clients. */
export function createContext(
  env: Environment,
  { token, apiUrl, jobSummary, githubToken }: ContextOptions,
): ActionContext {
  const redact = createRedactor([token, githubToken]);
  const log = createLog(env.core, redact);
  const warnOfExpiry = createExpiryWarning(log);
  const client = (of: string) =>
    createClient({
      token: of,
      apiUrl,
      fetch: env.fetch,
      observe: ({ method, url, outcome, headers }) => {
        log.debug(`${method} ${url}: ${outcome}`);
        if (of === token && headers !== null) {
          warnOfExpiry(headers, env.clock.now());
        }
      },
    });
  const octokit = client(token);
  let user: RequestResult<AuthenticatedUser> | null = null;
  return {
    ...env,
    log,
    redact,
    api: createAgentTasksApi(octokit, env.clock.now, env.signal, env.graceSignal),
    user: async () => {
      if (!user?.ok) {
        const ask = () => getAuthenticatedUser(octokit, env.clock.now, env.signal);
        user = await withRetry(ask, env, logRetry(log));
      }
      return user;
    },
    tokenKind: getTokenKind(token),
    clients: [
      ...(githubToken === "" || githubToken === token
        ? []
        : [{ octokit: client(githubToken), input: "github_token" }]),
      { octokit, input: "token" },
    ],
    writeOutputs: ({ values, leftOut }) => {
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
        log.warning("Outputs", `The output tasks is full at 900 KB: ${leftOut} tasks were left out of it.`);
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
