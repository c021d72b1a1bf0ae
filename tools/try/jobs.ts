import { UsageError } from "../command-line.ts";
import type { Job } from "../local-runner/workflow-file.ts";

/** The ID of a job, and those of the jobs that it needs. @throws UsageError if there is no such job. */
export function chooseJobs(jobs: readonly Pick<Job, "id" | "needs">[], wanted: string): readonly string[] {
  const job = jobs.find(({ id }) => id === wanted);
  if (job === undefined) {
    throw new UsageError(`There is no job ${wanted}. The jobs are: ${jobs.map(({ id }) => id).join(", ")}.`);
  }
  return [...new Set([wanted, ...job.needs.flatMap((id) => chooseJobs(jobs, id))])];
}
