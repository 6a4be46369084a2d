import type { Run, RunError } from './run.js';

/** A run row as the API and the webhooks show it. */
export function describeJob(run: Run, errors: readonly RunError[], queuePosition: number | null) {
  const { backend, device, ...rest } = run.compute;
  return {
    job_id: run.job_id,
    wiki_id: run.wiki_id,
    status: run.status,
    stage: run.stage,
    options: { ...run.options },
    progress: {
      pages_fetched: run.pages_fetched,
      clusters_created: run.clusters_created,
      clusters_processed: run.clusters_processed,
      tags_generated: run.tags_generated,
      tags_applied: run.tags_applied,
      outliers_handled: run.outliers_handled,
    },
    errors: [...errors],
    attempts: run.attempts,
    setback: setbackOf(run),
    timings: { ...run.timings },
    compute: { backend: textOrNull(backend), device: textOrNull(device), ...rest },
    queue_position: queuePosition,
    created_at: run.created_at.toISOString(),
    started_at: run.started_at?.toISOString() ?? null,
    completed_at: run.completed_at?.toISOString() ?? null,
    dry_run: run.dry_run,
    applied_at: run.applied_at?.toISOString() ?? null,
    undone_at: run.undone_at?.toISOString() ?? null,
  };
}

/** Why an unfinished run stands still, where it does. */
function setbackOf({ completed_at, setback, setbacks, next_look_at }: Run) {
  if (setback === null || completed_at !== null) return null;
  return { error: setback, times: setbacks, next_look_at: next_look_at?.toISOString() ?? null };
}

const textOrNull = (value: unknown) => (typeof value === 'string' ? value : null);
