import { fileURLToPath } from 'node:url';
import type { Job } from '../src/jobs/jobs.schemas.js';
import { testDatabase } from '../test/support/postgres.js';
import { TestService } from '../test/support/service.js';
import { untilEnd } from '../test/support/wiki-client.js';
import { powerLawClusters } from './made-wiki.js';
import type { Row, Trial } from './trial.js';

const PAGES = 10_000;
const DIMS = 1536;
const BATCH = 250;
const LIMIT_MS = 50;
const PROBE = fileURLToPath(new URL('./loop-probe.js', import.meta.url));

/** A wiki of made pages with given vectors, uploaded. */
async function makeWiki(api: TestService): Promise<number> {
  const { body } = await api.post<{ wiki_id: number }>('/wikis', { name: 'made' });
  const vectors = powerLawClusters(PAGES, DIMS);
  for (let from = 0; from < PAGES; from += BATCH) {
    const lines = Array.from({ length: BATCH }, (_, i) => {
      const row = from + i;
      const { buffer, byteOffset } = vectors.subarray(row * DIMS);
      const embedding_base64 = Buffer.from(buffer, byteOffset, DIMS * 4).toString('base64');
      return `${JSON.stringify({ page_id: `p${row}`, title: `Page ${row}`, text: `about number ${row % 97} and ${row % 89}`, embedding_base64 })}\n`;
    });
    const { status } = await api.post(`/wikis/${body.wiki_id}/pages`, lines.join(''), {
      'content-type': 'application/x-ndjson',
    });
    if (status !== 200) throw new Error(`the import answered ${status}`);
  }
  return body.wiki_id;
}

interface Stall {
  readonly at: number;
  readonly ms: number;
  /** For how much of it the thread was on a core; NaN where that is not known. */
  readonly busy: number;
}

/** From the worker's log: when each stage of the run began and ended, and every stall that the probe saw. */
function read(log: string): { stages: Map<string, { from: number; to: number }>; stalls: Stall[] } {
  const stages = new Map<string, { from: number; to: number }>();
  const stalls: Stall[] = [];
  for (const line of log.split('\n')) {
    const stall = /^stall (\d+) ([\d.]+) ([\d.]+|NaN)$/.exec(line);
    if (stall !== null) stalls.push({ at: Number(stall[1]), ms: Number(stall[2]), busy: Number(stall[3]) });
    if (!line.startsWith('{')) continue;
    const { time, msg } = JSON.parse(line) as { time: string; msg: string };
    const [, stage, what] = /^(\w+) (begins|took)/.exec(msg) ?? [];
    if (what === 'begins') stages.set(stage!, { from: Date.parse(time), to: Number.POSITIVE_INFINITY });
    else if (what === 'took') stages.set(stage!, { from: stages.get(stage!)!.from, to: Date.parse(time) });
  }
  return { stages, stalls };
}

/**
 * The promise of the worker: its event loop never stalls over 50 ms while 10,000 x 1,536 are clustered. `max_stall_ms` is
 * what callers feel; `max_busy_ms` is the part that the event loop computed itself, the rest it waited for a core. On a
 * machine where others work too only the second tells of the code.
 */
export const stallsTrial: Trial = {
  name: 'stalls',
  about: `longest stalls of a worker's event loop in a run over ${PAGES} pages with ${DIMS} numbers each, by stage`,
  async run() {
    const database = await testDatabase();
    const env = { DATABASE_URL: database.url, TAGGER: 'keywords' };
    const api = await TestService.start({ ...env, LOG_LEVEL: 'warn' }, 'api');
    try {
      const wiki = await makeWiki(api);
      const worker = await TestService.start({ ...env, NODE_OPTIONS: `--import ${PROBE}` }, 'worker');
      let job: Job;
      try {
        const { body } = await api.post<{ job_id: string }>('/analyze/wiki/cluster', { wiki_id: wiki });
        job = await untilEnd(api, body.job_id);
      } finally {
        await worker.stop();
      }
      if (job.status !== 'completed') return { notRun: `the run ${job.status}: ${JSON.stringify(job.errors)}` };
      const { stages, stalls } = read(worker.logged);
      const rows = [...stages].map(([stage, { from, to }]): Row => {
        const within = stalls.filter(({ at }) => at >= from && at <= to);
        const longest = Math.max(0, ...within.map(({ ms }) => ms));
        return {
          stage,
          seconds: Math.round((job.timings[stage] ?? 0) * 100) / 100,
          max_stall_ms: longest,
          max_busy_ms: Math.max(0, ...within.map(({ busy }) => busy)),
          over_limit: within.filter(({ ms }) => ms > LIMIT_MS).length,
          ...(stage === 'cluster' ? { kept: longest <= LIMIT_MS } : {}),
        };
      });
      return { rows };
    } finally {
      await api.stop();
      await database.close();
    }
  },
};
