import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";
import { ROOT, runStep, type StepToRun } from "../../tools/local-runner/run-action.ts";
import { REPOSITORY, USER_TOKEN } from "../support/fixtures.ts";
import { closedAddress, githubContext } from "../support/run-dist.ts";

/**
 * A proxy in front of Prism that rewrites the content type. GitHub accepts `application/vnd.github+json`, but its
 * description names only `application/json`, and Prism accepts only what the description names.
 */
function acceptJson(target: string): Server {
  return createServer(async (request, response) => {
    const chunks = await Array.fromAsync(request as AsyncIterable<Buffer>);
    const answer = await fetch(target + request.url, {
      method: request.method ?? "GET",
      headers: {
        authorization: request.headers.authorization ?? "",
        accept: "application/json",
        ...(chunks.length === 0 ? {} : { "content-type": request.headers["content-type"] ?? "" }),
      },
      ...(chunks.length === 0 ? {} : { body: Buffer.concat(chunks) }),
    });
    response.writeHead(answer.status, { "content-type": answer.headers.get("content-type") ?? "" });
    response.end(Buffer.from(await answer.arrayBuffer()));
  }).listen(0, "127.0.0.1");
}

/**
 * Prism is a mock server by others that uses the same description of GitHub: it rejects every request that the
 * description does not allow, and generates answers from the schemas.
 */
describe("against Prism", () => {
  let prism: ChildProcess;
  let front: Server;
  let url: string;
  let log = "";

  beforeAll(async () => {
    const address = await closedAddress();
    const cli = join(ROOT, "node_modules/@stoplight/prism-cli/dist/index.js");
    const description = join(ROOT, "tools/simulator/openapi.json");
    const { port } = new URL(address);
    prism = spawn(process.execPath, [
      cli,
      "mock",
      "--errors",
      "--host",
      "127.0.0.1",
      "--port",
      port,
      description,
    ]);
    await new Promise<void>((resolve, reject) => {
      prism.once("exit", () => reject(new Error(`Prism ended: ${log}`)));
      const read = (text: Buffer) => {
        log += text.toString();
        if (log.includes("Prism is listening")) {
          resolve();
        }
      };
      prism.stdout?.on("data", read);
      prism.stderr?.on("data", read);
    });
    front = acceptJson(address);
    await once(front, "listening");
    url = `http://127.0.0.1:${(front.address() as AddressInfo).port}`;
  }, 60_000);

  afterAll(async () => {
    front.closeAllConnections();
    front.close();
    const ended = once(prism, "exit");
    prism.kill("SIGKILL");
    await ended;
  });

  const step = (action: StepToRun["action"], inputs: Record<string, string>): StepToRun => ({
    action,
    with: { token: USER_TOKEN, ...inputs },
    github: githubContext(url),
  });

  it("starts a task", async () => {
    const { exitCode, outputs } = await runStep(
      step(".", {
        prompt: "Update the dependencies.",
        // No head_ref, because it needs a pull request, and Prism has none.
        base_ref: "main",
        model: "gpt-5",
        custom_agent: "tester",
        create_pull_request: "true",
      }),
    );
    expect(exitCode).toBe(0);
    expect(outputs).toMatchObject({ state: "queued", started: "true" });
    expect(outputs.task_id).not.toBe("");
  });

  it.each([REPOSITORY, ""])("reads the status of a task in %j", async (repository) => {
    const { exitCode, outputs } = await runStep(step("status", { task_id: "1", repository }));
    expect(exitCode).toBe(0);
    expect(outputs).toMatchObject({ state: "queued", conclusion: "" });
  });

  it.each([REPOSITORY, "*"])("lists the tasks of %s with every filter", async (repository) => {
    const { exitCode, outputs } = await runStep(
      step("list", {
        repository,
        state: "queued, failed",
        since: "7d",
        archived: "true",
        limit: "1",
        ...(repository === "*" ? {} : { creator_id: "1, 2" }),
      }),
    );
    expect(exitCode).toBe(0);
    expect(outputs.count).toBe("1");
  });

  it("sends only valid requests", () => {
    expect(log).toContain("Request received");
    expect(log).not.toMatch(/violation|unprocessable|\b422\b/i);
  });
});
