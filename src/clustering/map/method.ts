import type { Neighbours } from '../distance/backend.js';
import { checkVectors } from '../input.js';
import { type CanonicalRows, canonicalRows } from '../smoothing/canonical.js';
import { centreIfSkewed } from '../smoothing/centre.js';
import { fuzzyGraph } from '../smoothing/fuzzy-graph.js';
import type { SmoothingKernels } from '../smoothing/kernels.js';
import { planFor } from '../smoothing/plan.js';
import type { Vectors } from '../types.js';
import { framed } from './frame.js';
import type { Plane } from './layout.js';
import { principalPlane } from './principal-plane.js';
import { settle } from './settle.js';

/** The steps that cost. */
export interface MapKernels extends Pick<SmoothingKernels, 'principal' | 'neighbours'> {
  layout(neighbours: Neighbours, initial: Plane): Promise<Plane>;
}

/** Where pages stand that are like no other: those with a zero vector, and new ones without a way to a placed one. */
const CORNER = [-1, -1];

/**
 * Positions of the rows in the square from -1 to 1. Same pages have the same spot; the same bits for any order of the rows
 * and any number of threads.
 * @param placed positions to keep, NaN for rows that need one; where no row has one, all are laid out anew
 * @throws {InvalidClusteringInput} where the vectors are not rows x dims finite numbers
 */
export async function mapPositions(
  vectors: Vectors,
  kernels: MapKernels,
  placed?: Float32Array,
): Promise<Float32Array> {
  checkVectors(vectors);
  const canonical = canonicalRows(vectors);
  const known = placed === undefined ? undefined : canonicalPositions(canonical, placed);
  const { rows, x, neighbours } = await neighbourhood(canonical.rows, kernels);
  const at =
    known?.some((value) => !Number.isNaN(value)) === true
      ? settle(fuzzyGraph(neighbours), known)
      : framed(
          neighbours.k === 0 ? new Float64Array(2 * x.rows) : await kernels.layout(neighbours, principalPlane(rows, x)),
        );
  return Float32Array.from({ length: 2 * vectors.rows }, (_, i) => {
    const row = canonical.canonicalOf[i >> 1];
    const own = placed?.[i] ?? NaN;
    const position = Number.isNaN(own) && row >= 0 ? at[2 * row + (i & 1)] : own;
    return Number.isNaN(position) ? CORNER[i & 1] : position;
  });
}

/** The rows, centred, the same in fewer columns, and the neighbours: what the clustering begins with. */
async function neighbourhood(
  unit: Vectors,
  kernels: MapKernels,
): Promise<{ readonly rows: Vectors; readonly x: Vectors; readonly neighbours: Neighbours }> {
  const { neighbours: k, principalDims } = planFor(unit.rows, unit.rows, unit.dims);
  const { rows } = centreIfSkewed(unit);
  const x = principalDims === null ? rows : await kernels.principal(rows, principalDims);
  if (x.rows < 2) return { rows, x, neighbours: { k: 0, index: new Int32Array(0), distance: new Float64Array(0) } };
  return { rows, x, neighbours: await kernels.neighbours(x, k) };
}

/** Of the copies of a page the first placed one decides where the page is. */
function canonicalPositions({ canonicalOf, copies }: CanonicalRows, placed: Float32Array): Plane {
  const at = new Float64Array(2 * copies.length).fill(NaN);
  canonicalOf.forEach((row, i) => {
    if (row < 0 || Number.isNaN(placed[2 * i]) || !Number.isNaN(at[2 * row])) return;
    at[2 * row] = placed[2 * i];
    at[2 * row + 1] = placed[2 * i + 1];
  });
  return at;
}
