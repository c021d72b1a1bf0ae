// What somebody writes without an action: start a task, look at it at a fixed interval, hand on its state.
import { appendFileSync } from "node:fs";

const { API_URL, TOKEN, REPOSITORY, PROMPT, INTERVAL_SECONDS = "10", GITHUB_OUTPUT } = process.env;

const tasks = `${API_URL}/agents/repos/${REPOSITORY}/tasks`;

async function request(url, init) {
  const response = await fetch(url, {
    ...init,
    headers: {
      accept: "application/vnd.github+json",
      authorization: `Bearer ${TOKEN}`,
      "content-type": "application/json",
      "x-github-api-version": "2022-11-28",
    },
  });
  if (!response.ok) {
    throw new Error(`HTTP ${response.status}: ${await response.text()}`);
  }
  return response.json();
}

const body = JSON.stringify({ prompt: PROMPT, create_pull_request: true });
let task = await request(tasks, { method: "POST", body });
while (task.state === "queued" || task.state === "in_progress") {
  await new Promise((resolve) => setTimeout(resolve, Number(INTERVAL_SECONDS) * 1000));
  task = await request(`${tasks}/${task.id}`);
}
appendFileSync(GITHUB_OUTPUT, `task_id=${task.id}\nstate=${task.state}\n`);
process.exitCode = task.state === "completed" ? 0 : 1;
