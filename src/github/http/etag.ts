import type { Octokit } from "@octokit/core";
import { isRecord } from "../../text/json.ts";

/**
 * Makes GET requests with `request: { conditional: true }` conditional: keeps the last response of each URL, sends its
 * ETag as `If-None-Match`, and returns the kept response if the server answers 304. GitHub does not count those
 * requests towards the rate limit.
 *
 * Source: https://docs.github.com/rest/using-the-rest-api/best-practices-for-using-the-rest-api
 */
export function rememberEtags(octokit: Octokit): void {
  const remembered = new Map<
    string,
    { readonly etag: string; readonly link: string | undefined; readonly data: unknown }
  >();
  octokit.hook.wrap("request", async (send, options) => {
    if (options.method !== "GET" || options.request?.conditional !== true) {
      return send(options);
    }
    const { url } = octokit.request.endpoint(options);
    const known = remembered.get(url);
    if (known !== undefined) {
      options.headers["if-none-match"] = known.etag;
    }
    try {
      const response = await send(options);
      const { etag, link } = response.headers;
      if (typeof etag === "string" && isRecord(response.data)) {
        remembered.set(url, { etag, link, data: response.data });
      } else {
        remembered.delete(url);
      }
      return response;
    } catch (error) {
      const response = notModified(error);
      if (known === undefined || response === undefined) {
        throw error;
      }
      // A 304 need not repeat the `Link` header.
      const link = response.headers.link ?? known.link;
      const headers = link === undefined ? response.headers : { ...response.headers, link };
      return { ...response, headers, status: 200, data: known.data };
    }
  });
}

function notModified(error: unknown) {
  if (error instanceof Error && "status" in error && error.status === 304 && "response" in error) {
    return error.response as Awaited<ReturnType<Octokit["request"]>>;
  }
  return undefined;
}
