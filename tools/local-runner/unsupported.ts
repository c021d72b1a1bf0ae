import {
  isBasicExpression,
  isBoolean,
  isMapping,
  isNumber,
  isSequence,
  isString,
} from "@actions/workflow-parser";
import type { TemplateToken } from "@actions/workflow-parser/templates/tokens/template-token";
import { namesIn } from "./expressions.ts";
import { commandOf } from "./run-script.ts";
import { calledFile, inputsOf, outputsOf, parseUses } from "./uses.ts";

/** What this runner does not support, and the line where it is; null: none. */
export interface Unsupported {
  readonly line: number | null;
  readonly message: string;
}

type Token = TemplateToken | undefined;

/** A named part, with its name as a token. */
type Entry = readonly [name: string, value: TemplateToken, key: TemplateToken];

// There is only one run at a time and no time limit, so `concurrency` and `timeout-minutes` have no effect.
const WORKFLOW = ["name", "run-name", "on", "permissions", "concurrency", "env", "jobs"];
const JOB = ["name", "needs", "if", "permissions", "concurrency"];
const STEPS_JOB = [...JOB, "runs-on", "timeout-minutes", "env", "outputs", "strategy", "steps"];
const CALL_JOB = [...JOB, "uses", "with", "secrets"];
const STEP = ["id", "name", "if", "env", "timeout-minutes"];
const STRATEGY = ["fail-fast", "max-parallel", "matrix"];

/**
 * Everything in a workflow that this runner does not support, in the order of the file.
 *
 * @param path the workflow's file.
 * @param needsPermissions whether each job must name its permissions.
 */
export function findUnsupported(
  workflow: TemplateToken,
  path: string,
  needsPermissions: boolean,
): Unsupported[] {
  const inherits = find(workflow, "permissions") !== undefined;
  const jobs = entriesOf(find(workflow, "jobs"));
  const found = [
    ...unknownKeys(workflow, WORKFLOW, ""),
    ...inPermissions(find(workflow, "permissions")),
    ...jobs.flatMap(([id, job, key]) => [
      ...(needsPermissions && !inherits && find(job, "permissions") === undefined
        ? [
            at(
              key,
              `Job ${id} has no permissions: the settings of the repository would decide what its token may do.`,
            ),
          ]
        : []),
      ...inPermissions(find(job, "permissions")),
      ...(find(job, "uses") === undefined ? inStepsJob(job, id) : inCallJob(job, id, path)),
    ]),
    ...inExpressions(workflow),
  ];
  return found.sort((a, b) => (a.line ?? 0) - (b.line ?? 0));
}

function inPermissions(permissions: Token): Unsupported[] {
  return permissions === undefined || isMapping(permissions)
    ? []
    : [
        at(
          permissions,
          `permissions: ${textIn(permissions)} is not a list of permissions. Name each of them.`,
        ),
      ];
}

function inStepsJob(job: TemplateToken, id: string): Unsupported[] {
  const machine = find(job, "runs-on");
  return [
    ...unknownKeys(job, STEPS_JOB, ` of job ${id}`),
    ...(machine !== undefined && /^ubuntu-[\w.-]+$/.test(textIn(machine))
      ? []
      : [at(machine ?? job, `Job ${id} runs on another machine than ubuntu-latest.`)]),
    ...inStrategy(find(job, "strategy"), id),
    ...stepsIn(job).flatMap((step) => inStep(step)),
    ...inOutputs(job),
  ];
}

function stepsIn(job: TemplateToken): readonly TemplateToken[] {
  const steps = find(job, "steps");
  return steps !== undefined && isSequence(steps) ? [...steps] : [];
}

/** Outputs that our actions do not have. On GitHub they are empty, and nothing says so. */
function inOutputs(job: TemplateToken): Unsupported[] {
  const actions = new Map(
    stepsIn(job).flatMap((step) => {
      const [id, uses] = [find(step, "id"), find(step, "uses")];
      const used = uses === undefined ? null : parseUses(textIn(uses));
      return id !== undefined && used?.kind === "ours" ? [[textIn(id).toLowerCase(), used.action]] : [];
    }),
  );
  return expressionsIn(job).flatMap(([expression, line]) =>
    [...expression.matchAll(/\bsteps\.([\w-]+)\.outputs\.([\w-]+)/gi)].flatMap(([, id = "", name = ""]) => {
      const action = actions.get(id.toLowerCase());
      return action === undefined || outputsOf(action).includes(name.toLowerCase())
        ? []
        : [{ line, message: `The action of step ${id} has no output ${name}.` }];
    }),
  );
}

function inStrategy(strategy: Token, id: string): Unsupported[] {
  if (strategy === undefined) {
    return [];
  }
  const failFast = find(strategy, "fail-fast");
  const isOff = failFast !== undefined && isBoolean(failFast) && !failFast.value;
  const axes = entriesOf(find(strategy, "matrix")).filter(([name]) => ["include", "exclude"].includes(name));
  return [
    ...unknownKeys(strategy, STRATEGY, ` of job ${id}`),
    ...(isOff
      ? []
      : [at(strategy, `The matrix of job ${id} cannot be run here without "fail-fast: false".`)]),
    ...axes.map(([name, , key]) => at(key, `The matrix of job ${id} cannot be run here: ${name}.`)),
  ];
}

function inCallJob(job: TemplateToken, id: string, path: string): Unsupported[] {
  const uses = find(job, "uses") ?? job;
  const secrets = find(job, "secrets");
  return [
    ...unknownKeys(job, CALL_JOB, ` of job ${id}`),
    ...(calledFile(textIn(uses), path) === null
      ? [at(uses, `The workflow ${textIn(uses)} cannot be called here.`)]
      : []),
    ...(secrets === undefined || isMapping(secrets)
      ? []
      : [at(secrets, `secrets: ${textIn(secrets)} cannot be run here. Name each of them.`)]),
  ];
}

function inStep(step: TemplateToken): Unsupported[] {
  const uses = find(step, "uses");
  if (uses !== undefined) {
    return [
      ...unknownKeys(step, [...STEP, "uses", "with"], " of a step"),
      ...inUses(uses, find(step, "with")),
    ];
  }
  const shell = find(step, "shell");
  if (find(step, "run") === undefined) {
    return [
      at(
        step,
        `A step with ${entriesOf(step)
          .map(([name]) => name)
          .join(", ")} cannot be run here.`,
      ),
    ];
  }
  return [
    ...unknownKeys(step, [...STEP, "run", "shell"], " of a step"),
    ...(shell !== undefined && commandOf(textIn(shell)) === null
      ? [at(shell, `The shell ${textIn(shell)} cannot be run here.`)]
      : []),
  ];
}

function inUses(uses: TemplateToken, given: Token): Unsupported[] {
  const used = parseUses(textIn(uses));
  if (used === null) {
    return [at(uses, `The action ${textIn(uses)} cannot be run here.`)];
  }
  const known = inputsOf(used).map((name) => name.toLowerCase());
  const which =
    used.kind === "ours" ? "The action has no input" : `${used.kind} cannot be run here with the input`;
  return entriesOf(given)
    .filter(([name]) => !known.includes(name.toLowerCase()))
    .map(([name, , key]) => at(key, `${which} ${name}.`));
}

/** Functions that GitHub has, and this runner has not. */
function inExpressions(token: TemplateToken): Unsupported[] {
  return expressionsIn(token).flatMap(([expression, line]) =>
    namesIn(expression).unsupportedFunctions.map((name) => ({
      line,
      message: `The function ${name} cannot be run here.`,
    })),
  );
}

/** Every expression below a token, with its line. */
export function expressionsIn(
  token: TemplateToken,
): readonly (readonly [expression: string, line: number | null])[] {
  if (isBasicExpression(token)) {
    return [[token.expression, token.line ?? null]];
  }
  if (isSequence(token)) {
    return [...token].flatMap(expressionsIn);
  }
  // A condition is an expression also without the signs for one.
  return entriesOf(token).flatMap(([name, value]) =>
    name === "if" && isString(value) ? [[value.value, value.line ?? null] as const] : expressionsIn(value),
  );
}

function unknownKeys(token: TemplateToken, known: readonly string[], where: string): Unsupported[] {
  return entriesOf(token)
    .filter(([name]) => !known.includes(name))
    .map(([name, , key]) => at(key, `"${name}"${where} cannot be run here.`));
}

/** The named parts of a token; none if it is no mapping. */
function entriesOf(token: Token): readonly Entry[] {
  return token !== undefined && isMapping(token)
    ? [...token].map(({ key, value }) => [textIn(key), value, key] as const)
    : [];
}

/** A named part of a token. */
export function find(token: Token, name: string): Token {
  return entriesOf(token).find(([key]) => key === name)?.[1];
}

function textIn(token: TemplateToken): string {
  if (isString(token) || isNumber(token) || isBoolean(token)) {
    return String(token.value);
  }
  return isBasicExpression(token) ? `\${{ ${token.expression} }}` : token.typeName();
}

function at({ line }: Pick<TemplateToken, "line">, message: string): Unsupported {
  return { line: line ?? null, message };
}
