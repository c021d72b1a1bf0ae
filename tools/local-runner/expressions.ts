import { data, Evaluator, Lexer, Parser, wellKnownFunctions } from "@actions/expressions";
import type { FunctionDefinition } from "@actions/expressions/funcs/info";
import { type Token, TokenType } from "@actions/expressions/lexer";
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

/** The contexts that an expression may read, by name. */
export type Contexts = Readonly<Record<string, Json>>;

/** What `success()` and `failure()` return. `cancelled()` is always false. */
export interface Status {
  readonly success: boolean;
  readonly failure: boolean;
}

/**
 * The value of a part of a workflow. GitHub's own package evaluates the expressions.
 *
 * @throws if an expression names an unknown context or function.
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

/** The same as text: numbers and booleans as GitHub writes them, null as an empty text. */
export function textOf(token: TemplateToken, contexts: Contexts): string {
  return toData(jsonOf(token, contexts)).coerceString();
}

/** The texts of a mapping by name, such as `env:` or `with:`; none if it is missing. */
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

/** Whether a condition is true. The parser adds `success()` to a condition without a status function. */
export function isMet(condition: string, contexts: Contexts, status: Status): boolean {
  return truthy(evaluate(condition, contexts, status));
}

/** @param status null: the expression may not use status functions. */
function evaluate(expression: string, contexts: Contexts, status: Status | null): data.ExpressionData {
  const functions = status === null ? [] : statusFunctions(status);
  const tokens = tokensOf(expression);
  const tree = new Parser(tokens, Object.keys(contexts), functions).parse();
  const known = new Map(functions.map((definition) => [definition.name, definition]));
  const dictionary = toData(contexts);
  if (!(dictionary instanceof data.Dictionary)) {
    throw new Error("Contexts are an object.");
  }
  return new Evaluator(tree, dictionary, known).evaluate();
}

/** The tokens of an expression. The package's lexer unescapes only the first quote in a text. */
function tokensOf(expression: string): Token[] {
  return new Lexer(expression)
    .lex()
    .tokens.map((token) =>
      token.type === TokenType.STRING
        ? { ...token, value: token.lexeme.slice(1, -1).replaceAll("''", "'") }
        : token,
    );
}

/** What an expression names. */
interface Names {
  /** Functions that GitHub has, and this runner has not. */
  readonly unsupportedFunctions: readonly string[];
  /** The properties that it reads of a context, such as `TOKEN` of `secrets`, as they are written. */
  readonly of: (context: string) => readonly string[];
}

/** What an expression names, without evaluating it. */
export function namesIn(expression: string): Names {
  const tokens = tokensOf(expression);
  const isCall = (index: number) =>
    tokens[index]?.type === TokenType.IDENTIFIER && tokens[index + 1]?.type === TokenType.LEFT_PAREN;
  const known = [...Object.keys(wellKnownFunctions), ...STATUS_FUNCTIONS];
  return {
    unsupportedFunctions: tokens
      .filter(({ lexeme }, index) => isCall(index) && !known.includes(lexeme.toLowerCase()))
      .map(({ lexeme }) => lexeme),
    of: (context) =>
      tokens.flatMap(({ type, lexeme }, index) => {
        const [before, sign, name] = [tokens[index - 1], tokens[index + 1], tokens[index + 2]];
        const isContext =
          type === TokenType.IDENTIFIER && lexeme.toLowerCase() === context && before?.type !== TokenType.DOT;
        const isProperty = sign?.type === TokenType.DOT || sign?.type === TokenType.LEFT_BRACKET;
        return isContext && isProperty && name !== undefined ? [String(name.value ?? name.lexeme)] : [];
      }),
  };
}

const STATUS_FUNCTIONS = ["success", "failure", "always", "cancelled"];

function statusFunctions({ success, failure }: Status): FunctionDefinition[] {
  const results = { success, failure, always: true, cancelled: false };
  return Object.entries(results).map(([name, result]) => ({
    name,
    minArgs: 0,
    maxArgs: 0,
    call: () => new data.BooleanData(result),
  }));
}

function toData(value: Contexts | Json): data.ExpressionData {
  return JSON.parse(JSON.stringify(value), data.reviver) as data.ExpressionData;
}

function fromData(value: data.ExpressionData): Json {
  return JSON.parse(JSON.stringify(value, data.replacer)) as Json;
}
