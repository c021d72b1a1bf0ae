/** The number at this index, which must be there. */
export function numberAt(numbers: readonly number[] | null, index: number): number {
  return numbers?.[index] ?? 0;
}
