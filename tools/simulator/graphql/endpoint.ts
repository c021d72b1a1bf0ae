import {
  type DocumentNode,
  type ExecutionResult,
  execute,
  type GraphQLFormattedError,
  parse,
  validate,
} from "graphql";
import type { GraphQlContract } from "../contract/graphql.ts";
import type { Handler, RouteResponse } from "../http/route.ts";
import { isObject, type Value } from "../json.ts";
import { createRoot } from "./root.ts";
import { ANSWERED_SCHEMA } from "./schema.ts";

/** `POST /graphql`. `contract`: GitHub's own schema; null: checks queries against the answered part only. */
export function createGraphQlHandler(contract: GraphQlContract | null): Handler {
  return ({ world }, request) => {
    const { body } = request;
    if (!isObject(body) || typeof body.query !== "string") {
      const message = "A query attribute must be specified and must be a string.";
      return refuse([message], [message]);
    }
    const document = parseQuery(body.query);
    if (typeof document === "string") {
      return refuse([document]);
    }
    const refused = contract?.check(body.query, document) ?? [];
    const problems =
      refused.length > 0 ? refused : validate(ANSWERED_SCHEMA, document).map(({ message }) => message);
    if (problems.length > 0) {
      return refuse(problems);
    }
    const result = execute({
      schema: ANSWERED_SCHEMA,
      document,
      rootValue: createRoot({ world, token: request.caller.info, at: request.at }),
      variableValues: isObject(body.variables) ? body.variables : {},
      operationName: typeof body.operationName === "string" ? body.operationName : null,
    });
    if (result instanceof Promise) {
      throw new Error("a resolver is asynchronous");
    }
    return respond(result);
  };
}

function refuse(
  messages: readonly string[],
  violations = messages.map((message) => `graphql: ${message}`),
): RouteResponse {
  return { status: 200, body: { errors: messages.map((message) => ({ message })) }, violations };
}

/** The parsed query, or the syntax error's message. */
function parseQuery(query: string): DocumentNode | string {
  try {
    return parse(query);
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

function respond({ data, errors = [] }: ExecutionResult): RouteResponse {
  const body = {
    // The executor's type does not say that its result is JSON.
    data: data as Value,
    errors: errors.length === 0 ? undefined : errors.map((error) => formatError(error.toJSON())),
  };
  return { status: 200, body };
}

/** GitHub gives `type` next to the message, not under `extensions`. */
function formatError({ extensions, path, locations = [], message }: GraphQLFormattedError): Value {
  const type = extensions?.type;
  return {
    type: typeof type === "string" ? type : undefined,
    path: path === undefined ? undefined : [...path],
    locations: locations.map(({ line, column }) => ({ line, column })),
    message,
  };
}
