import { availableParallelism } from 'node:os';
import { nativeInstructionSet } from '../../compute/clustering.js';
import { nativeBlur, nativeLabels, nativePrincipal } from '../../compute/smoothing.js';
import type { SmoothingKernels } from './kernels.js';

/** The kernels of the native addon. @param threads 0: one a core */
export function nativeKernels(threads: number): SmoothingKernels {
  const count = threads === 0 ? availableParallelism() : threads;
  return {
    backend: 'native',
    device: `cpu ${nativeInstructionSet()} x ${count} thread${count === 1 ? '' : 's'}`,
    principal: async (x, dims) => ({ data: await nativePrincipal({ ...x, threads }, dims), rows: x.rows, dims }),
    blur: async (x, k) => {
      const { rows, ...neighbours } = await nativeBlur({ ...x, threads }, k);
      return { rows: { data: rows, rows: x.rows, dims: x.dims }, neighbours };
    },
    cluster: async (x, minClusterSize) => nativeLabels({ ...x, threads }, minClusterSize),
  };
}
