import type { Octokit } from "@octokit/core";
import { truncate } from "../../text/format.ts";
import { isRecord, parseJson } from "../../text/json.ts";
import { mapTexts, type Redact } from "../../text/redact.ts";

/** The longest text of a response that is kept, in characters. Names and messages are far shorter. */
export const MAX_TEXT_LENGTH = 4_000;

/** The longest prompt that is kept, in characters: longer than GitHub's limit, because tasks are recognised by it. */
const MAX_PROMPT_LENGTH = 100_000;

/**
 * Reads JSON whatever its content type is, takes the tokens out of every response, and then cuts long texts: in this order,
 * because half a token would not be recognised. Only the texts of requests with `request: { verbatim: true }` stay as they
 * are: the text of an issue becomes part of a prompt.
 */
export function cleanResponses(octokit: Octokit, redact: Redact): void {
  const cleanText = (text: string, field: string) =>
    truncate(redact(text), field === "prompt" ? MAX_PROMPT_LENGTH : MAX_TEXT_LENGTH);
  octokit.hook.wrap("request", async (send, options) => {
    try {
      const response = await send(options);
      response.url = redact(response.url);
      cleanHeaders(response.headers, redact);
      const data = readData(response.data);
      response.data = options.request?.verbatim === true ? data : mapTexts(data, cleanText);
      return response;
    } catch (error) {
      if (error instanceof Error && "response" in error && isRecord(error.response)) {
        const { response } = error;
        cleanHeaders(isRecord(response.headers) ? response.headers : {}, redact);
        response.data = mapTexts(readData(response.data), cleanText);
      }
      throw error;
    }
  });
}

/**
 * The data of a response. Octokit parses only `application/json`, and gives other JSON as text or bytes, such as
 * `application/problem+json`. A task's ID in it would be lost.
 */
function readData(data: unknown): unknown {
  const text = data instanceof ArrayBuffer ? new TextDecoder().decode(data) : data;
  if (typeof text !== "string") {
    return text;
  }
  const value = parseJson(text);
  return isRecord(value) || Array.isArray(value) ? value : text;
}

function cleanHeaders(headers: Record<string, unknown>, redact: Redact): void {
  for (const [name, value] of Object.entries(headers)) {
    headers[name] = mapTexts(value, redact);
  }
}
