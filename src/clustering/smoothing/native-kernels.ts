import { nativeBlur, nativePrincipal } from '../../compute/smoothing.js';
import { referenceKernels, type SmoothingKernels } from './kernels.js';

/** The kernels of the native addon. */
export function nativeKernels(threads: number): SmoothingKernels {
  return {
    backend: 'native',
    device: 'cpu',
    principal: async (x, dims) => ({ data: await nativePrincipal(x, dims, threads), rows: x.rows, dims }),
    blur: async (x, k) => {
      const { rows, ...neighbours } = await nativeBlur(x, k, threads);
      return { rows: { data: rows, rows: x.rows, dims: x.dims }, neighbours };
    },
    cluster: referenceKernels.cluster,
  };
}
