import { readFileSync } from "node:fs";
import { describe, expect, it } from "@jest/globals";
import { makeOpenApiSlice } from "../../../tools/build/openapi.ts";

describe("the slice of GitHub's description", () => {
  const slice = makeOpenApiSlice();

  it("is the committed one", () => {
    const committed = readFileSync(new URL("../../../tools/simulator/openapi.json", import.meta.url), "utf8");
    expect(slice).toBe(committed);
  });

  it("names its source, refers to nothing it lacks, and has no prose but required empty descriptions", () => {
    const document = JSON.parse(slice);
    expect(document.info["x-source"]).toMatch(/^@octokit\/openapi \d/);
    for (const [, section, name] of slice.matchAll(/"\$ref": "#\/components\/([^/"]+)\/([^/"]+)"/g)) {
      expect(document.components[section ?? ""]).toHaveProperty([name ?? ""]);
    }
    expect(slice).not.toMatch(/"(?:description|summary)": "[^"]/);
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
});
