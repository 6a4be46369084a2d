import type { RunOptions } from '../api/types';

export const USUAL_OPTIONS: RunOptions = {
  auto_apply_threshold: 0.7,
  handle_outliers: 'nearest',
  regenerate_clusters: true,
  dry_run: false,
};

/** The choices of a run, folded away: the usual ones serve most wikis. */
export function Options({
  value,
  onChange,
  again,
}: {
  value: RunOptions;
  onChange: (options: RunOptions) => void;
  /** Whether there has been a run before, whose clusters could be kept. */
  again: boolean;
}) {
  const set = (change: Partial<RunOptions>) => onChange({ ...value, ...change });
  return (
    <details>
      <summary>Options</summary>
      <div className="form">
        {again && (
          <label>
            Clusters
            <select
              value={String(value.regenerate_clusters)}
              onChange={(event) => set({ regenerate_clusters: event.target.value === 'true' })}
            >
              <option value="true">Make them anew from all pages</option>
              <option value="false">Keep them: place only new and changed pages</option>
            </select>
          </label>
        )}
        <label>
          Pages that fit no cluster
          <select
            value={value.handle_outliers}
            onChange={(event) => set({ handle_outliers: event.target.value as RunOptions['handle_outliers'] })}
          >
            <option value="nearest">Tags of the nearest cluster, as suggestions</option>
            <option value="individual">Tags of their own (one LLM call a page)</option>
            <option value="skip">No tags</option>
          </select>
        </label>
        <label>
          Apply a tag by itself from a confidence of
          <select
            value={value.auto_apply_threshold}
            onChange={(event) => set({ auto_apply_threshold: Number(event.target.value) })}
          >
            <option value="0.5">50 % (more is applied, less to review)</option>
            <option value="0.7">70 % (usual)</option>
            <option value="0.85">85 % (less is applied, more to review)</option>
            <option value="1">100 % (nearly all is left to you)</option>
          </select>
        </label>
        <label>
          Fewest pages that make a cluster
          <input
            type="number"
            min={2}
            max={10000}
            placeholder="chosen from the wiki"
            value={value.min_cluster_size ?? ''}
            onChange={(event) =>
              set({ min_cluster_size: event.target.value === '' ? undefined : Number(event.target.value) })
            }
          />
        </label>
      </div>
    </details>
  );
}
