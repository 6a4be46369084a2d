import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import pg from 'pg';
import { EmbeddedPostgres } from '../../src/database/embedded/embedded-postgres.js';
import type { Job } from '../../src/jobs/jobs.schemas.js';
import { type DataFolder, dataFolder } from '../support/data-folder.js';
import { FakeOpenAi, type Reply } from '../support/fake-openai.js';
import { givenTopics, ONE_CLUSTER_A_TOPIC } from '../support/given-topics.js';
import { numbers, word } from '../support/made-pages.js';
import { orphans } from '../support/orphans.js';
import { TestService } from '../support/service.js';
import { until } from '../support/until.js';
import { exportOf, makeWiki, type PageInput, untilEnd } from '../support/wiki-client.js';

const CLUSTERS = 8;
const HANG: Reply = { fault: 'hang' };

/** An API and its workers: processes of their own on one database. */
describe('a run is stopped', () => {
  let folder: DataFolder;
  let attached: EmbeddedPostgres;
  let db: pg.Client;
  let llm: FakeOpenAi;
  let api: TestService;
  let env: NodeJS.ProcessEnv;
  const workers: TestService[] = [];
  let reply: (n: number) => Reply | undefined = () => undefined;
  let large: number;

  beforeAll(async () => {
    folder = dataFolder();
    llm = new FakeOpenAi(() => reply(llm.asked.length));
    env = {
      DATA_DIR: folder.path,
      OPENAI_BASE_URL: await llm.listen(),
      OPENAI_API_KEY: 'k',
      LLM_CONCURRENCY: '1',
      LLM_TIMEOUT_SECONDS: '100',
    };
    api = await TestService.start(env, 'api');
    attached = await EmbeddedPostgres.start(folder.path);
    db = new pg.Client({ connectionString: attached.url });
    await db.connect();
    large = await makeWiki(api, tenThousandPages());
  }, 120_000);
  afterAll(async () => {
    await db?.end();
    await attached?.leave();
    await api?.stop();
    await llm?.close();
    folder.remove();
  });
  afterEach(async () => {
    for (const worker of workers.splice(0)) await worker.stop();
    expect(await orphans(attached.url)).toEqual([]);
  });

  let made = 0;
  const smallWiki = () => {
    made++;
    return makeWiki(api, givenTopics(Array.from({ length: CLUSTERS }, (_, i) => word(made * 100 + i))));
  };
  const work = async () => {
    const worker = await TestService.start(env, 'worker');
    workers.push(worker);
    return worker;
  };
  const begin = async (wiki: number) =>
    (await api.post<{ job_id: string }>('/analyze/wiki/cluster', { wiki_id: wiki, options: ONE_CLUSTER_A_TOPIC })).body
      .job_id;
  const show = async (id: string) => (await api.get<Job>(`/analyze/wiki/cluster/${id}`)).body;
  const cancel = (id: string) => api.post<Job>(`/analyze/wiki/cluster/${id}/cancel`);
  const ended = async (id: string) => typeof (await show(id)).completed_at === 'string';
  const untilClusteringOf = (id: string) =>
    until(
      () => workers.some((w) => w.logged.split('\n').some((l) => l.includes(id) && l.includes('cluster begins'))),
      30_000,
    );
  /** Seconds from now until `what`. */
  const secondsUntil = async (what: () => boolean | Promise<boolean>) => {
    const from = performance.now();
    await until(what, 30_000);
    return (performance.now() - from) / 1000;
  };

  it('by cancel while it is queued: at once', async () => {
    expect((await cancel(await begin(await smallWiki()))).body).toMatchObject({ status: 'cancelled', attempts: 0 });
  });

  it('by cancel in the middle of an LLM call, which is cut off', async () => {
    reply = () => HANG;
    await work();
    const asked = llm.asked.length;
    const abandoned = llm.abandoned;
    const id = await begin(await smallWiki());
    await until(() => llm.asked.length > asked, 30_000);
    expect((await cancel(id)).status).toBe(202);
    const seconds = await secondsUntil(() => ended(id));
    expect(await show(id)).toMatchObject({ status: 'cancelled', stage: 'tag', errors: [] });
    expect(seconds).toBeLessThan(5);
    await until(() => llm.open === 0);
    expect(llm.abandoned - abandoned).toBe(llm.asked.length - asked);
    console.log(`cancel in an LLM call: ${seconds.toFixed(2)} s`);
  });

  it('by cancel in the middle of the clustering of 10,000 pages', async () => {
    await work();
    const id = await begin(large);
    await untilClusteringOf(id);
    expect((await cancel(id)).body.status).toBe('processing');
    const seconds = await secondsUntil(() => ended(id));
    const job = await show(id);
    expect(job).toMatchObject({ status: 'cancelled', stage: 'cluster', errors: [] });
    expect(job.timings).not.toHaveProperty('cluster');
    expect(seconds).toBeLessThan(5);
    console.log(`cancel in the clustering: ${seconds.toFixed(2)} s`);
  });

  it.each(['an LLM call', 'the clustering'])(
    'by SIGTERM in the middle of %s: gone in 10 s, and another worker has it at once',
    async (where) => {
      reply = () => HANG;
      const first = await work();
      const asked = llm.asked.length;
      const id = await begin(where === 'the clustering' ? large : await smallWiki());
      if (where === 'the clustering') await untilClusteringOf(id);
      else await until(() => llm.asked.length > asked, 30_000);
      const second = await work();
      const { attempts, stage } = await show(id);
      process.kill(first.pid, 'SIGTERM');
      const parked = await secondsUntil(async () => (await show(id)).attempts > attempts);
      const gone = parked + (await secondsUntil(() => first.ended));
      expect(gone).toBeLessThan(10);
      expect(parked).toBeLessThan(9); // a lease would last 10 s from the last heartbeat
      expect(second.logged).toContain(id);
      expect(await show(id)).toMatchObject({ status: 'processing', stage, errors: [] });
      console.log(
        `SIGTERM in ${where}: another worker has the run after ${parked.toFixed(2)} s, gone after ${gone.toFixed(2)} s`,
      );
      await cancel(id);
      await until(() => ended(id), 30_000);
    },
  );

  it.each<['cancelled' | 'failed', Reply]>([
    ['cancelled', HANG],
    ['failed', { status: 401, error: { message: 'no' } }],
  ])('and resumed after it was %s: what succeeded is not done again', async (status, fourth) => {
    const worker = await work();
    const before = llm.asked.length;
    reply = (n) => (n - before === 4 ? fourth : undefined);
    const wiki = await smallWiki();
    const id = await begin(wiki);
    await until(() => llm.asked.length - before === 4, 30_000);
    if (status === 'cancelled') await cancel(id);
    await until(() => ended(id), 30_000);
    const stopped = await show(id);
    expect(stopped).toMatchObject({ status, stage: 'tag' });
    expect((await api.post(`/analyze/wiki/cluster/${id}/resume`)).status).toBe(202);
    const job = await untilEnd(api, id);
    expect(job).toMatchObject({ status: 'completed', errors: [] });
    expect(new Set(llm.asked.slice(before).map((a) => a.user)).size).toBe(job.progress.clusters_created);
    expect(llm.asked.length - before).toBe(job.progress.clusters_created + 1); // the fourth was asked twice
    for (const done of ['fetch', 'embed', 'cluster']) {
      expect(job.timings[done]).toBe(stopped.timings[done]);
      const times = worker.logged.split('\n').filter((l) => l.includes(id) && l.includes(`"${done} begins"`)).length;
      expect(times).toBe(1);
    }
    expect((await exportOf(api, wiki)).every((p) => p.tags.length > 0)).toBe(true);
  });
});

/** Pages with vectors around a hundred centres: some seconds of clustering. */
function tenThousandPages(): PageInput[] {
  const next = numbers(9);
  const dims = 128;
  const centres = Array.from({ length: 100 }, () => Array.from({ length: dims }, () => next() - 0.5));
  return Array.from({ length: 10_000 }, (_, i) => ({
    page_id: `p${i}`,
    title: `page ${i}`,
    text: 'text',
    embedding: centres[i % 100]!.map((x) => Number((x + (next() - 0.5) * 0.5).toFixed(3))),
  }));
}
