import { availableParallelism } from 'node:os';
import { loadAddon } from '../../compute/addon.js';
import type { DistanceBackend, DistanceOptions } from '../distance/backend.js';
import { nearestNeighbours } from '../distance/nearest.js';
import { referenceKernels, type SmoothingKernels } from './kernels.js';
import { nativeKernels } from './native-kernels.js';

/** The kernels of a backend. One that only knows distances searches the neighbours; the native core, or JavaScript, does the rest. */
export function kernelsOf(backend: DistanceBackend, options: DistanceOptions): SmoothingKernels {
  if (backend.name === 'js') return referenceKernels;
  const kernels = loadAddon().addon === null ? referenceKernels : nativeKernels(options);
  if (backend.name === 'native') return kernels;
  return {
    ...kernels,
    backend: backend.name,
    device: backend.device(options.threads || availableParallelism()),
    neighbours: (x, k) => nearestNeighbours(backend, x, k, options),
  };
}
