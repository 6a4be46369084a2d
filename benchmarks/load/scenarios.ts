import { setTimeout as sleep } from 'node:timers/promises';
import type { Job } from '../../src/jobs/jobs.schemas.js';
import { FakeOpenAi } from '../../test/support/fake-openai.js';
import { topicPages } from '../../test/support/made-pages.js';
import { TestService } from '../../test/support/service.js';
import { makeWiki, untilEnd } from '../../test/support/wiki-client.js';
import type { Row } from '../trial.js';
import { type Look, memoryOf, Observer } from './observer.js';
import { Pollers } from './pollers.js';

export interface Load {
  readonly pages: number;
  readonly wikis: number;
  readonly clients: number;
  readonly runs: number;
}

export interface Result {
  readonly rows: readonly Row[];
  readonly looks?: readonly Look[];
  /** What was promised, and whether it was kept. */
  readonly promises: readonly { readonly promise: string; readonly found: string; readonly kept: boolean }[];
}

/** The promise is ten minutes a thousand pages; here a twentieth of that is asked for. */
const SECONDS_A_PAGE = 600 / 1000 / 20;
const PAGES_A_TOPIC = 20;
const LATENCY_MS = 1000;
const STATUS_P99_MS = 250;
const GROWTH = 1.1;
/** The first runs fill caches and load code. */
const WARM_UP = 5;

/** The whole service in one process on an embedded PostgreSQL, with a fake language model of 1 s latency. */
async function withService<T>(latencyMs: number, work: (service: TestService) => Promise<T>): Promise<T> {
  const model = new FakeOpenAi(undefined, latencyMs);
  const env = { OPENAI_BASE_URL: await model.listen(), OPENAI_API_KEY: 'no-key', LLM_CONCURRENCY: '16' };
  const service = await TestService.start({ ...env, LOG_LEVEL: 'warn' });
  try {
    return await work(service);
  } finally {
    await service.stop();
    await model.close();
  }
}

const start = async (service: TestService, wikiId: number) =>
  (await service.post<{ job_id: string }>('/analyze/wiki/cluster', { wiki_id: wikiId })).body.job_id;

const statusPath = (jobId: string) => `/analyze/wiki/cluster/${jobId}`;

/** One large wiki, while many clients look at its run. */
export function oneWiki({ pages, clients }: Load): Promise<Result> {
  return withService(LATENCY_MS, async (service) => {
    const wiki = await makeWiki(service, topicPages(pages, Math.ceil(pages / PAGES_A_TOPIC)));
    const observer = new Observer(service);
    const began = performance.now();
    const jobId = await start(service, wiki);
    const pollers = new Pollers(service, [statusPath(jobId)], clients);
    const stages = await untilEnded(service, jobId);
    const ended = performance.now();
    await pollers.stop();
    await observer.stop();
    const { body: job } = await service.get<Job>(statusPath(jobId));
    const windows = stages.map(({ stage, from }, i) => ({ stage, from, to: stages[i + 1]?.from ?? ended }));
    const clustering = windows.find(({ stage }) => stage === 'cluster');
    const p99 = clustering ? pollers.between(clustering.from, clustering.to).p99 : 0;
    const seconds = (ended - began) / 1000;
    return {
      rows: [
        ...windows.map(({ stage, from, to }) => ({ stage, ...pollers.between(from, to) })),
        { stage: 'all', ...pollers.between(began, ended) },
      ],
      looks: observer.looks,
      promises: [
        {
          promise: `${pages} pages in ${pages * SECONDS_A_PAGE} s`,
          found: `${job.status} in ${seconds.toFixed(1)} s`,
          kept: job.status === 'completed' && seconds <= pages * SECONDS_A_PAGE,
        },
        {
          promise: `status route, p99 below ${STATUS_P99_MS} ms while it clusters`,
          found: `${p99} ms`,
          kept: p99 < STATUS_P99_MS,
        },
      ],
    };
  });
}

/** Many wikis at once, each client looking at one of their runs. */
export function manyWikis({ wikis, clients }: Load): Promise<Result> {
  return withService(LATENCY_MS, async (service) => {
    const ids: number[] = [];
    for (let i = 0; i < wikis; i++) ids.push(await makeWiki(service, topicPages(300, 15, 100 + i)));
    const observer = new Observer(service);
    const began = performance.now();
    const jobs = await Promise.all(ids.map((id) => start(service, id)));
    const pollers = new Pollers(service, jobs.map(statusPath), clients);
    const ends = await Promise.all(jobs.map((jobId) => untilEnd(service, jobId)));
    const ended = performance.now();
    await pollers.stop();
    await observer.stop();
    const completed = ends.filter((job) => job.status === 'completed' && job.errors.length === 0).length;
    return {
      rows: [{ wikis, seconds: Math.round((ended - began) / 1000), ...pollers.between(began, ended) }],
      looks: observer.looks,
      promises: [
        {
          promise: `${wikis} wikis at once`,
          found: `${completed} completed without an error`,
          kept: completed === wikis,
        },
      ],
    };
  });
}

/** The same work again and again in one process: does its memory grow? */
export function runsInARow({ runs }: Load): Promise<Result> {
  return withService(20, async (service) => {
    const wiki = await makeWiki(service, topicPages(1000, 50));
    const rows: Row[] = [];
    for (let run = 1; run <= runs; run++) {
      const { status } = await untilEnd(service, await start(service, wiki));
      await sleep(500); // idle threads end, buffers are given back
      rows.push({ run, status, memory_mb: memoryOf(service.pid) });
    }
    const memory = rows.map((row) => Number(row['memory_mb']));
    const mean = (some: readonly number[]) => some.reduce((sum, mb) => sum + mb, 0) / some.length;
    const growth = mean(memory.slice(-WARM_UP)) / mean(memory.slice(WARM_UP, 2 * WARM_UP));
    return {
      rows,
      promises: [
        {
          promise: `memory over ${runs} runs in a row grows by at most ${Math.round((GROWTH - 1) * 100)} %`,
          found: `last ${WARM_UP} runs : runs ${WARM_UP + 1} to ${2 * WARM_UP} = ${growth.toFixed(2)}`,
          kept: growth <= GROWTH && rows.every((row) => row['status'] === 'completed'),
        },
      ],
    };
  });
}

/** Follows a run to its end; gives when each stage was first seen. */
async function untilEnded(service: TestService, jobId: string): Promise<{ stage: string; from: number }[]> {
  const stages: { stage: string; from: number }[] = [];
  for (;;) {
    const { body } = await service.get<Job>(statusPath(jobId));
    if (stages.at(-1)?.stage !== body.stage) stages.push({ stage: body.stage, from: performance.now() });
    if (['completed', 'failed', 'cancelled'].includes(body.status)) return stages;
    await sleep(50);
  }
}
