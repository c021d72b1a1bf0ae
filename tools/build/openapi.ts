import { readFileSync } from "node:fs";
import { createRequire } from "node:module";

type JsonObject = { [key: string]: unknown };

/** What the simulator answers: path templates of GitHub's description with their methods. */
const operations: Readonly<Record<string, readonly string[]>> = {
  "/agents/repos/{owner}/{repo}/tasks": ["get", "post"],
  "/agents/repos/{owner}/{repo}/tasks/{task_id}": ["get"],
  "/agents/tasks": ["get"],
  "/agents/tasks/{task_id}": ["get"],
  "/repos/{owner}/{repo}": ["get"],
  "/repos/{owner}/{repo}/collaborators/{username}/permission": ["get"],
  "/repos/{owner}/{repo}/compare/{basehead}": ["get"],
  "/repos/{owner}/{repo}/issues/comments/{comment_id}": ["get", "patch"],
  "/repos/{owner}/{repo}/issues/{issue_number}": ["get"],
  "/repos/{owner}/{repo}/issues/{issue_number}/comments": ["get", "post"],
  "/repos/{owner}/{repo}/pulls": ["get"],
  "/repos/{owner}/{repo}/pulls/{pull_number}": ["get"],
  "/user": ["get"],
};

/** Keys whose value maps names of the API's own to objects: a property named "description" is no prose. */
const nameMaps = new Set([
  "properties",
  "patternProperties",
  "schemas",
  "parameters",
  "headers",
  "responses",
]);

/** Keys that hold data to be taken as it is. */
const verbatim = new Set(["enum", "default", "required", "const"]);

const prose = new Set([
  "description",
  "summary",
  "example",
  "examples",
  "tags",
  "externalDocs",
  "title",
  "deprecated",
]);

function isObject(value: unknown): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function withoutProse(value: unknown): unknown {
  if (Array.isArray(value)) {
    return value.map(withoutProse);
  }
  if (!isObject(value)) {
    return value;
  }
  const kept: JsonObject = {};
  for (const [key, inner] of Object.entries(value)) {
    if (prose.has(key) || key.startsWith("x-")) {
      continue;
    }
    if (verbatim.has(key)) {
      kept[key] = inner;
    } else if (nameMaps.has(key) && isObject(inner)) {
      kept[key] = Object.fromEntries(Object.entries(inner).map(([name, one]) => [name, withoutProse(one)]));
    } else {
      kept[key] = withoutProse(inner);
    }
  }
  return kept;
}

/** OpenAPI requires a response to have a description, be it empty. */
function response(value: unknown): JsonObject {
  const kept = withoutProse(value) as JsonObject;
  return "$ref" in kept ? kept : { description: "", ...kept };
}

function operation(value: JsonObject): JsonObject {
  const kept = withoutProse(value) as JsonObject;
  const responses = isObject(value.responses) ? value.responses : {};
  kept.responses = Object.fromEntries(
    Object.entries(responses).map(([status, one]) => [status, response(one)]),
  );
  return kept;
}

function references(value: unknown): string[] {
  if (Array.isArray(value)) {
    return value.flatMap(references);
  }
  if (!isObject(value)) {
    return [];
  }
  return Object.entries(value).flatMap(([key, inner]) =>
    key === "$ref" && typeof inner === "string" ? [inner] : references(inner),
  );
}

/** The components that `root` refers to, directly or through others, sorted by section and name. */
function componentsOf(root: unknown, document: JsonObject): JsonObject {
  const all = document.components as Record<string, Record<string, JsonObject>>;
  const found = new Map<string, JsonObject>();
  const pending = references(root);
  for (let reference = pending.pop(); reference !== undefined; reference = pending.pop()) {
    if (found.has(reference)) {
      continue;
    }
    const [, , section = "", name = ""] = reference.split("/");
    const source = all[section]?.[name];
    if (source === undefined) {
      throw new Error(`the description refers to ${reference}, which it does not hold`);
    }
    const kept = section === "responses" ? response(source) : (withoutProse(source) as JsonObject);
    found.set(reference, kept);
    pending.push(...references(kept));
  }
  const components: Record<string, JsonObject> = {};
  for (const reference of [...found.keys()].sort()) {
    const [, , section = "", name = ""] = reference.split("/");
    components[section] ??= {};
    components[section][name] = found.get(reference);
  }
  return components;
}

/**
 * The part of GitHub's OpenAPI description (npm package `@octokit/openapi`) that the simulator needs, without
 * its prose, as JSON text that ends in a newline. The same package version always gives the same text.
 *
 * @throws when the package lacks one of the operations: then the API has changed and the simulator has to follow.
 */
export function makeOpenApiSlice(): string {
  const require = createRequire(import.meta.url);
  const read = (path: string) => JSON.parse(readFileSync(require.resolve(path), "utf8")) as JsonObject;
  const source = read("@octokit/openapi/package.json");
  const document = read("@octokit/openapi/generated/api.github.com.json");
  const allPaths = document.paths as Record<string, JsonObject>;
  const info = document.info as JsonObject;

  const paths: Record<string, JsonObject> = {};
  for (const [path, methods] of Object.entries(operations)) {
    const kept: JsonObject = {};
    for (const method of methods) {
      const found = allPaths[path]?.[method];
      if (!isObject(found)) {
        throw new Error(`the description has no ${method.toUpperCase()} ${path}`);
      }
      kept[method] = operation(found);
    }
    paths[path] = kept;
  }
  const slice = {
    openapi: document.openapi,
    info: {
      title: "The part of GitHub's REST API that the simulator answers",
      version: info.version,
      license: info.license,
      "x-source": `${String(source.name)} ${String(source.version)}`,
    },
    servers: document.servers,
    paths,
    components: componentsOf(paths, document),
  };
  return `${JSON.stringify(slice, null, 1)}\n`;
}
