export const RUN_STATUSES = ['queued', 'processing', 'completed', 'failed', 'cancelled'] as const;
export type RunStatus = (typeof RUN_STATUSES)[number];

/** The stages of a run, in order. A run row's `stage` is the one to do next, or being done. */
export const RUN_STAGES = ['fetch', 'embed', 'cluster', 'tag', 'outliers', 'finish'] as const;
export type RunStage = (typeof RUN_STAGES)[number];

export interface RunOptions {
  readonly method: 'auto' | 'hdbscan';
  readonly min_cluster_size?: number;
  readonly outlier_threshold: number;
  readonly auto_apply_threshold: number;
  readonly handle_outliers: 'individual' | 'nearest' | 'skip';
  readonly regenerate_clusters: boolean;
  readonly dry_run: boolean;
}

export interface RunProgress {
  readonly pages_fetched: number;
  readonly clusters_created: number;
  readonly clusters_processed: number;
  readonly tags_generated: number;
  readonly tags_applied: number;
  readonly outliers_handled: number;
}

/** What a run is, as it stands in its row. */
export interface Run extends RunProgress {
  readonly job_id: string;
  readonly wiki_id: number;
  readonly status: RunStatus;
  readonly stage: RunStage;
  readonly options: RunOptions;
  readonly callback_url: string | null;
  readonly cancel_requested: boolean;
  /** Fencing token: counts up with every claim; a write with an older one is refused. */
  readonly fence: string;
  /** How often a worker took the run. */
  readonly attempts: number;
  /** How often in a row it was left because of a fault that passes, why the last time, and when it is looked at again. */
  readonly setbacks: number;
  readonly setback: string | null;
  readonly next_look_at: Date | null;
  readonly vector_models: readonly string[];
  readonly timings: Readonly<Record<string, number>>;
  readonly compute: Readonly<Record<string, unknown>>;
  readonly created_at: Date;
  readonly started_at: Date | null;
  readonly completed_at: Date | null;
  /** Whether the run was started as one; it is real once `applied_at` is set. */
  readonly dry_run: boolean;
  readonly applied_at: Date | null;
  readonly undone_at: Date | null;
  /** This run's result is kept and so is the one before it: that of the run `before_job_id`, or none at all. */
  readonly before_kept: boolean;
  readonly before_job_id: string | null;
}

export interface RunError {
  readonly cluster_id: number | null;
  readonly stage: string;
  readonly error: string;
}
