import type { Dendrogram } from './single-linkage.js';

/**
 * The hierarchy of clusters of at least minClusterSize rows (Campello et al. 2013, section 4). Cluster 0 is the root;
 * parents come before children. Points leave a cluster one by one, or all at once where it splits in two.
 */
export interface CondensedTree {
  /** Parent of each cluster, -1 for the root. */
  readonly parent: Int32Array;
  /** Lambda at which each cluster appears; 0 for the root. */
  readonly birth: Float64Array;
  /** Lambda at which each cluster ends: the greatest at which something leaves it. */
  readonly death: Float64Array;
  /** Rows of each cluster at its birth. */
  readonly size: Int32Array;
  /** Sum over its rows of (lambda at which the row leaves - birth): the stability, or excess of mass. */
  readonly stability: Float64Array;
  /** For each point the last cluster it was in, and the lambda at which it left that. */
  readonly pointCluster: Int32Array;
  readonly pointLambda: Float64Array;
}

/** Walks the dendrogram from the root. Iterative: a chain of 20,000 merges must not overflow the stack. */
export function condense(tree: Dendrogram, minClusterSize: number): CondensedTree {
  const { points, left, right, lambda, size } = tree;
  const parent: number[] = [];
  const birth: number[] = [];
  const death: number[] = [];
  const clusterSize: number[] = [];
  const stability: number[] = [];
  const pointCluster = new Int32Array(points);
  const pointLambda = new Float64Array(points);

  const open = (from: number, at: number, rows: number): number => {
    parent.push(from);
    birth.push(at);
    death.push(at);
    clusterSize.push(rows);
    stability.push(0);
    return parent.length - 1;
  };
  const leave = (cluster: number, at: number, rows: number): void => {
    stability[cluster] += (at - birth[cluster]) * rows;
    death[cluster] = Math.max(death[cluster], at);
  };
  const dropAll = (node: number, cluster: number, at: number): void => {
    leave(cluster, at, size[node]);
    for (const stack = [node]; stack.length > 0; ) {
      const next = stack.pop() as number;
      if (next >= points) stack.push(left[next - points], right[next - points]);
      else {
        pointCluster[next] = cluster;
        pointLambda[next] = at;
      }
    }
  };

  const root = size.length - 1;
  const pending = root < 0 ? [] : [{ node: root, cluster: open(-1, 0, size[root]) }];
  for (let next = pending.pop(); next !== undefined; next = pending.pop()) {
    let { node } = next;
    const { cluster } = next;
    // Follow the cluster down while only crumbs fall off it.
    for (;;) {
      if (node < points) {
        dropAll(node, cluster, tree.pointLambda[node]);
        break;
      }
      const at = lambda[node - points];
      const a = left[node - points];
      const b = right[node - points];
      if (size[a] >= minClusterSize && size[b] >= minClusterSize) {
        leave(cluster, at, size[node]);
        pending.push(
          { node: b, cluster: open(cluster, at, size[b]) },
          { node: a, cluster: open(cluster, at, size[a]) },
        );
        break;
      }
      const keep = size[a] >= minClusterSize ? a : size[b] >= minClusterSize ? b : -1;
      if (keep !== a) dropAll(a, cluster, at);
      if (keep !== b) dropAll(b, cluster, at);
      if (keep < 0) break;
      node = keep;
    }
  }
  return {
    parent: Int32Array.from(parent),
    birth: Float64Array.from(birth),
    death: Float64Array.from(death),
    size: Int32Array.from(clusterSize),
    stability: Float64Array.from(stability),
    pointCluster,
    pointLambda,
  };
}
