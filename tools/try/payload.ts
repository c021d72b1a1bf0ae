import { isRecord } from "../../src/text/json.ts";
import type { Workflow } from "../local-runner/workflow-file.ts";
import { timestamp } from "../simulator/clock.ts";
import type { IssueInfo, Json, Scenario } from "../simulator/scenario.ts";
import type { ChosenEvent, EventName, Payload } from "./choose-event.ts";

/** Where an event happens. */
export interface Setting {
  /** `owner/name`. */
  readonly repository: string;
  readonly scenario: Scenario;
  /** Who triggers it by default. */
  readonly actor: string;
  /** Epoch ms. */
  readonly now: number;
  readonly workflow: Pick<Workflow, "on" | "expressions">;
}

/** The whole payload of an event: what was given of it, and defaults for the rest. */
export function completePayload({ name, payload }: ChosenEvent, setting: Setting): Payload {
  const { repository, scenario, actor } = setting;
  const [owner = "", short = ""] = repository.split("/");
  const common: Payload = {
    repository: {
      name: short,
      full_name: repository,
      private: scenario.repositories[repository]?.private ?? false,
      default_branch: scenario.repositories[repository]?.default_branch ?? "main",
      owner: { login: owner, type: "User" },
      html_url: `https://github.com/${repository}`,
    },
    sender: { login: actor, type: "User" },
  };
  return merge({ ...common, ...defaultsOf(name, payload, setting) }, payload);
}

function defaultsOf(event: EventName, given: Payload, setting: Setting): Payload {
  const { repository, workflow } = setting;
  const compared = (property: string) => findCompared(workflow.expressions, `github.event.${property}`);
  const action = (usual: string) => {
    const types = [workflow.on[event]?.types ?? []].flat();
    return String(types.find((type) => type === compared("action")) ?? types[0] ?? usual);
  };
  switch (event) {
    case "schedule":
      return {};
    case "workflow_dispatch":
      return { ref: "refs/heads/main", inputs: {} };
    case "issues": {
      const label = compared("label.name") ?? compared("issue.labels.*.name") ?? "agent";
      const chosen = action("opened");
      const labelled = chosen === "labeled" || chosen === "unlabeled" ? { label: { name: label } } : {};
      return {
        action: chosen,
        issue: { ...issueOf(given, setting), labels: [{ name: label }] },
        ...labelled,
      };
    }
    case "issue_comment": {
      const labels = [compared("issue.labels.*.name") ?? []].flat().map((name) => ({ name }));
      return {
        action: action("created"),
        issue: { ...issueOf(given, setting), labels },
        comment: {
          id: 900,
          body: compared("comment.body") ?? "/agent Please add a test as well.",
          user: { login: setting.actor, type: "User" },
          created_at: timestamp(setting.now),
          updated_at: timestamp(setting.now),
        },
      };
    }
    case "workflow_run":
      return {
        action: action("completed"),
        workflow_run: {
          id: 6_900_000_001,
          name: String([workflow.on[event]?.workflows ?? "CI"].flat()[0]),
          head_branch: String([workflow.on[event]?.branches ?? "main"].flat()[0]),
          head_sha: "0123456789abcdef0123456789abcdef01234567",
          html_url: `https://github.com/${repository}/actions/runs/6900000001`,
          status: "completed",
          conclusion: compared("workflow_run.conclusion") ?? "failure",
          event: compared("workflow_run.event") ?? "push",
          head_repository: { full_name: repository },
          actor: { login: setting.actor, type: "User" },
          triggering_actor: { login: setting.actor, type: "User" },
        },
      };
  }
}

/** The issue that the payload names, or the first one of the repository, as GitHub describes it in a payload. */
function issueOf(given: Payload, { repository, scenario, actor, now }: Setting): Payload {
  const issues = scenario.repositories[repository]?.issues ?? [];
  const number = isRecord(given.issue) ? given.issue.number : undefined;
  const known = number === undefined ? issues[0] : issues.find((issue) => issue.number === number);
  const issue: IssueInfo = known ?? {
    number: typeof number === "number" ? number : 1,
    title: "The greeting is wrong",
    body: "It says `Helo`.",
  };
  return {
    number: issue.number,
    title: issue.title,
    body: issue.body ?? null,
    state: issue.state ?? "open",
    user: { login: issue.user ?? actor, type: "User" },
    created_at: timestamp(now - 3_600_000),
    updated_at: timestamp(now - 3_600_000),
    html_url: `https://github.com/${repository}/issues/${issue.number}`,
  };
}

/**
 * The first text that an expression compares a property with, or looks for in it, so that a default payload is one
 * that the workflow's conditions are about.
 */
export function findCompared(expressions: readonly string[], property: string): string | undefined {
  const name = property.replace(/[.*]/g, "\\$&");
  const text = "'((?:[^']|'')*)'";
  const patterns = [
    new RegExp(`${name}\\s*==\\s*${text}`, "i"),
    new RegExp(`${text}\\s*==\\s*${name}(?![\\w.])`, "i"),
    new RegExp(`(?<!!\\s*)(?:contains|startsWith|endsWith)\\(\\s*${name}\\s*,\\s*${text}`, "i"),
  ];
  const found = expressions.flatMap((expression) =>
    patterns.flatMap((pattern) => pattern.exec(expression)?.[1] ?? []),
  );
  return found[0]?.replaceAll("''", "'");
}

/** What was given over the defaults, also within objects of the payload. */
function merge(defaults: Payload, given: Payload): Payload {
  const merged = Object.entries(given).map(([name, value]): readonly [string, Json] => {
    const usual = defaults[name];
    return [name, isJsonObject(value) && isJsonObject(usual) ? { ...usual, ...value } : value];
  });
  return { ...defaults, ...Object.fromEntries(merged) };
}

function isJsonObject(value: Json | undefined): value is { [key: string]: Json } {
  return isRecord(value);
}
