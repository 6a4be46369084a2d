import type { Clustering } from '../types.js';
import type { AutoTask } from './auto.js';
import { referenceKernels } from './kernels.js';
import { smoothedClusters } from './method.js';
import { nativeKernels } from './native-kernels.js';

/** The thread that clusters: the main thread's event loop never waits for arithmetic. */
export default async function run(task: AutoTask): Promise<Clustering> {
  const { data } = task.vectors;
  for (let i = 0; i < data.length; i++) {
    if (!Number.isFinite(data[i]))
      throw new RangeError(`row ${Math.floor(i / task.vectors.dims)} holds a number that is not finite`);
  }
  const kernels = task.backend === 'native' ? nativeKernels(task.threads) : referenceKernels;
  const cancelled = new Int32Array(task.cancelled);
  return smoothedClusters(task.vectors, kernels, {
    minClusterSize: task.minClusterSize,
    checkpoint: () => {
      if (Atomics.load(cancelled, 0) !== 0) throw new Error('cancelled');
    },
  });
}
