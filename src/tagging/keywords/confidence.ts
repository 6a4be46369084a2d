/** @returns 0 … 1: share of the group's members that the tag is expected to be right for */
export function confidenceOf(coverage: number, _size: number): number {
  return coverage;
}
