import type { FanOutFigures, OneEachFigures } from "./fan-out.ts";
import type { OneTaskFigures } from "./one-task.ts";
import type { Outcome } from "./outages.ts";
import type { Measured } from "./processes.ts";
import type { Contender } from "./simulate.ts";

type ByContender<T> = ReadonlyMap<Contender, T>;
type Requests = Pick<FanOutFigures, "requests">;

/** All that was measured. A contender that cannot run here is missing from each part. Memory is in MiB. */
export interface Figures {
  readonly machine: Readonly<Record<"date" | "node" | "system" | "cpu", string>>;
  /** How often the start-up was measured. */
  readonly rounds: number;
  /** Milliseconds from spawn to first request. */
  readonly startUp: Measured;
  readonly memory: Measured;
  readonly distBytes: number;
  /** The last commit as `git archive` packs it. */
  readonly archiveBytes: number;
  /** By the minutes that the task takes. */
  readonly oneTask: ReadonlyMap<number, ByContender<OneTaskFigures>>;
  /** The action, once for 100 repositories. `odd`: with a rejected start, a task that waits, and a missing ID. */
  readonly fanOuts: Readonly<Record<"ifActiveSkip" | "withoutGlobalIds" | "amongOthers", Requests>> & {
    readonly odd: Requests & Pick<FanOutFigures, "startedWithin">;
    /** How many of our tasks the output `tasks` lacks among the others, or has without their end. */
    readonly lostAmongOthers: number;
  };
  /** A process for each of 100 repositories. */
  readonly oneEach: ByContender<OneEachFigures>;
  /** The action, once for each of these numbers of repositories. */
  readonly growth: readonly (Omit<FanOutFigures, "run"> & { repositories: number; memory: number })[];
  readonly outages: readonly { readonly title: string; readonly outcomes: ByContender<Outcome> }[];
}
