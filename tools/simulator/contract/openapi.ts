import { readFileSync } from "node:fs";
import type { Value } from "../json.ts";

/** The parts of GitHub's OpenAPI description that the simulator reads. */
export interface OpenApi {
  paths: Record<string, Record<string, OperationObject>>;
  components: {
    schemas: Record<string, Schema>;
    parameters: Record<string, Parameter>;
    responses: Record<string, Body>;
  };
}

interface OperationObject {
  parameters?: (Parameter | Reference)[];
  requestBody?: Body & { required?: boolean };
  responses: Record<string, Body | Reference>;
}

interface Reference {
  $ref: string;
}

export interface Parameter {
  name: string;
  in: string;
  required?: boolean;
  schema: Schema;
}

interface Body {
  content?: { "application/json"?: { schema: Schema } };
}

export interface Schema {
  $ref?: string;
  type?: string;
  format?: string;
  nullable?: boolean;
  minimum?: number;
  enum?: Value[];
  properties?: Record<string, Schema>;
  required?: string[];
  items?: Schema;
  allOf?: Schema[];
  anyOf?: Schema[];
  oneOf?: Schema[];
}

/** An operation of the description. */
export interface Operation {
  method: string;
  /** The path template. */
  route: string;
}

/** Reads the slice of GitHub's description that `npm run generate` writes. */
export function readOpenApi(): OpenApi {
  return JSON.parse(readFileSync(new URL("../openapi.json", import.meta.url), "utf8"));
}

export function operationIn({ paths }: OpenApi, { method, route }: Operation): OperationObject {
  return paths[route]?.[method.toLowerCase()] ?? { responses: {} };
}

/** The name of the component that a `$ref` points to. */
export function componentName({ $ref }: Reference): string {
  return $ref.split("/").at(-1) ?? "";
}

/** A JSON pointer, as the fragment of a URI. */
export function pointer(...parts: string[]): string {
  return parts
    .map((part) => `/${encodeURIComponent(part.replaceAll("~", "~0").replaceAll("/", "~1"))}`)
    .join("");
}

/** A pointer to something under an operation. */
export function operationPointer({ method, route }: Operation, ...parts: string[]): string {
  return pointer("paths", route, method.toLowerCase(), ...parts);
}

export const JSON_SCHEMA = ["content", "application/json", "schema"] as const;
