/** The middle one of some numbers, or the mean of the two in the middle. NaN where there are none. */
export function median(values: readonly number[]): number {
  return quantile(values, 0.5);
}

/**
 * The number below which this part of the numbers lies, between two of them by proportion. NaN where there are none.
 *
 * @param part from 0 to 1.
 */
export function quantile(values: readonly number[], part: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  const place = part * (sorted.length - 1);
  const below = sorted[Math.floor(place)] ?? Number.NaN;
  const above = sorted[Math.ceil(place)] ?? Number.NaN;
  return below + (above - below) * (place - Math.floor(place));
}

export function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}

export function mean(values: readonly number[]): number {
  return sum(values) / values.length;
}

/**
 * How long after an end the next poll comes, on average over all ends between two times.
 *
 * @param polls the times of the polls, in any unit; the last not before `to`.
 */
export function meanDelay(polls: readonly number[], from: number, to: number): number {
  let total = 0;
  let at = from;
  for (const poll of polls.toSorted((a, b) => a - b)) {
    const end = Math.min(poll, to);
    if (end > at) {
      // The delay falls from poll - at to poll - end.
      total += ((poll - at) ** 2 - (poll - end) ** 2) / 2;
      at = end;
    }
  }
  if (at < to) {
    throw new Error("No poll comes after the last end.");
  }
  return total / (to - from);
}

/** Shows a number with its unit. */
export type Format = (value: number) => string;

export const count: Format = (value) => Math.round(value).toLocaleString("en-US");
export const ratio: Format = (value) => `${value.toFixed(2)} ×`;
export const seconds: Format = (value) => `${Number(value.toFixed(1))} s`;
export const milliseconds: Format = (value) => `${value.toFixed(0)} ms`;
export const mebibytes: Format = (value) => `${count(value)} MiB`;
export const megabytes: Format = (value) => `${Number((value / 1e6).toFixed(2))} MB`;

export const show = (value: number | undefined, format: Format, missing = "not run") =>
  value === undefined || Number.isNaN(value) ? missing : format(value);
