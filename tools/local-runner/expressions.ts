import { data, Evaluator, Lexer, Parser } from "@actions/expressions";
import type { FunctionDefinition } from "@actions/expressions/funcs/info";
import { truthy } from "@actions/expressions/result";
import {
  isBasicExpression,
  isBoolean,
  isMapping,
  isNumber,
  isSequence,
  isString,
} from "@actions/workflow-parser";
import type { TemplateToken } from "@actions/workflow-parser/templates/tokens/template-token";
import type { Json } from "../simulator/scenario.ts";

/** The contexts that an expression may read, by name. One that is missing is unknown to it. */
export type Contexts = Readonly<Record<string, Json>>;

/** What `success()` and `failure()` say. Nobody cancels anything here. */
export interface Status {
  readonly success: boolean;
  readonly failure: boolean;
}

/**
 * The value of a part of a workflow: its expressions evaluated by GitHub's own package, all else as it is written.
 *
 * @throws where an expression names a context or a function that there is not.
 */
export function jsonOf(token: TemplateToken, contexts: Contexts): Json {
  if (isMapping(token)) {
    return Object.fromEntries(
      [...token].map(({ key, value }) => [textOf(key, contexts), jsonOf(value, contexts)]),
    );
  }
  if (isSequence(token)) {
    return [...token].map((item) => jsonOf(item, contexts));
  }
  if (isString(token) || isNumber(token) || isBoolean(token)) {
    return token.value;
  }
  return isBasicExpression(token) ? fromData(evaluate(token.expression, contexts, null)) : null;
}

/** The same where a text is wanted: numbers and truth values as GitHub writes them, null as nothing. */
export function textOf(token: TemplateToken, contexts: Contexts): string {
  return toData(jsonOf(token, contexts)).coerceString();
}

/** The texts of a mapping by name, such as `env:` or `with:`; none where it is not there. */
export function textsOf(token: TemplateToken | null, contexts: Contexts): Readonly<Record<string, string>> {
  if (token === null) {
    return {};
  }
  if (!isMapping(token)) {
    throw new Error("A mapping that is an expression as a whole cannot be run here.");
  }
  return Object.fromEntries(
    [...token].map(({ key, value }) => [textOf(key, contexts), textOf(value, contexts)]),
  );
}

/** Whether a condition holds; `success()` is part of it already where it names no status function. */
export function isMet(condition: string, contexts: Contexts, status: Status): boolean {
  return truthy(evaluate(condition, contexts, status));
}

/** @param status null where the status functions may not be used. */
function evaluate(expression: string, contexts: Contexts, status: Status | null): data.ExpressionData {
  const functions = status === null ? [] : statusFunctions(status);
  const { tokens } = new Lexer(expression).lex();
  const tree = new Parser(tokens, Object.keys(contexts), functions).parse();
  const known = new Map(functions.map((definition) => [definition.name, definition]));
  const dictionary = toData(contexts);
  if (!(dictionary instanceof data.Dictionary)) {
    throw new Error("Contexts are an object.");
  }
  return new Evaluator(tree, dictionary, known).evaluate();
}

function statusFunctions({ success, failure }: Status): FunctionDefinition[] {
  const answers = { success, failure, always: true, cancelled: false };
  return Object.entries(answers).map(([name, answer]) => ({
    name,
    minArgs: 0,
    maxArgs: 0,
    call: () => new data.BooleanData(answer),
  }));
}

function toData(value: Contexts | Json): data.ExpressionData {
  return JSON.parse(JSON.stringify(value), data.reviver) as data.ExpressionData;
}

function fromData(value: data.ExpressionData): Json {
  return JSON.parse(JSON.stringify(value, data.replacer)) as Json;
}
