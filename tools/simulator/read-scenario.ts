import { Ajv, type ErrorObject } from "ajv";
import { readJsonFile, UsageError } from "../command-line.ts";
import type {
  Assumptions,
  ExistingTask,
  FaultRule,
  FaultType,
  IssueInfo,
  PlanStep,
  RepositoryInfo,
  RequestKind,
  Scenario,
  TaskPlan,
  TokenInfo,
} from "./scenario.ts";

/**
 * Reads a scenario from a JSON file.
 *
 * @throws UsageError if the file is not one, with the place of the first mistake. Checks names, and what the simulator
 * cannot do without.
 */
export function readScenario(path: string): Scenario {
  const scenario = readJsonFile(path);
  const validate = new Ajv({ strict: false }).compile<Scenario>(SCENARIO);
  if (validate(scenario)) {
    return scenario;
  }
  throw new UsageError(`${path} is no scenario: ${describe(validate.errors?.[0])}`);
}

function describe(error: ErrorObject | undefined): string {
  const { instancePath = "", message = "", params = {} } = error ?? {};
  const place = instancePath === "" ? "it" : instancePath.slice(1).replaceAll("/", ".");
  const { additionalProperty, allowedValues } = params;
  if (typeof additionalProperty === "string") {
    return `${place} has an unknown field ${JSON.stringify(additionalProperty)}.`;
  }
  return `${place} ${message}${Array.isArray(allowedValues) ? `: ${allowedValues.join(", ")}` : ""}.`;
}

type Schema = Readonly<Record<string, unknown>>;

/** An object with these fields and no others. */
function object<T>(
  fields: Readonly<Record<keyof T & string, Schema>>,
  required: readonly (keyof T & string)[] = [],
) {
  return { type: "object", properties: fields, required, additionalProperties: false };
}

const oneOf = (values: readonly string[]): Schema => ({ enum: values });
const listOf = (items: Schema): Schema => ({ type: "array", items });
const mapOf = (additionalProperties: Schema): Schema => ({ type: "object", additionalProperties });

const TEXT: Schema = { type: "string" };
const NUMBER: Schema = { type: "number" };
const BOOLEAN: Schema = { type: "boolean" };
const ID: Schema = { type: ["integer", "string"] };
const ANY_OBJECT: Schema = { type: "object" };

const TOKEN = object<TokenInfo>(
  {
    login: TEXT,
    id: NUMBER,
    type: oneOf(["user", "installation", "refresh"]),
    agent_tasks: oneOf(["none", "read", "write"]),
    pulls: oneOf(["none", "read"]),
    contents: oneOf(["none", "read"]),
    issues: oneOf(["none", "read", "write"]),
    expires_at: TEXT,
    valid_seconds: NUMBER,
    repositories: listOf(TEXT),
    copilot: oneOf(["ok", "not_licensed", "plan_required", "quota_used_up"]),
  },
  ["login", "id", "type", "agent_tasks", "pulls", "contents", "issues"],
);

const ISSUE = object<IssueInfo>(
  {
    number: NUMBER,
    title: TEXT,
    body: { type: ["string", "null"] },
    user: TEXT,
    state: oneOf(["open", "closed"]),
    locked: BOOLEAN,
    pull_request: BOOLEAN,
    labels: listOf(TEXT),
    comments: listOf({ type: "object", required: ["user", "body"] }),
    comments_deleted_after_seconds: NUMBER,
  },
  ["number", "title"],
);

const REPOSITORY = object<RepositoryInfo>({
  id: ID,
  former_names: listOf(TEXT),
  private: BOOLEAN,
  default_branch: TEXT,
  agent: oneOf(["enabled", "disabled"]),
  branches: mapOf(ANY_OBJECT),
  pulls: listOf({ type: "object", required: ["number", "head_ref"] }),
  issues: listOf(ISSUE),
  permissions: mapOf(oneOf(["admin", "maintain", "write", "triage", "read", "none"])),
});

const STEP = object<PlanStep>(
  {
    after_seconds: NUMBER,
    state: TEXT,
    updated: BOOLEAN,
    heartbeat_seconds: NUMBER,
    pull_request: ANY_OBJECT,
    branch: { type: ["object", "null"] },
    error: TEXT,
    usage: { type: "object", required: ["type"] },
    name: TEXT,
    new_session: { type: ["boolean", "string"] },
  },
  ["after_seconds"],
);

const PLAN_FIELDS: Readonly<Record<keyof TaskPlan, Schema>> = {
  wrapped: BOOLEAN,
  session_prompt: oneOf(["exact", "trimmed", "absent", "rewritten"]),
  global_id: oneOf(["present", "empty", "absent"]),
  repository: TEXT,
  steps: listOf(STEP),
  id: TEXT,
  minimal: BOOLEAN,
  omit: listOf(TEXT),
  model: TEXT,
  extra: ANY_OBJECT,
};

const EXISTING = object<ExistingTask>(
  {
    ...PLAN_FIELDS,
    creator: { type: "object", required: ["login", "id"] },
    created_seconds_ago: NUMBER,
    archived: BOOLEAN,
    prompt: TEXT,
    base_ref: TEXT,
    head_ref: TEXT,
    custom_agent: TEXT,
    create_pull_request: BOOLEAN,
  },
  ["id", "repository", "creator", "created_seconds_ago", "prompt", "steps"],
);

const KINDS: Readonly<Record<RequestKind | "any", true>> = {
  start: true,
  get: true,
  list: true,
  user: true,
  graphql: true,
  pulls: true,
  compare: true,
  branch: true,
  repository: true,
  issue: true,
  comments: true,
  comment_write: true,
  permission: true,
  other: true,
  any: true,
};

const FAULTS: Readonly<Record<FaultType, true>> = {
  reset_before: true,
  reset_after: true,
  stall_before: true,
  stall_after: true,
  truncated: true,
  reshaped: true,
  delay: true,
  slow: true,
  another_page: true,
  headers: true,
  status: true,
  html: true,
  wrong_json: true,
  garbage: true,
  unavailable: true,
  rate_limited_429: true,
  secondary_limit_403: true,
  primary_limit_403: true,
  not_found: true,
  unauthorized: true,
  forbidden: true,
  unprocessable: true,
  redirect: true,
  error_500_after: true,
  error_500_before: true,
};

const KIND = oneOf(Object.keys(KINDS));
const FAULT = object<FaultRule>(
  {
    on: object<FaultRule["on"]>(
      {
        kind: { anyOf: [KIND, listOf(KIND)] },
        repository: TEXT,
        contains: TEXT,
        nth: { type: ["number", "array"] },
        from_second: NUMBER,
        to_second: NUMBER,
        times: NUMBER,
      },
      ["kind"],
    ),
    do: { type: "object", required: ["type"], properties: { type: oneOf(Object.keys(FAULTS)) } },
  },
  ["on", "do"],
);

const ASSUMPTIONS: Readonly<Record<keyof Assumptions, Schema>> = {
  etags: BOOLEAN,
  list_lag_seconds: NUMBER,
  get_lag_seconds: NUMBER,
  wrapped: BOOLEAN,
  session_prompt: PLAN_FIELDS.session_prompt,
  global_id: PLAN_FIELDS.global_id,
  pull_request_by_default: BOOLEAN,
  artifacts_in_lists: BOOLEAN,
  html_url: BOOLEAN,
  server_ahead_seconds: NUMBER,
  date: BOOLEAN,
  date_ahead_seconds: NUMBER,
  relative_links: BOOLEAN,
  paging: oneOf(["links", "numbers", "cursor"]),
  prompt_limit: { type: ["number", "null"] },
  disabled_status: NUMBER,
};

const SCENARIO = object<Scenario>(
  {
    tokens: mapOf(TOKEN),
    repositories: mapOf(REPOSITORY),
    other_repositories: REPOSITORY,
    models: listOf(TEXT),
    plans: listOf(object<TaskPlan>(PLAN_FIELDS, ["steps"])),
    existing: listOf(EXISTING),
    faults: listOf(FAULT),
    assumptions: object<Assumptions>(ASSUMPTIONS),
    rate_limits: ANY_OBJECT,
  },
  ["tokens", "repositories"],
);
