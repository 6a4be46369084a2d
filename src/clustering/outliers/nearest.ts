import { WorkerPool } from '../../common/worker-pool.js';
import type { Vectors } from '../types.js';

/** What crosses to the worker thread. */
export interface NearestTask {
  readonly vectors: Vectors;
  readonly labels: Int32Array;
}

export interface NearestClusters {
  /** The cluster each row fits best, its own one for members; -1 where there is no cluster or the row is zero. */
  readonly labels: Int32Array;
  /** How well it fits, 0 … 1: about .5 for a typical member, near 0 for a row that is like no cluster. */
  readonly confidence: Float32Array;
}

const pool = new WorkerPool(new URL('./nearest.worker.js', import.meta.url), { maxThreads: 1, idleTimeout: 30_000 });

/**
 * For every row the cluster it fits best: by the mean cosine to the cluster's pages, measured against what that is among
 * its members (the row itself left out). Off the event loop; vectors in shared memory are not copied and must not change.
 * @param labels cluster of each row, -1 for rows that are in none
 * @throws {RangeError} where the lengths do not fit
 */
export async function nearestClusters(vectors: Vectors, labels: Int32Array): Promise<NearestClusters> {
  if (labels.length !== vectors.rows || vectors.data.length !== vectors.rows * vectors.dims)
    throw new RangeError('labels and vectors differ in rows');
  return pool.run({ vectors, labels } satisfies NearestTask); // the message copies what is not in shared memory
}
