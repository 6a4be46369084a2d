import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Job } from '../src/jobs/jobs.schemas.js';
import { TestService } from '../test/support/service.js';
import { untilEnd } from '../test/support/wiki-client.js';
import { MemoryWatch } from './process-memory.js';
import type { Row, Trial } from './trial.js';

const SHARED = fileURLToPath(new URL('../../../shared/data/', import.meta.url)); // beside the checkout

/** Promises for this machine: seconds from the first byte of the import to `completed`, MB for all processes together. */
const TRIALS = [
  { corpus: 'mdn', pages: 5720, seconds_limit: 60, memory_limit_mb: 1500 },
  { corpus: 'mdn', pages: 1000, seconds_limit: 10, memory_limit_mb: 1500 },
  { corpus: 'til', pages: 576, seconds_limit: 10, memory_limit_mb: 1500 },
] as const;

async function once({ corpus, pages, ...limits }: (typeof TRIALS)[number]): Promise<Row> {
  const lines = readFileSync(join(SHARED, `${corpus}.jsonl`), 'utf8')
    .split('\n')
    .filter(Boolean)
    .slice(0, pages);
  const body = lines
    .map((line) => {
      const { id, title, text } = JSON.parse(line) as { id: string; title: string; text: string };
      return `${JSON.stringify({ page_id: id, title, text })}\n`;
    })
    .join('');
  const service = await TestService.start({ TAGGER: 'keywords', LOG_LEVEL: 'warn' });
  try {
    const memory = new MemoryWatch(service.pid);
    const { body: wiki } = await service.post<{ wiki_id: number }>('/wikis', { name: corpus });
    const started = performance.now();
    const loaded = await service.post(`/wikis/${wiki.wiki_id}/pages`, body, { 'content-type': 'application/x-ndjson' });
    const imported = performance.now();
    const { body: run } = await service.post<{ job_id: string }>('/analyze/wiki/cluster', { wiki_id: wiki.wiki_id });
    const job: Job = await untilEnd(service, run.job_id);
    const ended = performance.now();
    const seconds = (from: number, to: number) => Math.round((to - from) / 10) / 100;
    return {
      corpus,
      pages: Number(loaded.body['created']),
      status: job.status,
      import_s: seconds(started, imported),
      ...Object.fromEntries(Object.entries(job.timings).map(([stage, s]) => [`${stage}_s`, Math.round(s * 100) / 100])),
      total_s: seconds(started, ended),
      ...limits,
      peak_mb: memory.stop(),
      clusters: job.progress.clusters_created,
      tags_applied: job.progress.tags_applied,
      kept: job.status === 'completed' && ended - started <= limits.seconds_limit * 1000,
    };
  } finally {
    await service.stop();
  }
}

/** The main job, whole: pages without vectors over HTTP, offline tagger, embedded PostgreSQL, to `completed`. */
export const pipelineTrial: Trial = {
  name: 'pipeline',
  about:
    'import and run of real wikis without vectors, offline tagger, seconds of each stage and memory of all processes',
  async run() {
    if (!existsSync(join(SHARED, 'mdn.jsonl'))) return { notRun: `no ${SHARED}mdn.jsonl` };
    const rows: Row[] = [];
    for (const trial of TRIALS) rows.push(await once(trial));
    return { rows };
  },
};
