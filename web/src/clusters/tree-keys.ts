import type { Cluster } from '../api/types';
import type { ClusterTree } from './tree';

export interface Row {
  readonly cluster: Cluster;
  readonly level: number;
  readonly position: number;
  readonly siblings: number;
  readonly open: boolean | undefined;
}

/** The rows that are seen: those below an open one follow it. `open` is undefined where there is nothing below. */
export function visibleRows(
  tree: ClusterTree,
  open: ReadonlySet<number>,
  parent: number | null = null,
  level = 1,
): Row[] {
  const siblings = tree.children.get(parent) ?? [];
  return siblings.flatMap((cluster, at) => {
    const inner = tree.children.has(cluster.cluster_id);
    const isOpen = inner && open.has(cluster.cluster_id);
    const row = { cluster, level, position: at + 1, siblings: siblings.length, open: inner ? isOpen : undefined };
    return isOpen ? [row, ...visibleRows(tree, open, cluster.cluster_id, level + 1)] : [row];
  });
}

/**
 * What a key does in a tree, after the ARIA Authoring Practices: the row to go to, or whether to open or close this one.
 * Letters go to the next row that begins with them.
 */
export function keyInTree(
  key: string,
  rows: readonly Row[],
  at: number,
  nameOf: (row: Row) => string,
): { go?: number; open?: boolean } {
  const row = rows[at];
  if (row === undefined) return {};
  const parent = rows.findLastIndex((other, index) => index < at && other.level < row.level);
  switch (key) {
    case 'ArrowDown':
      return { go: Math.min(at + 1, rows.length - 1) };
    case 'ArrowUp':
      return { go: Math.max(at - 1, 0) };
    case 'Home':
      return { go: 0 };
    case 'End':
      return { go: rows.length - 1 };
    case 'ArrowRight':
      return row.open === false ? { open: true } : row.open === true ? { go: at + 1 } : {};
    case 'ArrowLeft':
      return row.open === true ? { open: false } : parent >= 0 ? { go: parent } : {};
    default: {
      if (!/^\S$/u.test(key)) return {};
      const order = [...rows.keys()].map((step) => (at + 1 + step) % rows.length);
      const letter = key.toLowerCase();
      const found = order.find((index) => nameOf(rows[index]!).toLowerCase().startsWith(letter));
      return found === undefined ? {} : { go: found };
    }
  }
}
