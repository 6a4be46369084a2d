import { type KeyboardEvent, useMemo, useRef, useState } from 'react';
import { figure } from '../shell/format';
import { type ClusterTree, nameOf, pathTo } from './tree';
import { keyInTree, visibleRows } from './tree-keys';

/** All layers as a tree. One row takes part in the tab order; arrow keys move within. */
export function Tree({
  tree,
  chosen,
  choose,
}: {
  tree: ClusterTree;
  chosen: number | null;
  choose: (clusterId: number) => void;
}) {
  const [open, setOpen] = useState<ReadonlySet<number>>(
    () => new Set(chosen === null ? [] : pathTo(tree, chosen).map((cluster) => cluster.cluster_id)),
  );
  const rows = useMemo(() => visibleRows(tree, open), [tree, open]);
  const [focused, setFocused] = useState(chosen ?? rows[0]?.cluster.cluster_id);
  const list = useRef<HTMLDivElement>(null);
  const at = Math.max(
    0,
    rows.findIndex((row) => row.cluster.cluster_id === focused),
  );

  const setRow = (id: number, isOpen: boolean) =>
    setOpen((before) => {
      const after = new Set(before);
      if (isOpen) after.add(id);
      else after.delete(id);
      return after;
    });
  const focusRow = (index: number) => {
    setFocused(rows[index]!.cluster.cluster_id);
    (list.current?.children[index] as HTMLElement | undefined)?.focus();
  };
  const onKey = (event: KeyboardEvent) => {
    if (event.ctrlKey || event.altKey || event.metaKey) return;
    const row = rows[at]!;
    if (event.key === 'Enter' || event.key === ' ') choose(row.cluster.cluster_id);
    const { go, open: isOpen } = keyInTree(event.key, rows, at, (row) => nameOf(tree, row.cluster.cluster_id));
    if (go !== undefined) focusRow(go);
    if (isOpen !== undefined) setRow(row.cluster.cluster_id, isOpen);
    if (go !== undefined || isOpen !== undefined || event.key === ' ') event.preventDefault();
  };

  return (
    <div ref={list} role="tree" aria-label="Clusters, broad to narrow" className="tree">
      {rows.map(({ cluster, level, position, siblings, open: isOpen }, index) => (
        <div
          key={cluster.cluster_id}
          role="treeitem"
          aria-level={level}
          aria-posinset={position}
          aria-setsize={siblings}
          aria-expanded={isOpen}
          aria-selected={cluster.cluster_id === chosen}
          tabIndex={index === at ? 0 : -1}
          style={{ paddingInlineStart: `${level - 0.6}rem` }}
          onKeyDown={onKey}
          onClick={() => {
            setFocused(cluster.cluster_id);
            choose(cluster.cluster_id);
            if (isOpen !== undefined) setRow(cluster.cluster_id, !isOpen);
          }}
        >
          <span className="twist" aria-hidden="true">
            {isOpen === undefined ? '' : isOpen ? '▾' : '▸'}
          </span>
          <span className="name">{nameOf(tree, cluster.cluster_id)}</span>
          <span className="quiet">{figure(cluster.size)}</span>
        </div>
      ))}
    </div>
  );
}
