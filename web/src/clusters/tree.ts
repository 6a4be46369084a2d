import type { Cluster } from '../api/types';

/** The layers of a wiki as a tree: broad clusters hold narrower ones. */
export interface ClusterTree {
  readonly byId: ReadonlyMap<number, Cluster>;
  /** Those below a cluster, the largest first; under null the broadest. */
  readonly children: ReadonlyMap<number | null, readonly Cluster[]>;
}

export function treeOf(clusters: readonly Cluster[]): ClusterTree {
  const byId = new Map(clusters.map((cluster) => [cluster.cluster_id, cluster]));
  const children = new Map<number | null, Cluster[]>();
  for (const cluster of clusters) {
    const siblings = children.get(cluster.parent_id);
    if (siblings === undefined) children.set(cluster.parent_id, [cluster]);
    else siblings.push(cluster);
  }
  for (const siblings of children.values()) siblings.sort((a, b) => b.size - a.size || a.cluster_id - b.cluster_id);
  return { byId, children };
}

/** The clusters from the broadest that holds this one down to itself. */
export function pathTo({ byId }: ClusterTree, id: number): Cluster[] {
  const path: Cluster[] = [];
  for (let at = byId.get(id); at !== undefined; at = at.parent_id === null ? undefined : byId.get(at.parent_id))
    path.unshift(at);
  return path;
}

export const nameOf = (cluster: Cluster): string =>
  cluster.label ?? cluster.tags[0]?.tag ?? `Cluster ${cluster.cluster_id} (no tags)`;
