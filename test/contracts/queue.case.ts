import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { afterAll, afterEach, beforeAll, expect, it } from '@jest/globals';
import type { INestApplicationContext } from '@nestjs/common';
import { Bell } from '../../src/queue/bell.js';
import { QueueWorkers } from '../../src/queue/queue-workers.js';
import type { QueueKey } from '../../src/queue/queues.js';
import { endProcess } from '../support/processes.js';
import { queueApp } from '../support/queue-app.js';
import { until } from '../support/until.js';

export interface QueueUnderTest {
  /** Environment of the service. */
  readonly env: Record<string, string>;
  close(): Promise<void>;
}

/** What every queue backend must do. Each test has queues of its own. */
export function queueContract(open: () => Promise<QueueUnderTest>): void {
  let given: QueueUnderTest;
  let env: Record<string, string>;
  let tests = 0;
  const apps: INestApplicationContext[] = [];

  const start = async () => {
    const app = await queueApp(env);
    apps.push(app);
    return app;
  };
  /** An app whose worker for `queue` notes what it was called for and waits until `finish` is called. */
  const startWorker = async (queue: QueueKey = 'runs', concurrency = 1) => {
    const app = await start();
    const seen: string[] = [];
    const waiting: (() => void)[] = [];
    const handler = (jobId: string, shutdown: AbortSignal) =>
      new Promise<void>((resolve) => {
        seen.push(jobId);
        waiting.push(resolve);
        shutdown.addEventListener('abort', () => resolve());
      });
    app.get(QueueWorkers).register(queue, handler, concurrency);
    return { app, seen, finish: () => waiting.shift()?.() };
  };

  beforeAll(async () => {
    given = await open();
  });
  afterAll(() => given?.close());
  afterEach(async () => {
    for (const app of apps.splice(0)) await app.close();
  });
  const test = (name: string, work: () => Promise<void>, ms?: number) =>
    it(
      name,
      () => {
        tests += 1;
        env = { ...given.env, QUEUE_NAME: `contract_${tests}` };
        return work();
      },
      ms,
    );

  test('brings a ring to a worker of that queue and to no other', async () => {
    const runs = await startWorker('runs');
    const clustering = await startWorker('clustering');
    const bell = runs.app.get(Bell);
    await bell.ring('clustering', 'c');
    await bell.ring('runs', 'r');
    await until(() => runs.seen.length === 1 && clustering.seen.length === 1);
    expect([runs.seen, clustering.seen]).toEqual([['r'], ['c']]);
  });

  test('brings a ring from before the worker was there, in the order of the rings', async () => {
    const bell = (await start()).get(Bell);
    for (const id of ['a', 'b', 'c']) await bell.ring('runs', id);
    const worker = await startWorker();
    for (const n of [1, 2, 3]) {
      await until(() => worker.seen.length === n);
      worker.finish();
    }
    expect(worker.seen).toEqual(['a', 'b', 'c']);
  });

  test('brings rings that come together once', async () => {
    const bell = (await start()).get(Bell);
    await Promise.all(['a', 'a', 'a', 'a'].map((id) => bell.ring('runs', id)));
    await bell.ring('runs', 'end');
    const worker = await startWorker('runs', 8);
    await until(() => worker.seen.includes('end'));
    expect(worker.seen).toEqual(['a', 'end']);
  });

  test('brings a ring that came while the run was looked at, once, afterwards', async () => {
    const worker = await startWorker('runs', 8);
    const bell = worker.app.get(Bell);
    await bell.ring('runs', 'a');
    await until(() => worker.seen.length === 1);
    await bell.ring('runs', 'a');
    await bell.ring('runs', 'a');
    await bell.ring('runs', 'between');
    await until(() => worker.seen.length === 2);
    expect(worker.seen).toEqual(['a', 'between']);
    worker.finish();
    await until(() => worker.seen.length === 3);
    worker.finish();
    worker.finish();
    await bell.ring('runs', 'end');
    await until(() => worker.seen.includes('end'));
    expect(worker.seen).toEqual(['a', 'between', 'a', 'end']);
  });

  test('brings a ring again after the run was looked at, and after that failed', async () => {
    const app = await start();
    const seen: string[] = [];
    const handler = async (jobId: string) => {
      seen.push(jobId);
      throw new Error('on purpose');
    };
    app.get(QueueWorkers).register('runs', handler, 1);
    for (const n of [1, 2, 3]) {
      await app.get(Bell).ring('runs', 'a');
      await until(() => seen.length === n);
    }
    expect(seen).toEqual(['a', 'a', 'a']);
  });

  test('brings a ring again that a killed worker had taken', async () => {
    const file = fileURLToPath(new URL('../support/hanging-worker.js', import.meta.url));
    const child = spawn(process.execPath, [file], {
      env: { ...process.env, ...env },
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    try {
      let output = '';
      child.stdout.on('data', (chunk) => {
        output += chunk;
      });
      await until(() => output.includes('ready'), 20_000, 'the start of the worker');
      const app = await start();
      await app.get(Bell).ring('runs', 'a');
      await until(() => output.includes('took a'));
      child.kill('SIGKILL');
      await once(child, 'exit');
      const worker = await startWorker();
      await until(() => worker.seen.length === 1, 30_000, 'the second delivery');
      expect(worker.seen).toEqual(['a']);
    } finally {
      await endProcess(child, 'SIGKILL');
    }
  }, 60_000);

  test('closes when the handlers have heard of it and ended', async () => {
    const app = await start();
    const events: string[] = [];
    const handler = (_: string, shutdown: AbortSignal) =>
      new Promise<void>((resolve) => {
        events.push('begun');
        shutdown.addEventListener('abort', () => {
          events.push('told');
          setImmediate(() => {
            events.push('ended');
            resolve();
          });
        });
      });
    app.get(QueueWorkers).register('runs', handler, 1);
    await app.get(Bell).ring('runs', 'a');
    await until(() => events.length === 1);
    await app.close();
    expect(events).toEqual(['begun', 'told', 'ended']);
  });

  test('answers the probe', async () => {
    await expect((await start()).get(Bell).probe()).resolves.toBeUndefined();
  });
}
