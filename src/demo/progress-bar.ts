import type { Job } from '../jobs/jobs.schemas.js';
import { RUN_STAGES } from '../pipeline/run.js';

const WIDTH = 30;
const SAYS = {
  fetch: 'counting pages',
  embed: 'reading pages',
  cluster: 'finding clusters',
  tag: 'tagging clusters',
  outliers: 'placing outliers',
  finish: 'finishing',
} as const;

/** One line that moves on a terminal; elsewhere (a log file) a line a stage. */
export class ProgressBar {
  private stage = '';

  constructor(private readonly out: NodeJS.WriteStream) {}

  show(job: Job): void {
    if (this.out.isTTY) {
      const done = Math.round(shareDone(job) * WIDTH);
      this.out.write(`\r\x1b[2K[${'#'.repeat(done)}${'.'.repeat(WIDTH - done)}] ${describe(job)}`);
    } else if (job.stage !== this.stage) {
      this.out.write(`  ${describe(job)}\n`);
    }
    this.stage = job.stage;
  }

  end(job: Job): void {
    const seconds = Object.values(job.timings).reduce((a, b) => a + b, 0);
    this.out.write(
      `${this.out.isTTY ? '\r\x1b[2K' : ''}The run ${job.status === 'completed' ? 'is complete' : job.status} after ${seconds.toFixed(1)} s.\n`,
    );
    for (const { cluster_id, stage, error } of job.errors)
      this.out.write(`  ${stage}${cluster_id === null ? '' : `, cluster ${cluster_id}`}: ${error}\n`);
  }
}

/** Stages count alike, but for tagging, which moves with its clusters. */
function shareDone(job: Job): number {
  if (job.status === 'completed') return 1;
  const { clusters_created, clusters_processed } = job.progress;
  const within = job.stage === 'tag' && clusters_created > 0 ? clusters_processed / clusters_created : 0;
  return (RUN_STAGES.indexOf(job.stage) + within) / RUN_STAGES.length;
}

function describe(job: Job): string {
  const p = job.progress;
  const counts = [
    p.pages_fetched > 0 ? `${p.pages_fetched} pages` : '',
    p.clusters_created > 0 ? `${p.clusters_processed}/${p.clusters_created} clusters` : '',
    p.tags_applied > 0 ? `${p.tags_applied} page-tags` : '',
  ].filter(Boolean);
  return [job.status === 'queued' ? 'waiting' : SAYS[job.stage], ...counts].join(', ');
}
