import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Row, Trial } from './trial.js';
import { type BarePage, wholeRun } from './whole-run.js';

const SHARED = fileURLToPath(new URL('../../../shared/data/', import.meta.url)); // beside the checkout

/** Promises for this machine: seconds from the first byte of the import to `completed`, MB for all processes together. */
const TRIALS = [
  { corpus: 'mdn', pages: 5720, seconds_limit: 60, memory_limit_mb: 1500 },
  { corpus: 'mdn', pages: 1000, seconds_limit: 10, memory_limit_mb: 1500 },
  { corpus: 'til', pages: 576, seconds_limit: 10, memory_limit_mb: 1500 },
] as const;

async function once({ corpus, pages, ...limits }: (typeof TRIALS)[number]): Promise<Row> {
  const read = readFileSync(join(SHARED, `${corpus}.jsonl`), 'utf8')
    .split('\n')
    .filter(Boolean)
    .slice(0, pages)
    .map((line): BarePage => {
      const { id, title, text } = JSON.parse(line) as { id: string; title: string; text: string };
      return { page_id: id, title, text };
    });
  const { job, ...run } = await wholeRun(corpus, read);
  const round = (seconds: number) => Math.round(seconds * 100) / 100;
  return {
    corpus,
    pages: run.pages,
    status: job.status,
    import_s: round(run.importSeconds),
    ...Object.fromEntries(Object.entries(job.timings).map(([stage, s]) => [`${stage}_s`, round(s)])),
    total_s: round(run.totalSeconds),
    ...limits,
    peak_mb: run.peakMb,
    clusters: job.progress.clusters_created,
    tags_applied: job.progress.tags_applied,
    kept:
      job.status === 'completed' && run.totalSeconds <= limits.seconds_limit && run.peakMb <= limits.memory_limit_mb,
  };
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
