import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { isRecord, toLogin, toText } from "../../src/text/json.ts";
import { pathOf, readJsonFile, readTextFile, UsageError } from "../command-line.ts";
import { WorkflowError } from "../local-runner/locate.ts";
import { prepareVirtualClock } from "../local-runner/preload.ts";
import { ROOT, runStep, type StepToRun } from "../local-runner/run-action.ts";
import { runWorkflow, type WorkflowRun, type WorkflowToRun } from "../local-runner/run-workflow.ts";
import { ANNOTATIONS } from "../local-runner/show.ts";
import { calledFile } from "../local-runner/uses.ts";
import { readWorkflow, type Workflow } from "../local-runner/workflow-file.ts";
import { manualClock } from "../simulator/clock.ts";
import { readScenario } from "../simulator/read-scenario.ts";
import type { Scenario } from "../simulator/scenario.ts";
import { startSimulatorServer } from "../simulator/server.ts";
import { createSimulator, type Simulator } from "../simulator/simulator.ts";
import { createJobToken } from "../simulator/step-tokens.ts";
import { checkOutOf } from "./checkout.ts";
import { chooseEvent, type Payload } from "./choose-event.ts";
import { chooseInputs } from "./inputs.ts";
import { chooseJobs } from "./jobs.ts";
import { completePayload } from "./payload.ts";
import { createPrinter } from "./print.ts";
import { findSecrets } from "./secrets.ts";
import { usualScenario, withEvent } from "./world.ts";

/** What somebody wants to try; paths as they were given. */
export interface Wanted {
  readonly path: string;
  readonly eventFile?: string | undefined;
  readonly eventName?: string | undefined;
  /** As `NAME=VALUE`. */
  readonly inputs: readonly string[];
  readonly job?: string | undefined;
  readonly scenarioFile?: string | undefined;
}

/** A run that is all decided. */
interface Plan extends Pick<WorkflowToRun, "path" | "event" | "inputs" | "secrets"> {
  readonly workflow: Workflow;
  readonly repository: string;
  readonly scenario: Scenario;
  readonly only: readonly string[] | null;
  /** What the person who runs it should know. */
  readonly notes: readonly string[];
}

/** GitHub's restricted default for a workflow that names no permissions. */
const DEFAULT_PERMISSIONS = { contents: "read", packages: "read" } as const;

/**
 * Runs a workflow against the simulator, and prints what happens.
 *
 * @returns the exit status: 0 if it succeeded, 1 if it failed, 2 if it cannot be run here.
 * @throws UsageError for what was given in a wrong way.
 */
export async function tryWorkflow(wanted: Wanted): Promise<number> {
  readTextFile(wanted.path);
  try {
    return await run(await decide(wanted), wanted.path);
  } catch (error) {
    if (!(error instanceof WorkflowError)) {
      throw error;
    }
    process.stderr.write(`${error.lines.join("\n")}\n`);
    return 2;
  }
}

async function decide(wanted: Wanted): Promise<Plan> {
  const path = pathOf(wanted.path);
  const workflow = await readWorkflow(path, {
    defaultPermissions: DEFAULT_PERMISSIONS,
    shownPath: wanted.path,
  });
  await checkCalled(workflow);
  const { eventFile, scenarioFile } = wanted;
  const file = eventFile === undefined ? undefined : { path: eventFile, content: readJsonFile(eventFile) };
  const chosen = chooseEvent(workflow, { name: wanted.eventName, file });
  const only = wanted.job === undefined ? null : chooseJobs(workflow.jobs, wanted.job);
  const scenario = scenarioFile === undefined ? usualScenario() : readScenario(scenarioFile);
  const [token, user] =
    Object.entries(scenario.tokens).find(([, { type }]) => type === "user") ?? noUser(scenarioFile);
  const repository = repositoryOf(chosen.payload, scenario);
  const payload = completePayload(chosen, {
    repository,
    scenario,
    actor: user.login,
    now: Date.now(),
    workflow,
  });
  const dispatched = chooseInputs(chosen, workflow, wanted.inputs);
  const secrets = findSecrets(workflow);
  return {
    path,
    workflow,
    repository,
    event: { name: chosen.name, payload: { ...payload, ...dispatched.payload } },
    inputs: dispatched.values,
    secrets: Object.fromEntries(secrets.tokens.map((name) => [name, token])),
    scenario: withEvent(scenario, repository, payload),
    only,
    notes: [...dispatched.notes, ...secrets.others.map((name) => `The secret ${name} is empty here.`)],
  };
}

/** Reads the workflows that a workflow calls. @throws WorkflowError if one of them cannot be run. */
async function checkCalled({ path, jobs }: Workflow, callers: readonly string[] = []): Promise<void> {
  for (const job of jobs) {
    const file = job.kind === "call" ? calledFile(job.uses, path) : null;
    if (file === path || callers.includes(file ?? "")) {
      throw new WorkflowError([`${job.source}: the workflow calls itself.`]);
    }
    if (file !== null) {
      const called = await readWorkflow(file, { defaultPermissions: DEFAULT_PERMISSIONS });
      await checkCalled(called, [...callers, path]);
    }
  }
}

function noUser(file: string | undefined): never {
  throw new UsageError(`${file} has no token of a user.`);
}

/** The repository of the payload, otherwise the first one of the scenario. */
function repositoryOf(payload: Payload, { repositories }: Scenario): string {
  const given = isRecord(payload.repository) ? toText(payload.repository.full_name) : "";
  const [first = "octo-org/hello-world"] = Object.keys(repositories);
  return given || first;
}

async function run(plan: Plan, shownPath: string): Promise<number> {
  const simulator = createSimulator({
    scenario: plan.scenario,
    clock: manualClock(Date.now()),
    followClient: true,
  });
  const server = await startSimulatorServer(simulator);
  const folder = mkdtempSync(join(tmpdir(), "try-"));
  const printer = createPrinter((text) => process.stdout.write(text), Object.values(plan.secrets));
  const { event, repository } = plan;
  const actor = toLogin(event.payload.sender);
  printer.print(`${shownPath}: ${event.name} in ${repository}, triggered by ${actor}. GitHub is simulated.`);
  printer.print([...plan.notes, ANNOTATIONS].join("\n"));
  try {
    const ended = await runWorkflow({
      path: plan.path,
      shownPath,
      event,
      inputs: plan.inputs ?? {},
      secrets: plan.secrets,
      defaultPermissions: DEFAULT_PERMISSIONS,
      ...(plan.only === null ? {} : { only: plan.only }),
      checkOut: checkOutOf(plan.path),
      commands: writeCommands(folder),
      github: contextOf(plan, server.url, actor),
      tokenOf: (permissions) => {
        const token = `ghs_job${String(Object.keys(plan.scenario.tokens).length).padStart(20, "0")}`;
        printer.hide(token);
        // The simulator looks tokens up at each request, so a job's token works once the job runs.
        plan.scenario.tokens[token] = createJobToken(permissions, repository);
        return token;
      },
      runAction: (step) => runStep(withVirtualTime(step, simulator)),
      onStep: printer.printStep,
    });
    for (const { user, issue, body } of newComments(plan, simulator)) {
      printer.print(`\n=== comment of ${user} on #${issue}\n${body}`);
    }
    printer.printEnd(ended);
    return statusOf(ended, simulator);
  } finally {
    await server.close();
    rmSync(folder, { recursive: true, force: true });
  }
}

/** The comments that the run has written on the issue of its event. */
function newComments({ event, repository }: Plan, simulator: Simulator) {
  const { issue } = event.payload;
  const number = isRecord(issue) ? Number(issue.number) : Number.NaN;
  return Number.isNaN(number)
    ? []
    : simulator.comments(repository, number).filter(({ user }) => user === "github-actions[bot]");
}

function statusOf({ result }: WorkflowRun, { violations }: Simulator): number {
  for (const violation of violations) {
    process.stderr.write(`A request or a response is not as GitHub describes it: ${violation}\n`);
  }
  return result === "success" && violations.length === 0 ? 0 : 1;
}

/** The step in a process whose time is the simulator's. */
function withVirtualTime(step: StepToRun, simulator: Simulator): StepToRun {
  return {
    ...step,
    env: {
      ...step.env,
      VIRTUAL_CLOCK_START: String(simulator.now()),
      NODE_COMPILE_CACHE: join(ROOT, "node_modules/.cache/compile"),
    },
    nodeOptions: prepareVirtualClock(),
  };
}

/** The `github` context, as far as it does not depend on the job. */
function contextOf({ repository, scenario }: Plan, url: string, actor: string): Record<string, string> {
  const [owner = "", name = ""] = repository.split("/");
  const branch = scenario.repositories[`${owner}/${name}`]?.default_branch ?? "main";
  return {
    api_url: url,
    graphql_url: `${url}/graphql`,
    server_url: "https://github.com",
    repository,
    repository_owner: owner,
    run_id: "7000000001",
    run_number: "1",
    run_attempt: "1",
    actor,
    triggering_actor: actor,
    ref: `refs/heads/${branch}`,
    ref_name: branch,
    ref_type: "branch",
    sha: "0123456789abcdef0123456789abcdef01234567",
    retention_days: "90",
  };
}

/** Writes the commands that take precedence over this machine's own. @returns their folder. */
function writeCommands(folder: string): string {
  const lines = [
    "#!/bin/sh",
    "echo 'gh is left out here, because it would talk to the real GitHub.' >&2",
    "exit 127",
  ];
  writeFileSync(join(folder, "gh"), `${lines.join("\n")}\n`, { mode: 0o755 });
  return folder;
}
