import type { Job, JobStage } from '../api/types';
import { count } from '../shell/format';

/** What each stage does, and about how much of the whole run is done when it begins, in per cent. */
export const STAGES: readonly { readonly stage: JobStage; readonly label: string; readonly from: number }[] = [
  { stage: 'fetch', label: 'Counting the pages', from: 0 },
  { stage: 'embed', label: 'Reading the pages', from: 3 },
  { stage: 'cluster', label: 'Finding clusters', from: 25 },
  { stage: 'tag', label: 'Tagging the clusters', from: 45 },
  { stage: 'outliers', label: 'Placing the outliers', from: 88 },
  { stage: 'finish', label: 'Finishing', from: 97 },
];

/** How much of a run is done, 0 to 100. Within the tagging by clusters; the other stages count when they are over. */
export function percentDone(job: Job): number {
  if (job.status === 'completed') return 100;
  const at = STAGES.findIndex(({ stage }) => stage === job.stage);
  const from = STAGES[at]?.from ?? 0;
  const to = STAGES[at + 1]?.from ?? 100;
  const { clusters_created, clusters_processed } = job.progress;
  const within = job.stage === 'tag' && clusters_created > 0 ? clusters_processed / clusters_created : 0;
  return Math.round(from + within * (to - from));
}

/** The state in a few words, such as `Tagging the clusters, 12 of 40`. */
export function describe(job: Job): string {
  if (job.status === 'queued')
    return job.queue_position === null || job.queue_position <= 1
      ? 'Waiting for a worker'
      : `Waiting: ${count(job.queue_position - 1, 'run')} ahead`;
  if (job.status !== 'processing') return { completed: 'Done', failed: 'Failed', cancelled: 'Cancelled' }[job.status];
  const label = STAGES.find(({ stage }) => stage === job.stage)?.label ?? job.stage;
  const { clusters_created, clusters_processed } = job.progress;
  return job.stage === 'tag' ? `${label}, ${clusters_processed} of ${clusters_created}` : label;
}
