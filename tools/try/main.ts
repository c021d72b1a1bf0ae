import { runAsScript, type Script } from "../command-line.ts";

const SCRIPT: Script<"event" | "event-name" | "input" | "job" | "scenario"> = {
  command: "npm run try --",
  words: ["WORKFLOW"],
  about: `Runs a workflow that uses these actions on this machine, against a simulated GitHub and in simulated time, and
prints log, outputs and summary of each step. No agent task is started anywhere.

Scripts in "run:" really run, in bash, in real time, with the commands of this machine; gh is left out, because it would
talk to the real GitHub. A checkout is a clone of the repository that WORKFLOW is in, with what is not committed yet.
A secret that is given to the input "token" or "github_token" is the token of a simulated user; all others are empty.
What cannot be run here is refused by name, each on one line: before anything runs if the file shows it.

Exits with 0 if the workflow succeeded, with 1 if it failed, and with 2 if it cannot be run.`,
  options: {
    event: {
      value: "FILE",
      about: `The event's payload as JSON, or the github context as JSON. What it leaves out has a default.
Default: the first event in "on:" that needs no payload, otherwise an issue, a comment or a failed run.`,
    },
    "event-name": { value: "NAME", about: "The event, such as issues, if the payload does not show which." },
    input: {
      value: "NAME=VALUE",
      multiple: true,
      about: "An input of workflow_dispatch. Can be given more than once.",
    },
    job: { value: "NAME", about: "Runs this job, and the jobs that it needs." },
    scenario: {
      value: "FILE",
      about: `What the simulated GitHub has, and what goes wrong, as for npm run simulator.
Its first token of a user is the one that the workflow's secrets have.`,
    },
  },
  examples: [
    "npm run try -- docs/examples/label.yml",
    'npm run try -- .github/workflows/agent.yml --input "prompt=Fix the typos."',
    "npm run try -- docs/examples/label.yml --event issue.json, with this in issue.json:",
    '  {"action": "labeled", "label": {"name": "agent"}, "issue": {"number": 7, "title": "It breaks"}}',
  ],
};

await runAsScript(SCRIPT, async ({ word, text, texts }) => {
  // Before GitHub's parser is imported.
  await import("../local-runner/json-imports.ts");
  const { tryWorkflow } = await import("./try-workflow.ts");
  return tryWorkflow({
    path: word(0) ?? "",
    eventFile: text("event"),
    eventName: text("event-name"),
    inputs: texts("input"),
    job: text("job"),
    scenarioFile: text("scenario"),
  });
});
