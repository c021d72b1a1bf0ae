import { describe, expect, it } from "@jest/globals";
import { InputError } from "../../../src/runner/input-error.ts";
import { useEnvironmentProxy } from "../../../src/runner/proxy.ts";

/** How often Node was told to use the environment's proxy. */
function timesTold(env: Record<string, string | undefined>): number {
  let told = 0;
  useEnvironmentProxy(env, {
    setGlobalProxyFromEnv: () => {
      told += 1;
    },
  });
  return told;
}

const PROXY = "http://proxy.example:3128";

describe("a proxy", () => {
  it.each(["https_proxy", "HTTPS_PROXY", "http_proxy", "HTTP_PROXY"])("named by %s is used", (name) => {
    expect(timesTold({ [name]: PROXY })).toBe(1);
  });

  it.each([[{}], [{ https_proxy: "" }], [{ no_proxy: "*" }]])("is not used with %j", (env) => {
    expect(timesTold(env)).toBe(0);
  });

  it("is left to a Node that uses it by itself", () => {
    expect(timesTold({ https_proxy: PROXY, NODE_USE_ENV_PROXY: "1" })).toBe(0);
    expect(timesTold({ https_proxy: PROXY, NODE_USE_ENV_PROXY: "0" })).toBe(1);
  });

  it("that this Node cannot use is an error with its remedy, not the proxy's address", () => {
    const use = () => useEnvironmentProxy({ https_proxy: "http://user:secret@proxy" }, {});
    expect(use).toThrow(InputError);
    expect(use).toThrow(
      "A proxy is set (https_proxy or http_proxy), but this runner's Node.js can use it only if it is told so at " +
        'its start. Set NODE_USE_ENV_PROXY: "1" in the env of this step, or update the runner.',
    );
  });

  it("is nothing to an older Node where none is set", () => {
    expect(() => useEnvironmentProxy({}, {})).not.toThrow();
  });

  it("is told of to Node itself unless a test says otherwise", () => {
    expect(() => useEnvironmentProxy({})).not.toThrow();
  });
});
