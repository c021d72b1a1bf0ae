import { describe, expect, it } from "@jest/globals";
import fc from "fast-check";
import { normalizeNoProxy, parseProxy } from "../../../src/runner/proxy-variables.ts";
import { holds } from "../../support/property-settings.ts";

describe("a proxy", () => {
  it.each([
    ["http://proxy.corp:3128", "http://proxy.corp:3128"],
    ["HTTPS://proxy.corp/", "https://proxy.corp"],
    ["proxy.corp:3128", "http://proxy.corp:3128"],
    ["proxy", "http://proxy"],
    ["10.0.0.1:80", "http://10.0.0.1:80"],
    ["[::1]:3128", "http://[::1]:3128"],
    ['"http://proxy.corp"', "http://proxy.corp"],
    ["'proxy.corp:3128'", "http://proxy.corp:3128"],
    ["  http://proxy.corp  ", "http://proxy.corp"],
    ["mona@proxy.corp", "http://mona:@proxy.corp"],
    ["http://mona:a/b@c#d?e%f:g@proxy.corp:3128", "http://mona:a%2Fb%40c%23d%3Fe%25f%3Ag@proxy.corp:3128"],
    ["http://mona:p%40ss@proxy.corp", "http://mona:p%40ss@proxy.corp"],
  ])("%s is used as %s", (value, url) => {
    expect(parseProxy(value)).toMatchObject({ kind: "usable", url });
  });

  it.each([
    "socks5://proxy.corp",
    "socks5h://mona:secret@proxy.corp:1080",
    "http://",
    "http://a b",
    "ftp://x",
    "://x",
    "http://proxy.corp:99999",
    "http://proxy.corp/path",
  ])("%s cannot be used", (value) => {
    expect(parseProxy(value)).toEqual({ kind: "unusable" });
  });

  it.each(["", "  ", '""', "' '"])("%j is none", (value) => {
    expect(parseProxy(value)).toEqual({ kind: "none" });
  });

  it("has its user name and password to mask, as given, decoded and encoded", () => {
    expect(parseProxy("http://mona:p%40ss@proxy.corp")).toMatchObject({
      secrets: ["mona", "p%40ss", "p@ss"],
    });
    expect(parseProxy("proxy.corp")).toMatchObject({ secrets: [] });
  });

  it("gives any user name and password to the proxy as they are", () => {
    const text = fc.string({ unit: "grapheme", minLength: 1 }).filter((part) => !/[\s%]/u.test(part));
    holds(
      fc.property(text, text, (user, password) => {
        const proxy = parseProxy(`http://${user.replaceAll(":", "")}x:${password}x@proxy.corp:3128`);
        const url = new URL(proxy.kind === "usable" ? proxy.url : "");
        expect([url.hostname, decodeURIComponent(url.username), decodeURIComponent(url.password)]).toEqual([
          "proxy.corp",
          `${user.replaceAll(":", "")}x`,
          `${password}x`,
        ]);
      }),
    );
  });
});

it.each([
  ["localhost,127.0.0.1", "localhost,127.0.0.1"],
  [' "*.corp.example, .other  host:8080" ', ".corp.example,.other,host:8080"],
  ["*", "*"],
  [" , ", ""],
])("no_proxy %j is %j for the toolkit", (value, expected) => {
  expect(normalizeNoProxy(value)).toBe(expected);
});
