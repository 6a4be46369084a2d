/** Coverage and the confidence it stands for, ascending; straight lines between. */
const CURVE: readonly (readonly [number, number])[] = [
  [0, 0.1],
  [0.15, 0.25],
  [0.25, 0.42],
  [0.32, 0.72],
  [1, 0.85],
];

/**
 * Confidence of a tag from its measured coverage (the mean aboutness of the members). The measure is strict: a page that
 * says a word once counts a quarter, so that members are right more often than it says. The curve was fitted on two wikis
 * tagged by people. Small groups count as having one more member that the tag is wrong for.
 */
export function confidenceOf(coverage: number, size: number): number {
  const x = (coverage * size) / (size + 1);
  let i = 1;
  while (i < CURVE.length - 1 && x > CURVE[i][0]) i++;
  const [[x0, y0], [x1, y1]] = [CURVE[i - 1], CURVE[i]];
  return y0 + ((y1 - y0) * (x - x0)) / (x1 - x0);
}
