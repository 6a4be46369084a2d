import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Webhook } from 'standardwebhooks';
import { endProcess } from '../../support/processes.js';
import { Receiver } from '../../support/receiver.js';
import { until } from '../../support/until.js';
import { Outbox, SECRET } from './outbox.js';

const WORKER = fileURLToPath(new URL('../../support/webhook-deliverer.js', import.meta.url));

describe('a worker that is killed between the POST and its bookkeeping', () => {
  let outbox: Outbox;
  beforeAll(async () => {
    outbox = await Outbox.open();
  });
  afterAll(() => outbox?.close());

  it('has its message delivered again by another, with the same id, and leaves its line in the log', async () => {
    const receiver = await Receiver.listen((response, n) => n > 1 && response.end());
    const id = await outbox.add(receiver.url);
    const worker = spawn(process.execPath, [WORKER, outbox.databaseUrl, SECRET, receiver.host], { stdio: 'inherit' });
    await until(() => receiver.received.length === 1, 20_000, 'the first POST');
    await endProcess(worker, 'SIGKILL'); // the receiver has the message, and nobody knows
    outbox.deliver([receiver.host]);
    const { attempts } = await outbox.untilState(id, 'delivered');
    expect(attempts).toMatchObject([
      { attempt: 2, status: 200, error: null },
      { attempt: 1, status: null, error: null, duration_ms: null },
    ]);
    expect(receiver.received.map((r) => r.headers['webhook-id'])).toEqual([id, id]);
    for (const { body, headers } of receiver.received)
      new Webhook(SECRET).verify(body, headers as Record<string, string>);
    await receiver.close();
  });
});
