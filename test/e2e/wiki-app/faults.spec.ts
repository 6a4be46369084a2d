import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import pg from 'pg';
import type { WikiAppJob } from '../../../src/wiki-app/jobs.schemas.js';
import { type Answering, FakeTaggingService, type Got, json } from '../../support/fake-tagging-service.js';
import { type TestDatabase, testDatabase } from '../../support/postgres.js';
import { TestService } from '../../support/service.js';
import { until } from '../../support/until.js';
import { JWT_SECRET, Person } from '../../support/wiki-app.js';

const hang: Answering = () => {};
const breakOff: Answering = (response) => response.destroy();
const isStart = ({ method, url }: Got) => method === 'POST' && url === '/analyze/wiki/cluster';

/** A service that begins a run, once for each Idempotency-Key, and has it done by the time it is asked for. */
const working: Answering = (response, got) => {
  const jobId = isStart(got) ? `job_${got.headers['idempotency-key']}` : got.url.split('/').at(-1)!;
  const progress = { pages_fetched: 3, clusters_created: 1, tags_applied: 2 };
  const job = {
    job_id: jobId,
    wiki_id: 1,
    status: 'completed',
    completed_at: '2026-01-31T12:00:00.000Z',
    progress,
    errors: [],
  };
  const started = { job_id: jobId, status: 'queued', estimated_duration_seconds: 1 };
  return isStart(got) ? json(202, started)(response, got) : json(200, job)(response, got);
};

describe('a start that the service', () => {
  let database: TestDatabase;
  let client: pg.Client;
  let fake: FakeTaggingService;
  let app: TestService;
  let alice: Person;

  const startApp = () =>
    TestService.start(
      {
        ...{ DATABASE_URL: database.url, WIKI_JWT_SECRET: JWT_SECRET, WEBHOOK_SECRET: 'only-to-be-there' },
        ...{
          TAGGING_API_URL: `${fake.url}/`,
          TAGGING_API_KEY: 'the-key-of-the-wiki',
          WIKI_APP_URL: 'http://wiki.example/',
        },
      },
      'api',
    );
  beforeAll(async () => {
    database = await testDatabase();
    client = new pg.Client({ connectionString: database.url });
    await client.connect();
    fake = await new FakeTaggingService(working).listen();
    app = await startApp();
    alice = await Person.named(() => app, 'alice', 'admin');
  });
  afterAll(async () => {
    await app?.stop();
    await client?.end();
    await database?.close();
    await fake?.close();
  });
  beforeEach(async () => {
    await client.query('TRUNCATE wiki_app_jobs, wiki_app_notifications');
    fake.got.length = 0;
    fake.answer = working;
  });

  const start = () => alice.post('/api/tags/cluster-tag-wiki', { wiki_id: 1, options: { dry_run: true } });
  const jobs = async () => (await alice.get<{ jobs: WikiAppJob[] }>('/api/tags/jobs?wiki_id=1')).body.jobs;
  const told = async () =>
    (await alice.get<{ notifications: { kind: string; message: string }[] }>('/api/notifications')).body.notifications;
  const starts = () => fake.got.filter(isStart);
  const untilTold = (...kinds: string[]) =>
    until(async () => (await told()).map(({ kind }) => kind).join() === kinds.join(), 20_000, `told: ${kinds}`);

  it('takes is asked for with the key of the wiki app, its address and an Idempotency-Key', async () => {
    expect((await start()).status).toBe(202);
    const [{ headers, body }] = starts();
    const [{ request_id }] = await jobs();
    expect(headers).toMatchObject({ authorization: 'Bearer the-key-of-the-wiki', 'idempotency-key': request_id });
    const callback_url = `http://wiki.example/api/tags/callback?request=${request_id}`;
    expect(JSON.parse(body)).toEqual({ wiki_id: 1, options: { dry_run: true }, callback_url });
    await untilTold('completed');
  });

  it('begins and knows nothing of afterwards has failed, and whoever started it is told why', async () => {
    fake.answer = (response, got) =>
      isStart(got)
        ? working(response, got)
        : json(404, { code: 'job_not_found', detail: 'No such job.' })(response, got);
    expect((await start()).status).toBe(202);
    await untilTold('failed');
    expect(await jobs()).toMatchObject([{ status: 'failed', error: { code: 'job_not_found' } }]);
    expect((await told())[0].message).toContain('was deleted');
  });

  it('is silent about is answered within seconds, and found out about', async () => {
    fake.answer = hang;
    const began = performance.now();
    const { status, body } = await start();
    expect(performance.now() - began).toBeLessThan(15_000);
    expect([status, body]).toMatchObject([504, { code: 'tagging_service_slow', request_id: expect.any(String) }]);
    expect(body['detail']).toMatch(/not known yet.*notification/);
    expect(await jobs()).toMatchObject([{ status: 'calling', job_id: null, trouble: expect.stringContaining('10 s') }]);
    fake.answer = working;
    await untilTold('completed', 'started');
    expect(await jobs()).toMatchObject([{ status: 'completed', job_id: `job_${body['request_id']}`, trouble: null }]);
    expect(new Set(starts().map(({ headers, body: sent }) => `${headers['idempotency-key']} ${sent}`)).size).toBe(1);
  }, 90_000);

  it.each([
    ['breaks off', breakOff],
    ['fails with a 500', json(500, { code: 'internal' })],
    [
      'fails with the page of a proxy',
      ((response) => response.writeHead(502).end('<h1>Bad gateway</h1>')) as Answering,
    ],
    ['answers with nonsense', json(202, { hello: 1 })],
  ])('%s is asked for again, as the same one', async (_, answer) => {
    fake.answer = (response, got) => (starts().length > 2 ? working : answer)(response, got);
    const { status, body } = await start();
    expect([status, body]).toMatchObject([502, { code: 'tagging_service_failed', request_id: expect.any(String) }]);
    await untilTold('completed', 'started');
    expect(new Set(starts().map(({ headers }) => headers['idempotency-key']))).toEqual(new Set([body['request_id']]));
  });

  it.each([
    [404, { code: 'wiki_not_found', detail: 'There is no wiki 1.' }, 404, 'wiki_not_found'],
    [409, { code: 'run_active', detail: 'Wait.', job_id: 'job_7' }, 409, 'run_active'],
    [
      422,
      { code: 'validation_failed', detail: 'No.', errors: [{ field: 'options', message: 'no' }] },
      422,
      'validation_failed',
    ],
    [429, { code: 'rate_limited', detail: 'Slower.' }, 429, 'rate_limited'],
    [418, { code: 'teapot', detail: 'I am a teapot.' }, 502, 'tagging_service_failed'],
    [401, { code: 'unauthorized', detail: 'Send a key.' }, 502, 'tagging_service_failed'],
    [403, { code: 'forbidden', detail: 'This needs write.' }, 502, 'tagging_service_failed'],
  ])('refuses with %d %j is answered with %d %s, and is over', async (status, body, seen, code) => {
    fake.answer = json(status, body);
    const answer = await start();
    const { code: _, ...same } = body;
    expect([answer.status, answer.body]).toMatchObject([seen, { code, ...(seen === status ? same : {}) }]);
    if (code === 'tagging_service_failed' && status !== 418) expect(answer.body['detail']).toContain('TAGGING_API_KEY');
    expect(await jobs()).toMatchObject([{ status: 'failed', job_id: null, error: { code } }]);
    expect(starts()).toHaveLength(1);
    expect(await told()).toEqual([]); // they were told by the answer
  });

  it('takes without our address alone is begun so, and found again so', async () => {
    const noCallback = { code: 'validation_failed', errors: [{ field: 'callback_url', message: 'must be public' }] };
    let late = true;
    fake.answer = (response, got) => {
      if (!isStart(got)) working(response, got);
      else if (got.body.includes('callback_url')) json(422, noCallback)(response, got);
      else if (late)
        late = false; // taken, and the answer is lost
      else working(response, got);
    };
    expect((await start()).status).toBe(504);
    await untilTold('completed', 'started');
    const bodies = starts().map(({ body }) => 'callback_url' in JSON.parse(body));
    expect(bodies).toEqual([true, false, true, false]);
  }, 90_000);

  it('refuses later on, after silence, is told to whoever asked for it', async () => {
    fake.answer = (response, got) =>
      (starts().length > 1 ? json(409, { code: 'run_active', detail: 'Wait.' }) : breakOff)(response, got);
    expect((await start()).status).toBe(502);
    await untilTold('failed');
    expect(await jobs()).toMatchObject([{ status: 'failed', error: { code: 'run_active', detail: 'Wait.' } }]);
    expect((await told())[0].message).toContain('could not begin: Wait.');
  });

  it('never answers is given up after ten minutes', async () => {
    fake.answer = breakOff;
    expect((await start()).status).toBe(502);
    await client.query("UPDATE wiki_app_jobs SET created_at = now() - interval '11 minutes'");
    await untilTold('failed');
    expect(await jobs()).toMatchObject([{ status: 'failed', error: { code: 'tagging_service_failed' } }]);
  });

  it('has begun is found by the wiki app that was killed while it asked', async () => {
    fake.answer = hang;
    const lost = start().then(
      () => 'answered',
      () => 'cut off',
    );
    await until(() => starts().length === 1, 10_000, 'the call');
    await app.kill();
    expect(await lost).toBe('cut off');
    fake.answer = working;
    // not before the call may have ended: this is the time for which nobody else looks after it
    await client.query('UPDATE wiki_app_jobs SET next_look_at = now()');
    app = await startApp();
    await untilTold('completed', 'started');
    expect(await jobs()).toMatchObject([{ status: 'completed', started_by: 'alice' }]);
    expect(new Set(starts().map(({ headers }) => headers['idempotency-key'])).size).toBe(1);
  });

  it('has begun is followed by one of two wiki apps at a time', async () => {
    const second = await startApp();
    const looks = () => fake.got.filter(({ method }) => method === 'GET').length;
    try {
      fake.answer = (response, got) => {
        if (isStart(got)) return working(response, got);
        const queued = { ...{ job_id: 'x', wiki_id: 1, status: 'queued', completed_at: null, errors: [] } };
        const progress = { pages_fetched: 0, clusters_created: 0, tags_applied: 0 };
        json(200, { ...queued, progress })(response, got);
      };
      for (let i = 0; i < 4; i++) expect((await start()).status).toBe(202);
      await until(() => looks() === 4, 20_000, 'the looks');
      expect(new Set(fake.got.filter(({ method }) => method === 'GET').map(({ url }) => url)).size).toBe(4);
      fake.answer = working;
      await untilTold('completed', 'completed', 'completed', 'completed');
      expect(looks()).toBe(8);
    } finally {
      await second.stop();
    }
  });
});
