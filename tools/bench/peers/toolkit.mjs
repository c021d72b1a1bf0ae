// The smallest action with the toolkit, bundled like ours: start a task, look at it at a fixed interval, hand on its state.
import { getInput, setFailed, setOutput, setSecret } from "@actions/core";
import { getOctokit } from "@actions/github";

const token = getInput("token", { required: true });
setSecret(token);
const octokit = getOctokit(token, { baseUrl: getInput("github_api_url") });
const [owner, repo] = getInput("repository").split("/");
const headers = { accept: "application/vnd.github+json", "x-github-api-version": "2022-11-28" };
const path = "/agents/repos/{owner}/{repo}/tasks";
const prompt = getInput("prompt");
const sent = await octokit.request(`POST ${path}`, {
  owner,
  repo,
  headers,
  prompt,
  create_pull_request: true,
});
let task = sent.data;
while (task.state === "queued" || task.state === "in_progress") {
  await new Promise((resolve) => setTimeout(resolve, Number(getInput("poll_interval_seconds") || 10) * 1000));
  ({ data: task } = await octokit.request(`GET ${path}/{task_id}`, {
    owner,
    repo,
    headers,
    task_id: task.id,
  }));
}
setOutput("task_id", task.id);
setOutput("state", task.state);
if (task.state !== "completed") setFailed(`The task ended as ${task.state}.`);
