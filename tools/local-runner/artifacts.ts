/** The contents of text files by name. */
export type Files = Readonly<Record<string, string>>;

/** A run's artifacts. */
export interface Artifacts {
  /** @throws if an attempt of the run has uploaded an artifact of that name. GitHub may accept it nevertheless. */
  upload(name: string, files: Files, attempt: number): void;
  /**
   * The artifacts whose names match the pattern, oldest first. A `*` matches anything but a slash.
   *
   * @param attempt null: of all attempts.
   */
  find(pattern: string, attempt: number | null): readonly { readonly name: string; readonly files: Files }[];
}

/** The artifacts of a new run. */
export function createArtifacts(): Artifacts {
  const uploaded: { readonly name: string; readonly files: Files; readonly attempt: number }[] = [];
  return {
    upload(name, files, attempt) {
      if (uploaded.some((artifact) => artifact.name === name)) {
        throw new Error(`(409) Conflict: an artifact with the name ${name} already exists`);
      }
      uploaded.push({ name, files, attempt });
    },
    find(pattern, attempt) {
      const texts = pattern.split("*").map((text) => text.replace(/[^\w-]/g, "\\$&"));
      const matches = new RegExp(`^${texts.join("[^/]*")}$`);
      return uploaded.filter(
        (artifact) => matches.test(artifact.name) && (attempt === null || artifact.attempt === attempt),
      );
    },
  };
}
