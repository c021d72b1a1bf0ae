/** Stands in the documents and workflows until `package.json` says where this repository is hosted. */
export const PLACEHOLDER = "OWNER/agent-task-action";

/** The part of `package.json` that is read here. */
interface Manifest {
  readonly version: string;
  readonly repository?: unknown;
}

/**
 * The repository that `package.json` names, as `owner/name`.
 *
 * @throws if its field `repository` has another form than npm's `github:owner/name`.
 */
export function readRepository(packageJson: string): string {
  const { repository }: Manifest = JSON.parse(packageJson);
  const [, name] = /^github:([\w-]+\/[\w.-]+)$/.exec(typeof repository === "string" ? repository : "") ?? [];
  if (name === undefined) {
    throw new Error(
      `The field repository of package.json is ${JSON.stringify(repository)}. Allowed: "github:owner/name".`,
    );
  }
  return name;
}

/** The repository whose action a document uses first; the placeholder if it uses none. */
export function findUsedRepository(document: string): string {
  return /\buses: ([\w-]+\/[\w.-]+?)@/.exec(document)?.[1] ?? PLACEHOLDER;
}

/**
 * Names the repository in a document or workflow.
 *
 * @param earlier the repository that stands there now. The placeholder is replaced too.
 */
export function fillRepository(text: string, earlier: string, repository: string): string {
  const names = [earlier, PLACEHOLDER].map((name) => name.replaceAll(".", "\\."));
  return text.replace(new RegExp(`(?<![\\w.-])(?:${names.join("|")})(?![\\w-])`, "g"), repository);
}

/** What a reader must do before the examples work, between two comments in the document. */
const NOTE_PLACE = /<!-- owner -->\n[\s\S]*?<!-- end -->/g;

/** Writes what a reader must do before the examples work: nothing, once the owner is set and there is a `v1`. */
export function fillNote(document: string, packageJson: string): string {
  const { version }: Manifest = JSON.parse(packageJson);
  const lines = [
    ...(readRepository(packageJson) === PLACEHOLDER
      ? [
          "> In the examples, replace `OWNER` by the account that hosts this repository. Better: set `repository` in `package.json`, such",
          "> as `github:my-org/agent-task-action`, and run `npm ci && npm run generate`, which names it everywhere.",
        ]
      : []),
    ...(version.startsWith("0.")
      ? ["> There is no release yet: replace `v1` by the full SHA of a commit on the default branch."]
      : []),
  ];
  const note = lines.length === 0 ? "" : `> [!IMPORTANT]\n${lines.join("\n")}\n`;
  return document.replace(NOTE_PLACE, `<!-- owner -->\n${note}<!-- end -->`);
}
