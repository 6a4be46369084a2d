import type { ServerResponse } from 'node:http';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { Webhook } from 'standardwebhooks';
import { MAX_ATTEMPTS } from '../../../src/webhooks/schedule.js';
import { Receiver, statuses } from '../../support/receiver.js';
import { until } from '../../support/until.js';
import { JOB, Outbox, SECRET, WIKI } from './outbox.js';

const SOMEBODY = { keyId: 'command', name: 'test', requestId: null, address: null };

describe('delivery of webhooks', () => {
  let outbox: Outbox;
  let receiver: Receiver | undefined;
  beforeAll(async () => {
    outbox = await Outbox.open();
  });
  beforeEach(() => outbox.db.query('DELETE FROM webhooks; DELETE FROM webhook_endpoints_gone'));
  afterEach(async () => {
    await outbox.stop();
    await receiver?.close();
  });
  afterAll(() => outbox?.close());

  async function receive(answer: (response: ServerResponse, n: number) => void): Promise<Receiver> {
    receiver = await Receiver.listen(answer);
    return receiver;
  }

  it('signs what the library verifies, in the order type, timestamp, data', async () => {
    const { url, host, received } = await receive(statuses(204));
    const id = await outbox.add(url);
    outbox.deliver([host]);
    const { attempts } = await outbox.untilState(id, 'delivered');
    expect(attempts).toMatchObject([{ attempt: 1, status: 204, error: null, response_excerpt: null }]);
    const [{ headers, body }] = received;
    expect(headers).toMatchObject({ 'webhook-id': id, 'content-type': 'application/json' });
    expect(new Webhook(SECRET).verify(body, headers as Record<string, string>)).toMatchObject({
      data: { job_id: JOB },
    });
    expect(Object.keys(JSON.parse(body))).toEqual(['type', 'timestamp', 'data']);
    expect(() => new Webhook(SECRET).verify(`${body} `, headers as Record<string, string>)).toThrow('signature');
  });

  it('tries again after failures, with the same id and body, each with a signature of its own time', async () => {
    const { url, host, received } = await receive(statuses(500, 404, 200));
    const id = await outbox.add(url);
    outbox.deliver([host]);
    const { attempts, attempt_count } = await outbox.untilState(id, 'delivered');
    expect(attempt_count).toBe(3);
    expect(attempts.map((a) => a.status)).toEqual([200, 404, 500]);
    expect(attempts[2]).toMatchObject({ error: 'the receiver answered 500', response_excerpt: 'said the receiver' });
    expect(new Set(received.map((r) => r.headers['webhook-id']))).toEqual(new Set([id]));
    expect(new Set(received.map((r) => r.body)).size).toBe(1);
    for (const { body, headers } of received) new Webhook(SECRET).verify(body, headers as Record<string, string>);
  });

  it('gives up after the last attempt, and is revived by hand with the same id', async () => {
    let answer = 500;
    const { url, host, received } = await receive((response) => response.writeHead(answer).end());
    const id = await outbox.add(url);
    outbox.deliver([host]);
    expect(await outbox.untilState(id, 'dead')).toMatchObject({ attempt_count: MAX_ATTEMPTS, next_attempt_at: null });
    answer = 200;
    await outbox.webhooks.redeliver(id, SOMEBODY);
    expect(await outbox.untilState(id, 'delivered')).toMatchObject({ attempt_count: MAX_ATTEMPTS + 1 });
    expect(new Set(received.map((r) => r.headers['webhook-id']))).toEqual(new Set([id]));
  });

  it('waits as long as Retry-After says', async () => {
    const { url, host, received } = await receive((response) =>
      response.writeHead(503, { 'retry-after': '3600' }).end(),
    );
    const id = await outbox.add(url);
    const asked: unknown[] = [];
    outbox.deliver([host], { times: { waitAfter: (failures, ms) => asked.push([failures, ms]) * 3_600_000 } });
    const { next_attempt_at } = await outbox.untilTried(id, 1);
    expect(asked).toEqual([[1, 3_600_000]]);
    expect(new Date(next_attempt_at!).getTime() - Date.now()).toBeGreaterThan(3_500_000);
    expect(received).toHaveLength(1);
  });

  it('stops at 410 for that URL of that wiki: what waits, what comes; by hand it begins again', async () => {
    let answer = 410;
    const { url, host, received } = await receive((response) => response.writeHead(answer).end());
    const first = await outbox.add(url);
    await outbox.db.query(`UPDATE webhooks SET next_attempt_at = now() - interval '1 minute'`);
    const waiting = await outbox.add(url);
    await outbox.db.query(`UPDATE webhooks SET next_attempt_at = now() + interval '1 hour' WHERE webhook_id = $1`, [
      waiting,
    ]);
    outbox.deliver([host]);
    expect((await outbox.untilState(first, 'disabled')).attempts).toMatchObject([{ status: 410 }]);
    await outbox.untilState(waiting, 'disabled');
    const later = await outbox.add(url);
    expect(await outbox.webhooks.get(later)).toMatchObject({ state: 'disabled', attempts: [], next_attempt_at: null });
    answer = 200;
    await outbox.untilState(await outbox.add(url, 2), 'delivered'); // the same URL of another wiki
    await outbox.webhooks.redeliver(later, SOMEBODY);
    await outbox.untilState(later, 'delivered');
    await outbox.untilState(await outbox.add(url), 'delivered');
    expect(received.filter((r) => r.headers['webhook-id'] === waiting)).toEqual([]);
  });

  it('follows no redirect', async () => {
    const target = await Receiver.listen(statuses(200));
    const { url, host } = await receive((response) => response.writeHead(307, { location: target.url }).end());
    const id = await outbox.add(url);
    outbox.deliver([host, target.host], { times: { waitAfter: () => 3_600_000 } });
    const { attempts } = await outbox.untilTried(id, 1);
    expect(attempts).toMatchObject([{ status: 307, error: 'redirects are not followed (307)' }]);
    expect(target.connections).toBe(0);
    await target.close();
  });

  it.each<[string, (response: ServerResponse) => void, object]>([
    ['no answer', () => undefined, { status: null }],
    ['half a header', (response) => response.socket?.write('HTTP/1.1 200 OK\r\nx: '), { status: null }],
    [
      'a body that drips',
      (response) => {
        response.writeHead(200);
        const drip = setInterval(() => response.write('.'), 5);
        response.once('close', () => clearInterval(drip));
      },
      { status: 200 },
    ],
  ])('cuts off %s when the time for all of it is over', async (_what, answer, expected) => {
    const { url, host } = await receive(answer);
    const id = await outbox.add(url);
    outbox.deliver([host], { times: { timeoutMs: 150, waitAfter: () => 3_600_000 } });
    const { attempts, state } = await outbox.untilTried(id, 1);
    expect(state).toBe('pending');
    expect(attempts).toMatchObject([{ ...expected, error: 'no complete answer within 0.15 s' }]);
    expect(attempts[0].duration_ms).toBeGreaterThanOrEqual(140);
  });

  it('reads some KB of a body that has no end, and goes by the status', async () => {
    const { url, host } = await receive((response) => {
      const flood = () => {
        while (response.write('x'.repeat(16_384)));
      };
      response.writeHead(200).on('drain', flood);
      flood();
    });
    const id = await outbox.add(url);
    outbox.deliver([host]);
    await outbox.untilState(id, 'delivered');
  });

  it('keeps a short excerpt of a failed answer: one line, and nothing of what it repeats of the request', async () => {
    const { url, host, received } = await receive((response) => {
      const { headers } = received.at(-1)!;
      response.writeHead(400).end(`no\r\n\u0000 query-secret ${headers['webhook-signature']} ${'y'.repeat(9000)}`);
    });
    const id = await outbox.add(url);
    outbox.deliver([host], { times: { waitAfter: () => 3_600_000 } });
    const { attempts, url: shown } = await outbox.untilTried(id, 1);
    expect(attempts[0].response_excerpt).toMatch(/^no … … y+$/);
    expect(attempts[0].response_excerpt).toHaveLength(200);
    expect(shown).toBe(`http://${host}/hook?token=…`);
  });

  it('takes a protocol switch or a closed connection for a failure, at once', async () => {
    const { url, host } = await receive((response, n) => {
      if (n === 1)
        response.socket?.end('HTTP/1.1 101 Switching Protocols\r\nconnection: upgrade\r\nupgrade: x\r\n\r\n');
      else response.socket?.destroy();
    });
    const id = await outbox.add(url);
    outbox.deliver([host], { times: { waitAfter: (failures) => (failures < 2 ? 0 : 3_600_000) } });
    const { attempts } = await outbox.untilTried(id, 2);
    for (const { error, status } of attempts)
      expect([status, error]).toEqual([null, expect.stringMatching(/^no answer/)]);
  });

  it('delivers each of many messages once, with several workers at it', async () => {
    const { url, host, received } = await receive(statuses(200));
    const ids = new Set<string>();
    for (let i = 0; i < 60; i++) ids.add(await outbox.add(url));
    for (let i = 0; i < 3; i++) outbox.deliver([host]);
    for (const id of ids) await outbox.untilState(id, 'delivered');
    expect(received.map((r) => r.headers['webhook-id']).sort()).toEqual([...ids].sort());
  });

  it('has no more than 4 under way to one host, so that one that hangs does not hold up the others', async () => {
    const open: ServerResponse[] = [];
    const { url, host, received } = await receive((response) => void open.push(response));
    const healthy = await Receiver.listen(statuses(200));
    for (let i = 0; i < 20; i++) await outbox.add(url);
    const other = await outbox.add(healthy.url);
    outbox.deliver([host, healthy.host]);
    outbox.deliver([host, healthy.host]);
    await outbox.untilState(other, 'delivered');
    await until(() => open.length === 4, 10_000, '4 requests');
    const [{ n }] = await outbox.db.query('SELECT count(*)::int AS n FROM webhooks WHERE lease_until IS NOT NULL');
    expect([n, received.length]).toEqual([4, 4]);
    for (const response of open) response.end();
    await until(() => open.length === 8, 10_000, 'the next four');
    await healthy.close();
  });

  it('has no more than 16 under way in one worker', async () => {
    const open: ServerResponse[] = [];
    const hosts = await Promise.all(
      Array.from({ length: 5 }, () => Receiver.listen((response) => void open.push(response))),
    );
    for (const { url } of hosts) for (let i = 0; i < 4; i++) await outbox.add(url);
    outbox.deliver(hosts.map(({ host }) => host));
    await until(() => open.length === 16, 10_000, '16 requests');
    const [{ n }] = await outbox.db.query('SELECT count(*)::int AS n FROM webhooks WHERE lease_until IS NOT NULL');
    expect([n, open.length]).toEqual([16, 16]);
    for (const response of open) response.end();
    await until(() => open.length === 20, 10_000, 'the rest');
    await Promise.all(hosts.map((receiver) => receiver.close()));
  });

  it('leaves what it is cut off from to the next worker, at once, when it is asked to end', async () => {
    const { url, host, received } = await receive((response, n) => n > 1 && response.end());
    const id = await outbox.add(url);
    outbox.deliver([host]);
    await until(() => received.length === 1, 10_000, 'the request');
    await outbox.stop();
    const [{ attempt, error }] = (await outbox.webhooks.get(id)).attempts;
    expect([attempt, error]).toEqual([1, 'the worker went down during this attempt']);
    outbox.deliver([host]);
    await outbox.untilState(id, 'delivered');
    expect(received.map((r) => r.headers['webhook-id'])).toEqual([id, id]);
  });

  it('copes with a wiki that is deleted under a delivery', async () => {
    let answer = () => {};
    const { url, host } = await receive((response) => {
      answer = () => response.writeHead(410).end();
    });
    await outbox.add(url, 3);
    const deliverer = outbox.deliver([host]);
    await until(() => receiver!.received.length === 1, 10_000, 'the request');
    await outbox.db.query('DELETE FROM wikis WHERE wiki_id = 3');
    answer();
    await deliverer.onModuleDestroy();
    expect(await outbox.db.query('SELECT * FROM webhook_attempts')).toEqual([]);
    expect(await outbox.db.query('SELECT * FROM webhook_endpoints_gone')).toEqual([]);
  });

  it('lists newest first, page by page', async () => {
    const ids = [];
    for (let i = 0; i < 5; i++) ids.unshift(await outbox.add('https://hooks.example.com/'));
    const first = await outbox.webhooks.list({ job_id: JOB, limit: 3 });
    expect(first.webhooks.map((w) => w.webhook_id)).toEqual(ids.slice(0, 3));
    const cursor = JSON.parse(Buffer.from(first.next_cursor!, 'base64url').toString()) as number;
    const rest = await outbox.webhooks.list({ wiki_id: WIKI, limit: 3, cursor });
    expect(rest).toMatchObject({ next_cursor: null });
    expect(rest.webhooks.map((w) => w.webhook_id)).toEqual(ids.slice(3));
  });
});
