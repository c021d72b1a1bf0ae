import { escapeAround } from "../text/escape.ts";
import type { TaskReport } from "./result.ts";

/** The sites, besides the configured server, that our own messages name. */
const OWN_ORIGINS = ["https://docs.github.com", "https://www.githubstatus.com"];

/**
 * A remedy as Markdown. The words are our own, so that its addresses on the server and on GitHub's sites become links.
 *
 * @param serverUrl `https://github.com`, or the URL of a GitHub Enterprise instance.
 */
export function formatRemedy(remedy: string, serverUrl: string): string {
  const origins = [...OWN_ORIGINS, URL.parse(serverUrl)?.origin];
  return escapeAround(remedy, (address) => origins.includes(URL.parse(address)?.origin));
}

/** Text about a task as Markdown. Only the addresses that GitHub gave for the task become links. */
export function formatWithTaskLinks(
  text: string,
  { task_url: taskUrl, pull_request_url: pullRequestUrl }: TaskReport,
): string {
  return escapeAround(text, (address) => address === taskUrl || address === pullRequestUrl);
}
