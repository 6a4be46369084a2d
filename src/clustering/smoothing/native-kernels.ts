import { availableParallelism } from 'node:os';
import { nativeHdbscan, nativeNeighbours } from '../../compute/clustering.js';
import type { NativeOptions } from '../../compute/run.js';
import {
  nativeCanonical,
  nativeCosines,
  nativeGroupProducts,
  nativeMeanRow,
  nativeNeighbourLinkage,
  nativePrincipal,
  nativeRefresh,
  nativeShift,
} from '../../compute/smoothing.js';
import { nativeBackend } from '../distance/native.js';
import type { SmoothingKernels } from './kernels.js';

/** Beyond so many rows the spanning tree of the last step is the one that a search finds. */
const EXACT_ROWS = 100_000;

/** The kernels of the native addon. */
export function nativeKernels(options: NativeOptions): SmoothingKernels {
  return {
    backend: 'native',
    device: nativeBackend.device(options.threads || availableParallelism()),
    canonical: (vectors) => nativeCanonical(vectors, options),
    cosines: nativeCosines,
    groupProducts: nativeGroupProducts,
    meanRow: (x) => (x.rows === 0 ? new Float64Array(x.dims) : nativeMeanRow(x)),
    principal: async (x, dims) => ({ data: await nativePrincipal(x, dims, options), rows: x.rows, dims }),
    neighbours: (x, k) => nativeNeighbours(x, k, options),
    refresh: (x, previous) => nativeRefresh(x, previous, options),
    shift: async (x, neighbours) => ({ ...x, data: await nativeShift(x, neighbours, options) }),
    linkage: async (x, neighbours) => {
      const { left, right, height } = await nativeNeighbourLinkage(x, neighbours, options);
      return Array.from(left, (node, m) => ({ left: node, right: right[m], height: height[m] }));
    },
    cluster: async (x, minClusterSize, neighbours) => {
      const params = {
        minClusterSize,
        minSamples: 1,
        selection: 'eom',
        allowSingleCluster: false,
        ties: 'content',
      } as const;
      const memory = { exactRows: EXACT_ROWS, storedBytes: 0 };
      return (await nativeHdbscan(x, { ...params, ...memory, neighbours }, options)).labels;
    },
  };
}
