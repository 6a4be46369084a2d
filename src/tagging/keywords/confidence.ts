/** Coverage and the confidence it stands for, ascending; straight lines between. */
type Curve = readonly (readonly [number, number])[];

/** For a group's best tag. It jumps where the tag begins to hold the group together. */
const BEST: Curve = [
  [0, 0.1],
  [0.22, 0.35],
  [0.29, 0.71],
  [1, 0.77],
];

/** For its further tags, which were not what it was chosen for. */
const FURTHER: Curve = [
  [0, 0.08],
  [0.1, 0.18],
  [0.2, 0.3],
  [0.35, 0.45],
  [0.45, 0.71],
  [1, 0.77],
];

/**
 * Confidence of a tag from its measured coverage (the mean aboutness of the members). The measure is strict: a page that
 * says a word once counts a quarter, so that members are right more often than it says. The curves were fitted on two wikis
 * tagged by people. Small groups count as having one more member that the tag is wrong for.
 */
export function confidenceOf(coverage: number, size: number, best: boolean): number {
  const curve = best ? BEST : FURTHER;
  const x = (coverage * size) / (size + 1);
  let i = 1;
  while (i < curve.length - 1 && x > curve[i][0]) i++;
  const [[x0, y0], [x1, y1]] = [curve[i - 1], curve[i]];
  return y0 + ((y1 - y0) * (x - x0)) / (x1 - x0);
}
