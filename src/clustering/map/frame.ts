import type { Plane } from './layout.js';

/** Share of the points whose distance from the middle says how large the picture is. */
const MOST = 0.98;
/** A point further out than so many times that distance is far off. */
const FAR = 1.5;
/** How far from the middle the points stand that are not far off, where some are. */
const INNER = 0.9;
/** Points that lie within less than this are one spot: a quotient of such numbers may be none. */
const ONE_SPOT = 1e-300;

/**
 * Fits positions into the square from -1 to 1, the median in the middle. Points far off (by the greater of |x| and |y|) are
 * drawn in to the margin, in the same direction and order, so that they take no room from the others.
 */
export function framed(at: Plane): Plane {
  const points = at.length / 2;
  if (points === 0) return at;
  const middle = [0, 1].map((axis) =>
    quantile(
      at.filter((_, i) => i % 2 === axis),
      0.5,
    ),
  );
  const radius = Float64Array.from({ length: points }, (_, i) =>
    Math.max(Math.abs(at[2 * i] - middle[0]), Math.abs(at[2 * i + 1] - middle[1])),
  );
  const outermost = quantile(radius, 1);
  const far = FAR * quantile(radius, MOST);
  const out = new Float64Array(at.length);
  if (far < ONE_SPOT) return out;
  for (let i = 0; i < points; i++) {
    const beyond = radius[i] / far;
    const scale = outermost <= far ? 1 / outermost : (beyond <= 1 ? INNER : (1 - (1 - INNER) / beyond) / beyond) / far;
    for (let axis = 0; axis < 2; axis++) out[2 * i + axis] = (at[2 * i + axis] - middle[axis]) * scale;
  }
  return out;
}

/** The smallest value that at least this share of the values is not above. */
function quantile(values: Float64Array, share: number): number {
  return values.slice().sort()[Math.ceil(share * values.length) - 1];
}
