import { WorkerPool } from '../../common/worker-pool.js';
import type { Clustering, ClusterNode, Vectors } from '../types.js';

/** What crosses to the worker thread. */
export interface RepresentativesTask {
  readonly vectors: Vectors;
  readonly labels: Int32Array;
  readonly probabilities: Float32Array;
  readonly clusters: readonly ClusterNode[];
  readonly count: number;
}

const pool = new WorkerPool(new URL('./representatives.worker.js', import.meta.url), {
  maxThreads: 1,
  idleTimeout: 30_000,
});

/**
 * Up to `count` rows for each cluster of each layer, best first: central and unlike each other (maximal marginal
 * relevance, Carbonell and Goldstein 1998), no two with the same content. Always the same for the same pages. Off the
 * event loop; vectors in shared memory are not copied and must not change.
 * @throws {RangeError} where the lengths do not fit or count is not a whole number of at least 1
 */
export async function representatives(
  vectors: Vectors,
  clustering: Pick<Clustering, 'labels' | 'probabilities' | 'clusters'>,
  count: number,
): Promise<Map<number, number[]>> {
  const { labels, probabilities, clusters } = clustering;
  if (labels.length !== vectors.rows || vectors.data.length !== vectors.rows * vectors.dims)
    throw new RangeError('the clustering has other rows than the vectors');
  if (!Number.isInteger(count) || count < 1) throw new RangeError('count must be a whole number of at least 1');
  const task: RepresentativesTask = { vectors, labels, probabilities, clusters, count };
  return pool.run(task); // copies what is not in shared memory
}
