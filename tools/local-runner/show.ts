/** For whoever reads a log that the runner has not rendered. */
export const ANNOTATIONS =
  "Log lines that begin with ::notice, ::warning or ::error are annotations: the runner shows only their text.";

/** The lines of a log that the runner shows: it masks the texts of some, and hides debug lines by default. */
export function shownLog(text: string): string {
  return text.replace(/^::(?:add-mask|debug)::.*\n?/gm, "");
}
