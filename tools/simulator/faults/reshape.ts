import type { Fault, Json } from "../scenario.ts";

type Fields = { [key: string]: Json };

/** Changes the fields of each task in a response: one task, bare or wrapped, or a list. */
export function reshapeTasks(body: string, fault: Extract<Fault, { type: "reshaped" }>): string {
  if (body === "") {
    return body;
  }
  const value = JSON.parse(body) as Fields;
  const { entries = Number.POSITIVE_INFINITY } = fault;
  if (Array.isArray(value.tasks)) {
    const tasks = value.tasks.map((task, index) => (index < entries ? reshape(task as Fields, fault) : task));
    return JSON.stringify({ ...value, tasks });
  }
  return JSON.stringify(
    "task" in value ? { task: reshape(value.task as Fields, fault) } : reshape(value, fault),
  );
}

function reshape(
  task: Fields,
  { rename = {}, omit = [], replace = {} }: Extract<Fault, { type: "reshaped" }>,
): Fields {
  const kept = Object.entries(task).filter(([name]) => !omit.includes(name));
  return { ...Object.fromEntries(kept.map(([name, value]) => [rename[name] ?? name, value])), ...replace };
}
