export type JsonObject = { [key: string]: unknown };

/** The part of GitHub's description that the simulator needs, with what is worth knowing of the rest. */
export interface OpenApiSlice {
  readonly openapi: unknown;
  readonly info: {
    readonly title: string;
    readonly version: unknown;
    readonly license: unknown;
    readonly "x-source": string;
    /** Endpoints for agents that the simulator does not answer, as `GET /path`, sorted. */
    readonly "x-unanswered"?: readonly string[];
  };
  readonly servers: unknown;
  /** Path templates with their operations by method. */
  readonly paths: Readonly<Record<string, JsonObject>>;
  /** Schemas and so on, by section and name. */
  readonly components: Readonly<Record<string, JsonObject>>;
}

/** The operations of the simulator: path templates of GitHub's description with their methods. */
const operations: Readonly<Record<string, readonly string[]>> = {
  "/agents/repos/{owner}/{repo}/tasks": ["get", "post"],
  "/agents/repos/{owner}/{repo}/tasks/{task_id}": ["get"],
  "/agents/tasks": ["get"],
  "/agents/tasks/{task_id}": ["get"],
  "/repos/{owner}/{repo}": ["get"],
  "/repos/{owner}/{repo}/branches/{branch}": ["get"],
  "/repos/{owner}/{repo}/collaborators/{username}/permission": ["get"],
  "/repos/{owner}/{repo}/compare/{basehead}": ["get"],
  "/repos/{owner}/{repo}/issues/comments/{comment_id}": ["get", "patch"],
  "/repos/{owner}/{repo}/issues/{issue_number}": ["get"],
  "/repos/{owner}/{repo}/issues/{issue_number}/comments": ["get", "post"],
  "/repos/{owner}/{repo}/pulls": ["get"],
  "/repos/{owner}/{repo}/pulls/{pull_number}": ["get"],
  "/user": ["get"],
};

/** Keys whose value maps names of the API to objects: a property named "description" there is not prose. */
const nameMaps = new Set([
  "properties",
  "patternProperties",
  "schemas",
  "parameters",
  "headers",
  "responses",
]);

/** Keys whose values are copied unchanged. */
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
      kept[key] = Object.fromEntries(
        Object.entries(inner).map(([name, value]) => [name, withoutProse(value)]),
      );
    } else {
      kept[key] = withoutProse(inner);
    }
  }
  return kept;
}

/** OpenAPI requires a description of a response, even if it is empty. */
function response(value: unknown): JsonObject {
  const kept = withoutProse(value) as JsonObject;
  return "$ref" in kept ? kept : { description: "", ...kept };
}

function operation(value: JsonObject): JsonObject {
  const kept = withoutProse(value) as JsonObject;
  const responses = isObject(value.responses) ? value.responses : {};
  kept.responses = Object.fromEntries(
    Object.entries(responses).map(([status, value]) => [status, response(value)]),
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

/** The components that `root` references, directly or indirectly, sorted by section and name. */
function componentsOf(root: unknown, document: JsonObject): OpenApiSlice["components"] {
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
      throw new Error(`the description references ${reference}, which it does not have`);
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
 * The part of GitHub's OpenAPI description that the simulator needs, without prose, as JSON that ends with a newline.
 * The same description always results in the same text.
 *
 * @param source the description's package and version, such as `@octokit/openapi 23.0.2`.
 * @throws if the description lacks an operation: then the API has changed, and the simulator must change too.
 */
export function makeOpenApiSlice(document: JsonObject, source: string): string {
  const slice = sliceOpenApi(document, source);
  const found = nameOperations(slice.paths);
  const missing = ANSWERED.find((name) => !found.has(name));
  if (missing !== undefined) {
    throw new Error(`the description has no ${missing}`);
  }
  return `${JSON.stringify(slice, null, 1)}\n`;
}

/** As `makeOpenApiSlice`, as an object, without the operations that the description lacks. */
export function sliceOpenApi(document: JsonObject, source: string): OpenApiSlice {
  const allPaths = document.paths as Record<string, JsonObject>;
  const info = document.info as JsonObject;

  const paths: Record<string, JsonObject> = {};
  for (const [path, methods] of Object.entries(operations)) {
    const kept: JsonObject = {};
    for (const method of methods) {
      const found = allPaths[path]?.[method];
      if (isObject(found)) {
        const tokens = path.startsWith(AGENTS) ? { "x-installation-tokens": installationTokens(found) } : {};
        kept[method] = { ...operation(found), ...tokens };
      }
    }
    paths[path] = kept;
  }
  return {
    openapi: document.openapi,
    info: {
      title: "The part of GitHub's REST API that the simulator answers",
      version: info.version,
      license: info.license,
      "x-source": source,
      "x-unanswered": findUnanswered(allPaths),
    },
    servers: document.servers,
    paths,
    components: componentsOf(paths, document),
  };
}

/** The operations in these paths by their names, such as `GET /user`. */
export function nameOperations(paths: Readonly<Record<string, JsonObject>>): Map<string, unknown> {
  return new Map(
    Object.entries(paths).flatMap(([path, methods]) =>
      Object.entries(methods)
        .filter(([method]) => METHODS.has(method))
        .map(([method, value]) => [`${method.toUpperCase()} ${path}`, value] as const),
    ),
  );
}

/** The other keys of a path, such as `parameters`, are not operations. */
const METHODS = new Set(["get", "put", "post", "delete", "patch", "head", "options"]);

const AGENTS = "/agents/";

const ANSWERED = Object.entries(operations).flatMap(([path, methods]) =>
  methods.map((method) => `${method.toUpperCase()} ${path}`),
);

/** Endpoints with `/agents/` in their path, and those that GitHub counts among them, such as automations elsewhere. */
function findUnanswered(paths: Readonly<Record<string, JsonObject>>): string[] {
  return [...nameOperations(paths)]
    .filter(([name, value]) => {
      const about = isObject(value) && isObject(value["x-github"]) ? value["x-github"] : {};
      const isForAgents =
        name.includes(AGENTS) || /^agent/.test(`${about.category ?? ""}`) || /\bautomations?\b/.test(name);
      return isForAgents && !ANSWERED.includes(name);
    })
    .map(([name]) => name)
    .sort();
}

/** What an operation's description says about installation tokens, such as the workflow's own. */
function installationTokens({ description }: JsonObject): "accepted" | "refused" | "not mentioned" {
  const text = typeof description === "string" ? description : "";
  if (!/installation access tokens?/i.test(text)) {
    return "not mentioned";
  }
  return /installation access tokens? (?:are|is) not supported/i.test(text) ? "refused" : "accepted";
}
