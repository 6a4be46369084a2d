import type { Plane } from './layout.js';

/** Share of the points that stand within INNER of the middle. */
const MOST = 0.98;
const INNER = 0.9;

/**
 * Fits positions into the square from -1 to 1: the median in the middle, 98 % of the points within .9 of it (the greater
 * of |x| and |y|). The few that stand further out are drawn in to the margin, in the same direction and order, so that a
 * far-off page takes no room from the others.
 */
export function framed(at: Plane): Plane {
  const points = at.length / 2;
  if (points === 0) return at;
  const middle = [0, 1].map((axis) => quantile(at.filter((_, i) => i % 2 === axis), 0.5));
  const radius = (i: number) => Math.max(Math.abs(at[2 * i] - middle[0]), Math.abs(at[2 * i + 1] - middle[1]));
  const inner = quantile(Float64Array.from({ length: points }, (_, i) => radius(i)), MOST);
  const out = new Float64Array(at.length);
  if (inner === 0) return out;
  for (let i = 0; i < points; i++) {
    const beyond = radius(i) / inner;
    const scale = (beyond <= 1 ? INNER : (1 - (1 - INNER) / beyond) / beyond) / inner;
    for (let axis = 0; axis < 2; axis++) out[2 * i + axis] = (at[2 * i + axis] - middle[axis]) * scale;
  }
  return out;
}

/** The smallest value that at least this share of the values is not above. */
function quantile(values: Float64Array, share: number): number {
  return values.slice().sort()[Math.ceil(share * values.length) - 1];
}
