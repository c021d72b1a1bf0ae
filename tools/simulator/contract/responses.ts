import { isObject } from "../json.ts";
import {
  componentName,
  JSON_SCHEMA,
  type OpenApi,
  type Operation,
  operationIn,
  operationPointer,
  pointer,
} from "./openapi.ts";
import type { CheckSchema } from "./schemas.ts";

/** Checks a response's parsed body. A status that is not documented only needs a `message`. */
export function checkResponse(
  document: OpenApi,
  check: CheckSchema,
  operation: Operation,
  { status, body }: { status: number; body: unknown },
): string[] {
  const described = operationIn(document, operation).responses[status];
  if (described === undefined) {
    const isError = status >= 400 && isObject(body) && typeof body.message === "string";
    return isError ? [] : [`answer ${status} is not documented`];
  }
  const name = "$ref" in described ? componentName(described) : null;
  const response = "$ref" in described ? document.components.responses[componentName(described)] : described;
  if (response?.content?.["application/json"] === undefined) {
    return [];
  }
  const base =
    name === null
      ? operationPointer(operation, "responses", String(status))
      : pointer("components", "responses", name);
  return check(`${base}${pointer(...JSON_SCHEMA)}`, body, "answer");
}
