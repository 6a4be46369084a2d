import type { Neighbours } from '../distance/backend.js';
import type { ClusterSelection, Vectors } from '../types.js';
import { condense } from './condensed-tree.js';
import { coreDistancesOf, squaredCoreDistances } from './core-distances.js';
import { glosh, membership } from './membership.js';
import { distinctPoints, rowsAsPoints } from './points.js';
import { selectClusters } from './selection.js';
import { singleLinkage } from './single-linkage.js';
import { spanningTree } from './spanning-tree.js';

export interface HdbscanParams {
  /** Smallest group that counts as a cluster, at least 2. */
  readonly minClusterSize: number;
  /** The core distance is that to the minSamples-th other row, at least 1. */
  readonly minSamples: number;
  readonly selection: ClusterSelection;
  /** Whether all rows together may be one cluster where that lives longest. Equal rows are one in any case. */
  readonly allowSingleCluster: boolean;
  /**
   * What decides where two distances are equal, as they often are in a mutual reachability graph. `rows`: the order of the
   * rows, exactly as scikit-learn-contrib/hdbscan's generic algorithm. `content`: the numbers in the rows, so that
   * shuffled rows give the same clusters. Absent: `content`.
   */
  readonly ties?: 'rows' | 'content';
}

export interface HdbscanResult {
  /** Cluster of each row, -1 for noise; numbered by their first point: with ties by rows, their first row. */
  readonly labels: Int32Array;
  readonly probabilities: Float64Array;
  readonly outlierScores: Float64Array;
  /** Lambda at the end less lambda at the birth of each cluster. */
  readonly persistence: Float64Array;
}

/**
 * Exact HDBSCAN* (Campello, Moulavi, Sander 2013; Campello et al. 2015) in float64, to be read and to be tested against:
 * native/core/hdbscan gives the same bits, faster. O(rows^2 dims) time, O(rows) memory.
 * @param neighbours of each row, where they are known already: minSamples or more, or all there are
 */
export function hdbscan(vectors: Vectors, params: HdbscanParams, neighbours?: Neighbours): HdbscanResult {
  const points = params.ties === 'rows' ? rowsAsPoints(vectors) : distinctPoints(vectors);
  const core =
    neighbours === undefined
      ? squaredCoreDistances(points, params.minSamples)
      : coreDistancesOf(neighbours, points, params.minSamples);
  const walk = spanningTree(points, core);
  const dendrogram = singleLinkage(points, core, walk);
  const tree = condense(dendrogram, params.minClusterSize);
  const allEqual = core.every((c) => c === 0) && walk.distance.every((w) => w === 0);
  const allowRoot = (params.allowSingleCluster || allEqual) && vectors.rows >= params.minClusterSize;
  const chosen = selectClusters(tree, params.selection, allowRoot);
  const { cluster, probability } = membership(tree, chosen);
  const outlier = glosh(tree);

  const number = numberByFirstPoint(cluster);
  return {
    labels: points.ofRow.map((p) => (cluster[p] < 0 ? -1 : (number.get(cluster[p]) as number))),
    probabilities: Float64Array.from(points.ofRow, (p) => probability[p]),
    outlierScores: Float64Array.from(points.ofRow, (p) => outlier[p]),
    persistence: Float64Array.from(number.keys(), (c) => tree.death[c] - tree.birth[c]),
  };
}

function numberByFirstPoint(cluster: Int32Array): Map<number, number> {
  const number = new Map<number, number>();
  for (const c of cluster) if (c >= 0 && !number.has(c)) number.set(c, number.size);
  return number;
}
