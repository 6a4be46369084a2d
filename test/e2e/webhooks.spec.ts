import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Webhook } from 'standardwebhooks';
import type { Job } from '../../src/jobs/jobs.schemas.js';
import type { WebhookWithAttempts } from '../../src/webhooks/webhooks.schemas.js';
import { type DataFolder, dataFolder } from '../support/data-folder.js';
import { topicPages } from '../support/made-pages.js';
import { type TestDatabase, testDatabase } from '../support/postgres.js';
import { Receiver, statuses } from '../support/receiver.js';
import { TestService } from '../support/service.js';
import { until } from '../support/until.js';
import { makeWiki, untilEnd } from '../support/wiki-client.js';

interface Message {
  readonly type: string;
  readonly timestamp: string;
  readonly data: Job & { errors_total: number };
}

describe('webhooks of the whole service', () => {
  let receiver: Receiver;
  let folder: DataFolder;
  let service: TestService;
  beforeAll(async () => {
    receiver = await Receiver.listen(statuses(204));
    folder = dataFolder();
    service = await TestService.start({
      DATA_DIR: folder.path,
      TAGGER: 'keywords',
      WEBHOOK_ALLOWED_HOSTS: receiver.host,
    });
  });
  afterAll(async () => {
    await service?.stop();
    await receiver?.close();
    folder?.remove();
  });

  const start = (wiki: number, callback_url = receiver.url) =>
    service.post<{ job_id: string }>('/analyze/wiki/cluster', { wiki_id: wiki, callback_url });
  const messages = async (query: string) =>
    (await service.get<{ webhooks: WebhookWithAttempts[] }>(`/webhooks?${query}`)).body.webhooks;
  const verified = (n: number) => {
    const secret = readFileSync(join(folder.path, 'webhook-secret'), 'utf8').trim();
    const { body, headers } = receiver.received[n];
    return new Webhook(secret).verify(body, headers as Record<string, string>) as Message;
  };

  it('tell of the end of a run, are in the log, are sent again by hand, and go with the wiki', async () => {
    const wiki = await makeWiki(service, topicPages(40, 4));
    const id = (await start(wiki)).body.job_id;
    const job = await untilEnd(service, id);
    await until(() => receiver.received.length === 1, 10_000, 'the message');
    const { type, timestamp, data } = verified(0);
    expect(type).toBe('cluster_tag_wiki.completed');
    expect(timestamp).toBe(job.completed_at);
    expect(data).toEqual({ ...job, errors_total: 0 });
    expect(receiver.received[0].body.length).toBeLessThan(10_000);

    const [{ webhook_id, url }] = await messages(`job_id=${id}`);
    expect(url).toBe(`http://${receiver.host}/hook?token=…`);
    await until(async () => (await messages(`wiki_id=${wiki}`))[0].state === 'delivered', 10_000, 'the bookkeeping');
    expect((await service.post(`/webhooks/${webhook_id}/redeliver`)).status).toBe(202);
    await until(() => receiver.received.length === 2, 10_000, 'the message again');
    expect(receiver.received.map((r) => r.headers['webhook-id'])).toEqual([webhook_id, webhook_id]);
    await until(async () => (await messages(`wiki_id=${wiki}`))[0].state === 'delivered', 10_000, 'the bookkeeping');
    const { body } = await service.get<WebhookWithAttempts>(`/webhooks/${webhook_id}`);
    expect(body.attempts.map((a) => [a.attempt, a.status])).toEqual([
      [2, 204],
      [1, 204],
    ]);
    expect((await service.get<string>('/metrics')).body).toMatch(/^wikitag_webhooks\{state="delivered"\} 1$/m);
    expect(service.logged).not.toContain('query-secret');

    expect((await service.request('DELETE', `/wikis/${wiki}`)).status).toBe(204);
    expect((await service.get(`/webhooks/${webhook_id}`)).body).toMatchObject({ code: 'webhook_not_found' });
  });

  it('tell of every end of a run that is cancelled and resumed, each with an id of its own', async () => {
    const before = receiver.received.length;
    const wiki = await makeWiki(service, topicPages(900, 12));
    const id = (await start(wiki)).body.job_id;
    await service.post(`/analyze/wiki/cluster/${id}/cancel`);
    await untilEnd(service, id);
    await until(() => receiver.received.length === before + 1, 10_000, 'the first message');
    await service.post(`/analyze/wiki/cluster/${id}/resume`);
    await untilEnd(service, id);
    await until(() => receiver.received.length === before + 2, 10_000, 'the second message');
    expect([verified(before).type, verified(before + 1).type]).toEqual([
      'cluster_tag_wiki.cancelled',
      'cluster_tag_wiki.completed',
    ]);
    expect(new Set((await messages(`job_id=${id}`)).map((m) => m.webhook_id)).size).toBe(2);
  });

  it('are refused at the start for an address that is not public', async () => {
    const wiki = await makeWiki(service, topicPages(5, 1));
    for (const url of [
      'http://169.254.169.254/',
      `http://127.0.0.1:${receiver.port + 1}/`,
      'http://[::ffff:7f00:1]/',
    ]) {
      const { status, body } = await start(wiki, url);
      expect([status, body]).toMatchObject([422, { code: 'validation_failed', errors: [{ field: 'callback_url' }] }]);
    }
    expect((await service.get<{ jobs: Job[] }>(`/analyze/wiki/cluster?wiki_id=${wiki}`)).body.jobs).toEqual([]);
  });
});

describe('webhooks with a database of their own', () => {
  let database: TestDatabase;
  let receiver: Receiver;
  let api: TestService | undefined;
  beforeAll(async () => {
    database = await testDatabase();
    receiver = await Receiver.listen(statuses(200));
  });
  afterAll(async () => {
    await api?.stop();
    await receiver?.close();
    await database?.close();
  });

  it('are refused without WEBHOOK_SECRET, by name', async () => {
    api = await TestService.start({ DATABASE_URL: database.url, WEBHOOK_ALLOWED_HOSTS: receiver.host }, 'api');
    const wiki = await makeWiki(api, []);
    const { status, body } = await api.post('/analyze/wiki/cluster', { wiki_id: wiki, callback_url: receiver.url });
    expect([status, body['detail']]).toEqual([422, expect.stringContaining('WEBHOOK_SECRET')]);
    await api.stop();
  });

  it('tell of a run that is cancelled before any worker took it, once a worker is there', async () => {
    const secret = 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw';
    const env = { DATABASE_URL: database.url, WEBHOOK_SECRET: secret, WEBHOOK_ALLOWED_HOSTS: receiver.host };
    api = await TestService.start(env, 'api');
    const wiki = await makeWiki(api, topicPages(5, 1));
    const request = { wiki_id: wiki, callback_url: receiver.url };
    const { job_id } = (await api.post<{ job_id: string }>('/analyze/wiki/cluster', request)).body;
    expect((await api.post<Job>(`/analyze/wiki/cluster/${job_id}/cancel`)).body.status).toBe('cancelled');
    const { webhooks } = (await api.get<{ webhooks: WebhookWithAttempts[] }>(`/webhooks?job_id=${job_id}`)).body;
    expect(webhooks).toMatchObject([{ state: 'pending', type: 'cluster_tag_wiki.cancelled' }]);
    const worker = await TestService.start(env, 'worker');
    await until(() => receiver.received.length === 1, 20_000, 'the message');
    const { body, headers } = receiver.received[0];
    expect(headers['webhook-id']).toBe(webhooks[0].webhook_id);
    expect(new Webhook(secret).verify(body, headers as Record<string, string>)).toMatchObject({ data: { job_id } });
    await worker.stop();
  });
});
