import { hdbscanCluster } from './hdbscan/cluster.js';
import { autoCluster } from './smoothing/auto.js';
import type { Clustering, ClusteringOptions, Vectors } from './types.js';

/**
 * Clusters rows of vectors by the method asked for, off the event loop.
 * @throws {RangeError} for vectors or options that make no sense; more in autoCluster and hdbscanCluster
 */
export function cluster(vectors: Vectors, options: ClusteringOptions): Promise<Clustering> {
  return options.method === 'hdbscan' ? hdbscanCluster(vectors, options) : autoCluster(vectors, options);
}
