import http from "node:http";
import { InputError } from "./input-error.ts";

/** A function of `node:http` that older releases of Node.js 24 lack, as do its types. */
interface ProxySupport {
  readonly setGlobalProxyFromEnv?: () => unknown;
}

/**
 * Sends requests through the proxy that `https_proxy`, `http_proxy` and `no_proxy` name, like the runner's own tools.
 *
 * @throws {InputError} if a proxy is set, but this release of Node.js cannot enable it at run time.
 */
export function useEnvironmentProxy(
  env: Readonly<Record<string, string | undefined>>,
  support: ProxySupport = http as ProxySupport,
): void {
  const proxy = env.https_proxy || env.HTTPS_PROXY || env.http_proxy || env.HTTP_PROXY;
  if (!proxy || env.NODE_USE_ENV_PROXY === "1") {
    return;
  }
  if (support.setGlobalProxyFromEnv === undefined) {
    throw new InputError(
      "A proxy is set (https_proxy or http_proxy), but this runner's Node.js can use it only if it is told so at " +
        'its start. Set NODE_USE_ENV_PROXY: "1" in the env of this step, or update the runner.',
    );
  }
  support.setGlobalProxyFromEnv();
}
