import { availableParallelism } from 'node:os';
import { nativeNeighbours } from '../../compute/clustering.js';
import type { NativeOptions } from '../../compute/run.js';
import { nativeLabels, nativePrincipal, nativeRefresh, nativeShift } from '../../compute/smoothing.js';
import { nativeBackend } from '../distance/native.js';
import type { SmoothingKernels } from './kernels.js';

/** The kernels of the native addon. */
export function nativeKernels(options: NativeOptions): SmoothingKernels {
  return {
    backend: 'native',
    device: nativeBackend.device(options.threads || availableParallelism()),
    principal: async (x, dims) => ({ data: await nativePrincipal(x, dims, options), rows: x.rows, dims }),
    neighbours: (x, k) => nativeNeighbours(x, k, options),
    refresh: (x, previous) => nativeRefresh(x, previous, options),
    shift: async (x, neighbours) => ({ ...x, data: await nativeShift(x, neighbours, options) }),
    cluster: (x, minClusterSize) => nativeLabels(x, minClusterSize, options),
  };
}
