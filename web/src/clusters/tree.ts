import type { Cluster } from '../api/types';

/** How many parts a cluster without a label is called by. */
const PARTS = 3;

/** The layers of a wiki as a tree: broad clusters hold narrower ones. */
export interface ClusterTree {
  readonly byId: ReadonlyMap<number, Cluster>;
  /** Those below a cluster, the largest first; under null the broadest. */
  readonly children: ReadonlyMap<number | null, readonly Cluster[]>;
  /** What to call each: its label, or the labels of its largest parts where tagging found none for the whole. */
  readonly names: ReadonlyMap<number, string>;
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
  const names = new Map(clusters.map((cluster) => [cluster.cluster_id, nameFrom(cluster, children)]));
  return { byId, children, names };
}

function nameFrom(cluster: Cluster, children: ReadonlyMap<number | null, readonly Cluster[]>): string {
  const own = ownName(cluster);
  if (own !== undefined) return own;
  const parts = new Set<string>();
  for (let level = children.get(cluster.cluster_id) ?? []; level.length > 0 && parts.size < PARTS; ) {
    for (const part of level) if (parts.size < PARTS && ownName(part) !== undefined) parts.add(ownName(part)!);
    level = level.flatMap((part) => children.get(part.cluster_id) ?? []);
  }
  return parts.size > 0 ? `${[...parts].join(', ')} …` : `Cluster ${cluster.cluster_id}`;
}

/** Undefined where tagging found no name for it. */
export const ownName = (cluster: Cluster): string | undefined => cluster.label ?? cluster.tags[0]?.tag;

export const nameOf = ({ names }: ClusterTree, id: number): string => names.get(id) ?? `Cluster ${id}`;

/** The clusters from the broadest that holds this one down to itself. */
export function pathTo({ byId }: ClusterTree, id: number): Cluster[] {
  const path: Cluster[] = [];
  for (let at = byId.get(id); at !== undefined; at = at.parent_id === null ? undefined : byId.get(at.parent_id))
    path.unshift(at);
  return path;
}
