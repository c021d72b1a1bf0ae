/** Files by their names, as texts. */
export type Files = Readonly<Record<string, string>>;

/** A run's artifacts. */
export interface Artifacts {
  /** @throws where the run has one of that name already, from whichever attempt. GitHub may take it all the same. */
  upload(name: string, files: Files, attempt: number): void;
  /** Those whose names fit, oldest first. `attempt`: only of that one. A `*` in the pattern stands for anything. */
  find(pattern: string, attempt: number | null): readonly { readonly name: string; readonly files: Files }[];
}

/** The artifacts of a run that has none yet. */
export function createArtifacts(): Artifacts {
  const kept: { readonly name: string; readonly files: Files; readonly attempt: number }[] = [];
  return {
    upload(name, files, attempt) {
      if (kept.some((artifact) => artifact.name === name)) {
        throw new Error(`(409) Conflict: an artifact with the name ${name} already exists`);
      }
      kept.push({ name, files, attempt });
    },
    find(pattern, attempt) {
      const texts = pattern.split("*").map((text) => text.replace(/[^\w-]/g, "\\$&"));
      const fits = new RegExp(`^${texts.join("[^/]*")}$`);
      return kept.filter(
        (artifact) => fits.test(artifact.name) && (attempt === null || artifact.attempt === attempt),
      );
    },
  };
}
