import type { Neighbours } from '../distance/backend.js';
import { bruteForce } from '../distance/brute-force.js';
import { refine } from '../distance/refine.js';
import { hdbscan } from '../hdbscan/hdbscan.js';
import { type GroupProducts, groupProducts } from '../layers/likeness.js';
import { type NeighbourLinkage, neighbourLinkage } from '../layers/neighbour-linkage.js';
import type { BackendName, Vectors } from '../types.js';
import { type CanonicalRows, canonicalRows } from './canonical.js';
import { meanRow } from './centre.js';
import { cosine } from './cosine.js';
import { shift } from './mean-shift.js';
import { principal } from './principal.js';
import { refresh } from './refresh.js';

/** The steps that cost; everything else is cheap and the same for every backend. */
export interface SmoothingKernels {
  readonly backend: Exclude<BackendName, 'auto'>;
  readonly device: string;
  /** @throws {RangeError} where a number is not finite */
  canonical(vectors: Vectors): Promise<CanonicalRows>;
  /** Cosines of pairs of unit rows, of which `pairs` holds one after the other. */
  cosines(x: Vectors, pairs: Int32Array): Float64Array;
  readonly groupProducts: GroupProducts;
  /** Mean of the rows; zeros without any. */
  meanRow(x: Vectors): Float64Array;
  principal(x: Vectors, dims: number): Promise<Vectors>;
  /** The k (at most rows - 1) nearest other rows of every row, exactly. */
  neighbours(x: Vectors, k: number): Promise<Neighbours>;
  /** As many neighbours as before, after the rows have moved a little: sought around the previous ones. */
  refresh(x: Vectors, previous: Neighbours): Promise<Neighbours>;
  /** One step of blurring mean shift. */
  shift(x: Vectors, neighbours: Neighbours): Promise<Vectors>;
  /** Exact HDBSCAN* with min_samples 1: cluster of each row, -1 for noise. Rows known to be near each other save time. */
  cluster(x: Vectors, minClusterSize: number, near: Neighbours): Promise<Int32Array>;
  readonly linkage: NeighbourLinkage;
}

/** In TypeScript: slow, readable, the truth for the native kernels, and what serves where there is no compiler. */
export const referenceKernels: SmoothingKernels = {
  backend: 'js',
  device: 'cpu, JavaScript',
  canonical: async (vectors) => {
    checkFinite(vectors);
    return canonicalRows(vectors);
  },
  cosines: (x, pairs) =>
    Float64Array.from({ length: pairs.length / 2 }, (_, p) => cosine(x, pairs[2 * p], x, pairs[2 * p + 1])),
  groupProducts,
  meanRow,
  principal: async (x, dims) => principal(x, dims),
  neighbours: async (x, wanted) => {
    const k = Math.min(wanted, x.rows - 1);
    return refine(x, bruteForce(x, k), k);
  },
  refresh: async (x, previous) => refresh(x, previous),
  shift: async (x, neighbours) => shift(x, neighbours),
  linkage: async (x, neighbours) => neighbourLinkage(x, neighbours),
  cluster: async (x, minClusterSize) =>
    hdbscan(x, { minClusterSize, minSamples: 1, selection: 'eom', allowSingleCluster: false, ties: 'content' }).labels,
};

function checkFinite({ data, dims }: Vectors): void {
  for (let i = 0; i < data.length; i++) {
    if (!Number.isFinite(data[i]))
      throw new RangeError(`row ${Math.floor(i / dims)} holds a number that is not finite`);
  }
}
