import { readFileSync } from "node:fs";
import { describe, expect, it } from "@jest/globals";
import { makeOpenApiSlice } from "../../../tools/build/openapi.ts";

const committed = readFileSync(new URL("../../../tools/simulator/openapi.json", import.meta.url), "utf8");
const document = JSON.parse(committed);
const SOURCE = document.info["x-source"];

describe("the slice of GitHub's description", () => {
  it("names its source, refers to nothing it lacks, and has no prose but required empty descriptions", () => {
    expect(SOURCE).toMatch(/^@octokit\/openapi \d/);
    for (const [, section, name] of committed.matchAll(/"\$ref": "#\/components\/([^/"]+)\/([^/"]+)"/g)) {
      expect(document.components[section ?? ""]).toHaveProperty([name ?? ""]);
    }
    expect(committed).not.toMatch(/"(?:description|summary)": "[^"]/);
    expect(document.components.schemas["full-repository"].properties).toHaveProperty("description");
    for (const operations of Object.values<Record<string, { responses: object }>>(document.paths)) {
      for (const operation of Object.values(operations)) {
        expect(operation).toHaveProperty("operationId");
        for (const response of Object.values<object>(operation.responses as Record<string, object>)) {
          expect("$ref" in response || "description" in response).toBe(true);
        }
      }
    }
  });

  it("is made without prose and without what the simulator does not answer", () => {
    const larger = structuredClone(document);
    larger.paths["/zen"] = { get: { operationId: "meta/get-zen", responses: {} } };
    larger.components.schemas.unused = { type: "string" };
    larger.paths["/user"].get.description = "Prose.";
    larger.components.schemas["full-repository"].description = "Prose.";
    expect(makeOpenApiSlice(larger, SOURCE)).toBe(makeOpenApiSlice(document, SOURCE));
    expect(makeOpenApiSlice(larger, SOURCE)).not.toMatch(/zen|unused|Prose/);
  });

  it("cannot be made if the description lacks an operation", () => {
    const smaller = structuredClone(document);
    delete smaller.paths["/agents/tasks"].get;
    expect(() => makeOpenApiSlice(smaller, SOURCE)).toThrow("the description has no GET /agents/tasks");
  });
});
