import { connect } from 'node:net';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import pg from 'pg';
import { EmbeddedPostgres } from '../../src/database/embedded/embedded-postgres.js';
import type { Job } from '../../src/jobs/jobs.schemas.js';
import { type DataFolder, dataFolder } from '../support/data-folder.js';
import { topicPages } from '../support/made-pages.js';
import { orphans } from '../support/orphans.js';
import { TestService } from '../support/service.js';
import { until } from '../support/until.js';
import { exportOf, makeWiki, runToEnd, untilEnd } from '../support/wiki-client.js';

describe('an API and a worker on one DATA_DIR', () => {
  let folder: DataFolder;
  let attached: EmbeddedPostgres;
  let db: pg.Client;
  let api: TestService;
  let worker: TestService | undefined;
  let env: NodeJS.ProcessEnv;

  beforeAll(async () => {
    folder = dataFolder();
    env = { DATA_DIR: folder.path, TAGGER: 'keywords' };
    api = await TestService.start(env, 'api');
    attached = await EmbeddedPostgres.start(folder.path);
    db = new pg.Client({ connectionString: attached.url });
    await db.connect();
  });
  afterAll(async () => {
    await db?.end();
    await attached?.leave();
    await worker?.stop();
    await api?.stop();
    folder.remove();
  });
  afterEach(async () => {
    expect(await orphans(attached.url)).toEqual([]);
  });

  const startRun = async (wiki: number) =>
    (await api.post<{ job_id: string }>('/analyze/wiki/cluster', { wiki_id: wiki })).body.job_id;
  const show = async (id: string) => (await api.get<Job>(`/analyze/wiki/cluster/${id}`)).body;
  const isIn = (id: string, stage: string) => async () => (await show(id)).stage === stage;

  it('cancel a run at once that a killed worker has left', async () => {
    worker = await TestService.start(env, 'worker');
    const id = await startRun(await makeWiki(api, topicPages(2000, 20)));
    await until(isIn(id, 'embed'));
    await worker.kill();
    await db.query(`UPDATE runs SET heartbeat_at = now() - interval '1 hour' WHERE job_id = $1`, [id]);
    const { body } = await api.post<Job>(`/analyze/wiki/cluster/${id}/cancel`);
    expect(body).toMatchObject({ status: 'cancelled' });
  });

  it('go on with a run whose database connections broke in the middle', async () => {
    worker = await TestService.start(env, 'worker');
    const wiki = await makeWiki(api, topicPages(1500, 20));
    const id = await startRun(wiki);
    for (const stage of ['embed', 'cluster', 'tag']) {
      await until(isIn(id, stage), 60_000, stage);
      await db.query(
        `SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE pid <> pg_backend_pid() AND application_name = 'wikitag'`,
      );
    }
    await until(async () => typeof (await show(id)).completed_at === 'string', 60_000, 'the end of the run');
    expect(await show(id)).toMatchObject({ status: 'completed', errors: [] });
    expect((await exportOf(api, wiki)).every((p) => p.tags.length > 0)).toBe(true);
  });

  it('take up a run that keeps its clusters where it stopped just after it had taken them over', async () => {
    const wiki = await makeWiki(api, topicPages(60, 3));
    await runToEnd(api, wiki);
    const { job_id } = await runToEnd(api, wiki, { regenerate_clusters: false });
    const before = await exportOf(api, wiki);
    await db.query(`UPDATE runs SET status = 'processing', stage = 'cluster', completed_at = NULL WHERE job_id = $1`, [
      job_id,
    ]);
    expect(await untilEnd(api, job_id)).toMatchObject({ status: 'completed', errors: [] });
    expect(await exportOf(api, wiki)).toEqual(before);
  });

  it('leave soon when asked to, whoever is connected; the next worker ends the run', async () => {
    const service = await TestService.start(env);
    await worker?.stop();
    worker = undefined;
    const id = await startRun(await makeWiki(api, topicPages(2000, 20)));
    await until(isIn(id, 'embed'));
    const watched = service.get(`/analyze/wiki/cluster/${id}/events`).catch(() => undefined);
    const upload = connect(Number(new URL(service.url).port), '127.0.0.1').on('error', () => undefined);
    upload.write(
      'POST /wikis/1/pages HTTP/1.1\r\nhost: x\r\nauthorization: Bearer a-key-for-the-tests\r\ncontent-type: application/x-ndjson\r\ncontent-length: 1000\r\n\r\n{',
    );
    await until(async () => (await show(id)).status === 'processing');
    process.kill(service.pid, 'SIGTERM');
    await until(() => service.ended, 10_000, 'the end of the process');
    await watched;
    upload.destroy();
    worker = await TestService.start(env, 'worker');
    expect(await untilEnd(api, id)).toMatchObject({ status: 'completed', errors: [] });
  });
});
