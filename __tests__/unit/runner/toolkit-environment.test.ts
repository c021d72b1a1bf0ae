import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";
import { prepareToolkitEnvironment, type Variables } from "../../../src/runner/toolkit-environment.ts";

/** The environment as the toolkit reads it, and what was found out. */
function prepare(env: Variables) {
  const changed = { ...env };
  return { ...prepareToolkitEnvironment(changed), env: changed };
}

describe("the event file", () => {
  let folder = "";
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), "event-test-"));
  });
  afterAll(() => {
    rmSync(folder, { recursive: true });
  });

  const pathOf = (content: string) => {
    const file = join(folder, "event.json");
    writeFileSync(file, content);
    return file;
  };
  const remains = (path: string) => "GITHUB_EVENT_PATH" in prepare({ GITHUB_EVENT_PATH: path }).env;

  it("stays where the toolkit can parse it, however large", () => {
    expect(remains(pathOf('{"repository": {"private": true}}'))).toBe(true);
    expect(remains(pathOf(JSON.stringify({ text: "x".repeat(5_000_000) })))).toBe(true);
  });

  it("is hidden from the toolkit where it cannot", () => {
    expect(["", "[1]", "null", '"x"', "{"].map(pathOf).map(remains)).toEqual([
      false,
      false,
      false,
      false,
      false,
    ]);
    expect([join(folder, "none.json"), folder, ""].map(remains)).toEqual([false, false, false]);
  });
});

describe("the API's address", () => {
  it.each([
    [
      { INPUT_GITHUB_API_URL: "https://api.corp.ghe.com", GITHUB_API_URL: "https://api.github.com" },
      "https://api.corp.ghe.com",
    ],
    [{ INPUT_GITHUB_API_URL: "  ", GITHUB_API_URL: "https://api.github.com" }, "https://api.github.com"],
    [{ INPUT_GITHUB_API_URL: "no address", GITHUB_API_URL: "neither" }, undefined],
    [{}, undefined],
  ])("%j is %s for the toolkit", (env, expected) => {
    expect(prepare(env).env.GITHUB_API_URL).toBe(expected);
  });
});

describe("the proxy variables", () => {
  it.each(["https_proxy", "HTTPS_PROXY", "http_proxy", "HTTP_PROXY"])(
    "are written for the toolkit: %s",
    (name) => {
      const { env, secrets, unusableProxy } = prepare({ [name]: ' "mona:p@ss@proxy.corp:3128" ' });
      expect(env).toEqual({ [name]: "http://mona:p%40ss@proxy.corp:3128" });
      expect(secrets).toEqual(["mona", "p@ss", "p%40ss"]);
      expect(unusableProxy).toBeNull();
    },
  );

  it("that are blank are removed, so that the other one counts", () => {
    const { env } = prepare({
      https_proxy: "  ",
      HTTPS_PROXY: "http://proxy.corp",
      no_proxy: " ",
      NO_PROXY: "a, *.b",
    });
    expect(env).toEqual({ HTTPS_PROXY: "http://proxy.corp", NO_PROXY: "a,.b" });
  });

  it.each<[Variables, string | null]>([
    [{ https_proxy: "socks5://proxy.corp" }, "https_proxy"],
    [{ HTTPS_PROXY: "socks5://proxy.corp" }, "HTTPS_PROXY"],
    [{ https_proxy: "socks5://proxy.corp", HTTPS_PROXY: "http://proxy.corp" }, "https_proxy"],
    [{ https_proxy: "http://proxy.corp", HTTPS_PROXY: "socks5://proxy.corp" }, null],
    [{ http_proxy: "socks5://proxy.corp" }, null],
    [{}, null],
  ])("that name no proxy we can use: %j", (env, expected) => {
    expect(prepare(env).unusableProxy).toBe(expected);
  });
});
