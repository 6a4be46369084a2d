import { useMemo, useState } from 'react';
import type { ExportedPage } from '../api/types';
import { type ClusterTree, nameOf } from '../clusters/tree';
import { count } from '../shell/format';

/** The pages of the map by their clusters, as text. A cluster's pages are put in when it is opened. */
export function PageList({
  tree,
  pages,
  choose,
}: {
  tree: ClusterTree;
  pages: readonly ExportedPage[];
  choose: (page: ExportedPage) => void;
}) {
  const groups = useMemo(() => {
    const byCluster = Map.groupBy(pages, (page) => page.cluster_id);
    return [...byCluster].sort(([a, left], [b, right]) =>
      a === null ? 1 : b === null ? -1 : right.length - left.length,
    );
  }, [pages]);
  return (
    <ul className="plain lines" aria-label="Pages by cluster">
      {groups.map(([id, members]) => (
        <li key={id ?? 'none'}>
          <Group name={id === null ? 'In no cluster' : nameOf(tree, id)} pages={members} choose={choose} />
        </li>
      ))}
    </ul>
  );
}

function Group({
  name,
  pages,
  choose,
}: {
  name: string;
  pages: readonly ExportedPage[];
  choose: (page: ExportedPage) => void;
}) {
  const [open, setOpen] = useState(false);
  return (
    <details onToggle={(event) => setOpen(event.currentTarget.open)}>
      <summary className="row spread">
        <span className="name">{name}</span>
        <span className="quiet">{count(pages.length, 'page')}</span>
      </summary>
      {open && (
        <ul className="plain">
          {pages.map((page) => (
            <li key={page.page_id}>
              <button type="button" className="link" onClick={() => choose(page)}>
                {page.title}
              </button>
            </li>
          ))}
        </ul>
      )}
    </details>
  );
}
