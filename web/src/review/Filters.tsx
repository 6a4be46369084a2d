import { useMemo, useState } from 'react';
import type { ReviewFilter } from '../api/service';
import type { Cluster } from '../api/types';
import { nameOf, treeOf } from '../clusters/tree';

/** Which page tags are listed. */
export function Filters({
  value,
  clusters,
  onChange,
}: {
  value: ReviewFilter;
  clusters: readonly Cluster[];
  onChange: (filter: ReviewFilter) => void;
}) {
  const [q, setQ] = useState(value.q ?? '');
  const named = useMemo(() => {
    const tree = treeOf(clusters);
    const narrow = clusters.filter((cluster) => cluster.layer === 0);
    return narrow
      .map(({ cluster_id, size }) => ({ cluster_id, size, name: nameOf(tree, cluster_id) }))
      .sort((a, b) => a.name.localeCompare(b.name));
  }, [clusters]);
  return (
    <form
      className="row filters"
      onSubmit={(event) => {
        event.preventDefault();
        onChange({ ...value, q: q.trim() });
      }}
    >
      <label>
        Show
        <select
          value={value.status}
          onChange={(event) => onChange({ ...value, status: event.target.value as ReviewFilter['status'] })}
        >
          <option value="suggested">Suggested tags</option>
          <option value="applied">Applied tags</option>
          <option value="rejected">Rejected tags</option>
        </select>
      </label>
      <label>
        Cluster
        <select
          value={value.cluster_id ?? ''}
          onChange={(event) =>
            onChange({ ...value, cluster_id: event.target.value === '' ? undefined : Number(event.target.value) })
          }
        >
          <option value="">All</option>
          {named.map((cluster) => (
            <option key={cluster.cluster_id} value={cluster.cluster_id}>
              {cluster.name} ({cluster.size})
            </option>
          ))}
        </select>
      </label>
      <label>
        Title or tag
        <input type="search" value={q} onChange={(event) => setQ(event.target.value)} />
      </label>
      <button type="submit">Filter</button>
    </form>
  );
}
