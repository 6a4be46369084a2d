import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Webhook } from 'standardwebhooks';
import type { WikiAppJob } from '../../../src/wiki-app/jobs.schemas.js';
import { type DataFolder, dataFolder } from '../../support/data-folder.js';
import { topicPages } from '../../support/made-pages.js';
import { type TestDatabase, testDatabase } from '../../support/postgres.js';
import { TestService } from '../../support/service.js';
import { until } from '../../support/until.js';
import { JWT_SECRET, Person } from '../../support/wiki-app.js';
import { makeWiki } from '../../support/wiki-client.js';

const WEBHOOK_SECRET = 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw';

interface Told {
  readonly notification_id: string;
  readonly kind: string;
  readonly job_id: string | null;
  readonly message: string;
  readonly read_at: string | null;
}

/** The wiki app in one process, the tagging service in another, each with a database of its own. */
describe('runs that users start', () => {
  let folder: DataFolder;
  let database: TestDatabase;
  let service: TestService;
  let app: TestService;
  let mary: Person;
  let admin: Person;

  /** The service always at the same address, as it would be. */
  const startService = (env: NodeJS.ProcessEnv = {}) =>
    TestService.start({
      ...{ DATA_DIR: folder.path, TAGGER: 'keywords', WEBHOOK_SECRET, WEBHOOK_ALLOWED_HOSTS: '127.0.0.1' },
      ...(service === undefined ? {} : { PORT: new URL(service.url).port }),
      ...env,
    });

  beforeAll(async () => {
    folder = dataFolder();
    database = await testDatabase();
    service = await startService();
    app = await TestService.start(
      {
        ...{ DATABASE_URL: database.url, WIKI_JWT_SECRET: JWT_SECRET, WEBHOOK_SECRET },
        ...{ TAGGING_API_URL: service.url, TAGGING_API_KEY: 'a-key-for-the-tests' },
      },
      'api',
    );
    mary = await Person.named(() => app, 'mary');
    admin = await Person.named(() => app, 'alice', 'admin');
  });
  afterAll(async () => {
    await app?.stop();
    await service?.stop();
    await database?.close();
    folder?.remove();
  });

  const maryWiki = async (pages: number) => {
    const wiki = await makeWiki(service, topicPages(pages, 4));
    expect((await admin.ask('PUT', `/api/wikis/${wiki}/owner`, { owner: 'mary' })).status).toBe(200);
    return wiki;
  };
  const start = async (wiki: number) => {
    const { status, body } = await mary.post<{ job_id: string }>('/api/tags/cluster-tag-wiki', { wiki_id: wiki });
    expect([status, body]).toMatchObject([202, { job_id: expect.stringContaining(`cluster_wiki_${wiki}_`) }]);
    return body.job_id;
  };
  const stored = async (jobId: string) => (await mary.get<WikiAppJob>(`/api/tags/jobs/${jobId}`)).body;
  const untilStatus = (jobId: string, status: string) =>
    until(async () => (await stored(jobId)).status === status, 30_000, `${jobId} is ${status}`);
  const told = async (jobId: string, who = mary) =>
    (await who.get<{ notifications: Told[] }>('/api/notifications')).body.notifications.filter(
      (n) => n.job_id === jobId,
    );
  /** A message as the service signs it. */
  const deliver = (job: object, { secret = WEBHOOK_SECRET, at = new Date(), id = 'msg_1', query = '' } = {}) => {
    const body = JSON.stringify({ type: 'cluster_tag_wiki.completed', timestamp: at.toISOString(), data: job });
    return app.request('POST', `/api/tags/callback${query}`, body, {
      'content-type': 'application/json',
      'webhook-id': id,
      'webhook-timestamp': String(Math.floor(at.getTime() / 1000)),
      'webhook-signature': new Webhook(secret).sign(id, at, body),
    });
  };

  it('are told of at their end, once, and to nobody else', async () => {
    const wiki = await maryWiki(40);
    const jobId = await start(wiki);
    await untilStatus(jobId, 'completed');
    const job = await stored(jobId);
    expect(job).toMatchObject({
      wiki_id: wiki,
      started_by: 'mary',
      progress: { pages_fetched: 40 },
      errors: [],
      error: null,
    });
    const { body } = await service.get<{ webhooks: { webhook_id: string; state: string }[] }>(
      `/webhooks?job_id=${jobId}`,
    );
    await until(
      async () => (await service.get<typeof body>(`/webhooks?job_id=${jobId}`)).body.webhooks[0]?.state === 'delivered',
      10_000,
      'the delivery',
    );
    const [first, ...more] = await told(jobId);
    expect([first, more]).toMatchObject([
      { kind: 'completed', message: expect.stringContaining('40 pages'), read_at: null },
      [],
    ]);
    expect(await told(jobId, admin)).toEqual([]);

    // the same message again, as the service would send it, and as somebody who kept it would
    expect((await service.post(`/webhooks/${body.webhooks[0]!.webhook_id}/redeliver`)).status).toBe(202);
    const settled = (await service.get<Record<string, unknown>>(`/analyze/wiki/cluster/${jobId}`)).body;
    expect((await deliver(settled)).status).toBe(204);
    expect((await deliver(settled, { id: 'msg_2' })).status).toBe(204);
    expect(await told(jobId)).toHaveLength(1);

    expect((await mary.post(`/api/notifications/${first!.notification_id}/read`)).status).toBe(204);
    expect(await told(jobId)).toMatchObject([{ read_at: expect.any(String) }]);
    const others = await admin.post(`/api/notifications/${first!.notification_id}/read`);
    expect([others.status, others.body['code']]).toEqual([404, 'notification_not_found']);
  });

  it('are not changed by a message that is forged, old, altered, or about another run', async () => {
    const wiki = await maryWiki(20);
    const jobId = await start(wiki);
    await untilStatus(jobId, 'completed');
    const { body: job } = await service.get<Record<string, unknown>>(`/analyze/wiki/cluster/${jobId}`);
    const failed = { ...job, status: 'failed', completed_at: new Date().toISOString() };
    const refused = [
      await deliver(failed, { secret: 'whsec_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA' }),
      await deliver(failed, { at: new Date(Date.now() - 6 * 60_000) }),
      await deliver(failed, { at: new Date(Date.now() + 6 * 60_000) }),
      await mary.post('/api/tags/callback', { type: 'cluster_tag_wiki.failed', data: failed }),
      await app.post('/api/tags/callback', 'not even JSON', { 'content-type': 'text/plain' }),
    ];
    expect(refused.map(({ status, body }) => [status, body['code']])).toEqual(
      refused.map(() => [401, 'signature_invalid']),
    );
    // genuine, but not of this wiki, or of a run that nobody asked for here
    const { request_id } = await stored(jobId);
    const query = `?request=${request_id}`;
    expect((await deliver({ ...failed, wiki_id: wiki + 1 }, { query })).status).toBe(204);
    expect((await deliver({ ...failed, job_id: 'cluster_wiki_1_00000000000' }, { query })).status).toBe(204);
    expect((await deliver({ hello: 1 })).status).toBe(422);
    expect((await stored(jobId)).status).toBe('completed');
    expect(await told(jobId)).toHaveLength(1);
  });

  it('are as the service says, whatever a late message says: a look follows', async () => {
    const wiki = await maryWiki(20);
    const jobId = await start(wiki);
    await untilStatus(jobId, 'completed');
    const { body: job } = await service.get<Record<string, unknown>>(`/analyze/wiki/cluster/${jobId}`);
    const earlier = { ...job, status: 'cancelled', completed_at: new Date(Date.now() - 60_000).toISOString() };
    expect((await deliver(earlier)).status).toBe(204);
    await untilStatus(jobId, 'completed');
    expect((await told(jobId)).map(({ kind }) => kind)).toEqual(['cancelled', 'completed']);
  });

  it('that are cancelled and resumed through the gateway are followed to each end', async () => {
    const wiki = await maryWiki(900);
    const jobId = await start(wiki);
    const path = `/api/service/analyze/wiki/cluster/${jobId}`;
    expect((await mary.post(`${path}/cancel`)).status).toBe(202);
    await untilStatus(jobId, 'cancelled');
    expect((await mary.post(`${path}/resume`)).status).toBe(202);
    await untilStatus(jobId, 'completed');
    expect((await told(jobId)).map(({ kind }) => kind)).toEqual(['completed', 'cancelled']);
  });

  it('are refused with the words of the service, and leave no job behind', async () => {
    const wiki = await maryWiki(900);
    const first = await start(wiki);
    const again = await mary.post('/api/tags/cluster-tag-wiki', { wiki_id: wiki });
    expect([again.status, again.body]).toMatchObject([409, { code: 'run_active', job_id: first }]);
    await mary.post(`/api/service/analyze/wiki/cluster/${first}/cancel`);
    const odd = await mary.post('/api/tags/cluster-tag-wiki', { wiki_id: wiki, options: { method: 'magic' } });
    expect([odd.status, odd.body]).toMatchObject([
      422,
      { code: 'validation_failed', errors: [{ field: 'options.method' }] },
    ]);
    const none = await admin.post('/api/tags/cluster-tag-wiki', { wiki_id: 999_999 });
    expect([none.status, none.body['code']]).toEqual([404, 'wiki_not_found']);
    const { jobs } = (await mary.get<{ jobs: WikiAppJob[] }>(`/api/tags/jobs?wiki_id=${wiki}`)).body;
    expect(jobs.map(({ status, job_id, error }) => [status, job_id, error?.code])).toEqual([
      ['failed', null, 'validation_failed'],
      ['failed', null, 'run_active'],
      [expect.any(String), first, undefined],
    ]);
  });

  it('are refused while the service is down, and found out about once it is back', async () => {
    const wiki = await maryWiki(900);
    const jobId = await start(wiki);
    await service.kill();
    const down = await mary.post('/api/tags/cluster-tag-wiki', { wiki_id: wiki });
    expect([down.status, down.body]).toMatchObject([503, { code: 'tagging_service_down' }]);
    expect((await mary.get('/api/wikis')).body['code']).toBe('tagging_service_down');
    expect((await mary.get(`/api/service/wikis/${wiki}/tags`)).body['code']).toBe('tagging_service_down');
    await until(async () => (await stored(jobId)).trouble !== null, 20_000, 'the trouble');
    expect((await stored(jobId)).trouble).toContain('cannot be reached');
    service = await startService();
    await untilStatus(jobId, 'completed');
    expect(await stored(jobId)).toMatchObject({ trouble: null, errors: [] });
    expect(await told(jobId)).toMatchObject([{ kind: 'completed' }]);
    const { jobs } = (await mary.get<{ jobs: WikiAppJob[] }>(`/api/tags/jobs?wiki_id=${wiki}`)).body;
    expect(jobs.map(({ status }) => status)).toEqual(['failed', 'completed']);
  });

  it('are kept true by looking where the service takes no callback, and where the message is lost', async () => {
    await service.stop();
    service = await startService({ WEBHOOK_ALLOWED_HOSTS: '' });
    const polled = await start(await maryWiki(20));
    await untilStatus(polled, 'completed');
    expect((await service.get<{ webhooks: object[] }>(`/webhooks?job_id=${polled}`)).body.webhooks).toEqual([]);
    expect(await told(polled)).toHaveLength(1);

    await service.stop();
    service = await startService({ WEBHOOK_SECRET: 'whsec_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA' });
    const lost = await start(await maryWiki(20));
    await untilStatus(lost, 'completed');
    const { webhooks } = (await service.get<{ webhooks: { state: string }[] }>(`/webhooks?job_id=${lost}`)).body;
    expect(webhooks).toMatchObject([{ state: 'pending' }]);
    expect(await told(lost)).toHaveLength(1);
  });

  it('end for the wiki app, too, where the wiki is deleted', async () => {
    await service.stop();
    service = await startService();
    const wiki = await maryWiki(900);
    const jobId = await start(wiki);
    await mary.post(`/api/service/analyze/wiki/cluster/${jobId}/cancel`);
    await until(async () => (await service.request('DELETE', `/wikis/${wiki}`)).status === 204, 10_000, 'the deletion');
    const over = async () => ['failed', 'cancelled'].includes((await stored(jobId)).status);
    await until(over, 20_000, 'the news');
    // it may have heard of the cancel before the deletion
    const { status, error } = await stored(jobId);
    expect([status, error?.code]).toEqual(
      status === 'cancelled' ? ['cancelled', undefined] : ['failed', 'job_not_found'],
    );
    expect(
      (await mary.get<{ wikis: { wiki_id: number }[] }>('/api/wikis')).body.wikis.map((w) => w.wiki_id),
    ).not.toContain(wiki);
  });
});
