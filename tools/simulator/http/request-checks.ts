import type { Contract, RequestProblem } from "../contract.ts";
import type { Exchange } from "./request-log.ts";

const API_VERSIONS = new Set(["2022-11-28", "2026-03-10"]);

/** How a request breaks GitHub's description. */
export function checkRequest(contract: Contract, { operation, logged }: Exchange): RequestProblem[] {
  if (operation === null) {
    return [{ text: "no such route", consequence: "ignored" }];
  }
  const { headers, query, body } = logged;
  const problems: RequestProblem[] = [];
  if (!/^(?:bearer|token) \S+$/i.test(headers.authorization ?? "")) {
    problems.push({ text: "header authorization is neither `Bearer …` nor `token …`", consequence: 401 });
  }
  const { accept = "missing", "x-github-api-version": version = "missing" } = headers;
  const isAgentTasks = operation.route.startsWith("/agents/");
  if (isAgentTasks && accept !== "application/vnd.github+json") {
    problems.push({ text: `header accept is ${accept}`, consequence: 400 });
  }
  if (isAgentTasks && !API_VERSIONS.has(version)) {
    problems.push({ text: `header x-github-api-version is ${version}`, consequence: 400 });
  }
  if (operation.route !== "/graphql") {
    problems.push(...contract.checkRequest(operation, query, body));
  }
  // Undocumented: GitHub ignores a head without its owner, and lists every pull request.
  const head = query.get("head");
  if (operation.route === "/repos/{owner}/{repo}/pulls" && head !== null && !head.includes(":")) {
    problems.push({ text: `query head is not owner:branch: ${head}`, consequence: "ignored" });
  }
  return problems;
}
