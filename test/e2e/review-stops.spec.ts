import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import pg from 'pg';
import { EmbeddedPostgres } from '../../src/database/embedded/embedded-postgres.js';
import type { Job } from '../../src/jobs/jobs.schemas.js';
import { type DataFolder, dataFolder } from '../support/data-folder.js';
import { FakeOpenAi, type Reply } from '../support/fake-openai.js';
import { givenTopics, ONE_CLUSTER_A_TOPIC } from '../support/given-topics.js';
import { word } from '../support/made-pages.js';
import { orphans } from '../support/orphans.js';
import { TestService } from '../support/service.js';
import { until } from '../support/until.js';
import { loadPages, makeWiki, runToEnd, untilEnd } from '../support/wiki-client.js';

const TOPICS = Array.from({ length: 6 }, (_, i) => word(5000 + i));
const HANG: Reply = { fault: 'hang' };
const NO_KEY: Reply = { status: 401, error: { message: 'no' } };

describe('runs that are stopped, and services that are killed, between a dry run, its applying and undoing', () => {
  let folder: DataFolder;
  let attached: EmbeddedPostgres;
  let db: pg.Client;
  let llm: FakeOpenAi;
  let env: NodeJS.ProcessEnv;
  let service: TestService;
  let reply: (n: number) => Reply | undefined = () => undefined;

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
    service = await TestService.start(env);
    attached = await EmbeddedPostgres.start(folder.path);
    db = new pg.Client({ connectionString: attached.url });
    await db.connect();
  });
  afterEach(async () => {
    reply = () => undefined;
    expect(await orphans(attached.url)).toEqual([]);
  });
  afterAll(async () => {
    await db?.end();
    await attached?.leave();
    await service?.stop();
    await llm?.close();
    folder.remove();
  });

  const everything = async (wiki: number) => [
    (await service.get<string>(`/wikis/${wiki}/export`)).body,
    (await service.get(`/wikis/${wiki}/clusters`)).body,
    (await service.get<string>(`/wikis/${wiki}/map`)).body,
  ];
  const post = (id: string, what: string) =>
    service.post<Job & { code?: string }>(`/analyze/wiki/cluster/${id}/${what}`);
  /** A wiki with a run, and pages that have changed since. */
  const taggedWiki = async () => {
    const wiki = await makeWiki(service, givenTopics(TOPICS));
    await runToEnd(service, wiki, ONE_CLUSTER_A_TOPIC);
    await change(wiki);
    return wiki;
  };
  let changes = 0;
  const change = (wiki: number) => {
    changes++;
    return loadPages(
      service,
      wiki,
      givenTopics(TOPICS).map((page) => ({ ...page, text: `${page.text} Now with ${word(7000 + changes)} in it.` })),
    );
  };
  /** Starts a run whose third question to the LLM gets this answer, and waits until it has ended. */
  const stoppedRun = async (wiki: number, third: Reply, options: object = {}): Promise<Job> => {
    const before = llm.asked.length;
    reply = (n) => (n - before === 3 ? third : undefined);
    const request = { wiki_id: wiki, options: { ...ONE_CLUSTER_A_TOPIC, ...options } };
    const { job_id } = (await service.post<{ job_id: string }>('/analyze/wiki/cluster', request)).body;
    await until(() => llm.asked.length - before >= 3, 30_000);
    if (third === HANG) await post(job_id, 'cancel');
    return untilEnd(service, job_id);
  };

  it.each<['failed' | 'cancelled', Reply]>([
    ['failed', NO_KEY],
    ['cancelled', HANG],
  ])('a run that was %s is undone, and not gone on with then', async (status, third) => {
    const wiki = await taggedWiki();
    const before = await everything(wiki);
    const job = await stoppedRun(wiki, third);
    expect(job).toMatchObject({ status, stage: 'tag' });
    expect(await everything(wiki)).not.toEqual(before);
    expect(await post(job.job_id, 'undo')).toMatchObject({ status: 200, body: { status } });
    expect(await everything(wiki)).toEqual(before);
    expect(await post(job.job_id, 'resume')).toMatchObject({ status: 409, body: { code: 'run_not_resumable' } });
  });

  it.each<['failed' | 'cancelled', Reply]>([
    ['failed', NO_KEY],
    ['cancelled', HANG],
  ])('a dry run that was %s is resumed and applied; until then nothing moves', async (status, third) => {
    const wiki = await taggedWiki();
    const before = await everything(wiki);
    const job = await stoppedRun(wiki, third, { dry_run: true });
    expect(job).toMatchObject({ status, stage: 'tag', dry_run: true });
    expect(await post(job.job_id, 'apply')).toMatchObject({ status: 409, body: { code: 'run_not_applicable' } });
    expect((await post(job.job_id, 'resume')).status).toBe(202);
    expect(await untilEnd(service, job.job_id)).toMatchObject({ status: 'completed', errors: [] });
    expect(await everything(wiki)).toEqual(before);
    expect((await post(job.job_id, 'apply')).status).toBe(200);
    expect(await everything(wiki)).not.toEqual(before);
    expect((await post(job.job_id, 'undo')).status).toBe(200);
    expect(await everything(wiki)).toEqual(before);
  });

  it('a run that is resumed goes on from what it changed, and is still undone to what was before it', async () => {
    const wiki = await taggedWiki();
    const before = await everything(wiki);
    const job = await stoppedRun(wiki, NO_KEY);
    expect((await post(job.job_id, 'resume')).status).toBe(202);
    expect(await untilEnd(service, job.job_id)).toMatchObject({ status: 'completed', errors: [] });
    expect((await post(job.job_id, 'undo')).status).toBe(200);
    expect(await everything(wiki)).toEqual(before);
  });

  it('nothing is applied or undone while a run is active', async () => {
    const wiki = await taggedWiki();
    const dry = await runToEnd(service, wiki, { ...ONE_CLUSTER_A_TOPIC, dry_run: true });
    await change(wiki);
    reply = () => HANG;
    const asked = llm.asked.length;
    const request = { wiki_id: wiki, options: ONE_CLUSTER_A_TOPIC };
    const { job_id } = (await service.post<{ job_id: string }>('/analyze/wiki/cluster', request)).body;
    await until(() => llm.asked.length > asked, 30_000);
    for (const what of ['apply', 'undo'])
      expect(await post(dry.job_id, what)).toMatchObject({ status: 409, body: { code: 'run_active', job_id } });
    await post(job_id, 'cancel');
    await untilEnd(service, job_id);
  });

  it.each<['apply' | 'undo', 'run_tags' | 'clusters']>([
    ['undo', 'run_tags'],
    ['undo', 'clusters'],
    ['apply', 'run_tags'],
    ['apply', 'clusters'],
  ])(
    'kill -9 in the middle of %s, at the %s: nothing has happened, and it is done when asked again',
    async (what, table) => {
      const wiki = await taggedWiki();
      const second = await runToEnd(service, wiki, ONE_CLUSTER_A_TOPIC);
      await change(wiki);
      const dry = await runToEnd(service, wiki, { ...ONE_CLUSTER_A_TOPIC, dry_run: true });
      const id = what === 'apply' ? dry.job_id : second.job_id;
      const before = await everything(wiki);
      // what is deleted in the same transaction, after the wiki was set to the other result, is held here
      const lock = new pg.Client({ connectionString: attached.url });
      await lock.connect();
      await lock.query('BEGIN');
      const [held] = (
        await lock.query(
          table === 'run_tags'
            ? `SELECT version AS job_id FROM run_tags WHERE wiki_id = $1 AND version <> ALL($2) FOR UPDATE`
            : `SELECT job_id FROM clusters JOIN runs USING (job_id) WHERE wiki_id = $1 AND job_id <> ALL($2) FOR UPDATE OF clusters`,
          [wiki, what === 'apply' ? [second.job_id, dry.job_id] : [await firstOf(wiki), dry.job_id]],
        )
      ).rows;
      expect(held).toBeDefined();
      const answer = post(id, what).then(
        ({ status }) => status,
        () => 'cut off',
      );
      const waiting = async () =>
        (
          await db.query(
            `SELECT pid FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND query LIKE 'DELETE FROM ${table}%'`,
          )
        ).rows;
      await until(async () => (await waiting()).length > 0);
      const [{ pid }] = await waiting();
      await service.kill();
      expect(await answer).toBe('cut off');
      await lock.query('ROLLBACK');
      await lock.end();
      await until(async () => (await db.query('SELECT 1 FROM pg_stat_activity WHERE pid = $1', [pid])).rowCount === 0);
      service = await TestService.start(env);
      expect(await everything(wiki)).toEqual(before);
      expect((await post(id, what)).status).toBe(200);
      expect(await everything(wiki)).not.toEqual(before);
    },
  );

  const firstOf = async (wiki: number) =>
    (
      await db.query<{ job_id: string }>('SELECT job_id FROM runs WHERE wiki_id = $1 ORDER BY created_at LIMIT 1', [
        wiki,
      ])
    ).rows[0]!.job_id;
});
