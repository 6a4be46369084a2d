import { connect, createServer } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { createPostgresBackend, Queue, setDefaultBackendFactory } from 'bullmq';
import pg from 'pg';
import { readConfig } from '../../src/config/config.js';
import type { DatabaseServer } from '../../src/database/database-server.js';
import { freePort } from '../../src/database/embedded/credentials.js';
import { queueBackend } from '../../src/queue/backend.js';
import { Bell } from '../../src/queue/bell.js';
import type { QueueKey, RingPayload } from '../../src/queue/queues.js';
import { type TestDatabase, testDatabase } from '../support/postgres.js';
import { until } from '../support/until.js';

const rings = (bell: Bell, queue: QueueKey) =>
  bell.ring(queue, 'a').then(
    () => true,
    () => false,
  );

describe('a queue that was opened while its server did not answer', () => {
  let database: TestDatabase;
  beforeAll(async () => {
    database = await testDatabase();
  });
  afterAll(() => database?.close());

  it('is opened anew once the server is there, and rings', async () => {
    const url = new URL(database.url);
    const target = { host: url.hostname, port: Number(url.port) };
    const port = await freePort();
    url.port = String(port);
    setDefaultBackendFactory(createPostgresBackend as never);
    const connection = { connectionString: url.href, schema: 'wikitag_queue', migrate: true, max: 2 };
    const open = (name: string) => {
      const queue = new Queue<RingPayload>(name, { connection: connection as never });
      queue.on('error', () => undefined);
      return queue;
    };
    const given = [open('runs'), open('clustering')] as const;
    const bell = new Bell(...given);
    await expect(bell.ring('runs', 'a')).rejects.toThrow();

    const forwarder = createServer((client) => {
      const server = connect(target);
      client.pipe(server).pipe(client);
      for (const socket of [client, server]) socket.on('error', () => socket.destroy());
    });
    await new Promise<void>((resolve) => forwarder.listen(port, '127.0.0.1', resolve));
    try {
      await expect(given[0].add('look', { jobId: 'a' })).rejects.toThrow(); // the one that was given stays broken
      // as the reconciler does: each ring that fails leaves a new queue for the next
      await until(() => rings(bell, 'runs'));
      await bell.probe();
      await until(() => rings(bell, 'clustering'));
    } finally {
      await bell.onModuleDestroy();
      await Promise.all(given.map((queue) => queue.close().catch(() => undefined)));
      await new Promise((resolve) => forwarder.close(resolve));
    }
  });
});

describe('a connection of the queue that somebody has taken out of the pool', () => {
  it('may be cut by the server while nothing is asked on it, and the process lives', async () => {
    const database = await testDatabase();
    const config = readConfig({ DATABASE_URL: database.url, API_KEYS: 'a-key-for-tests' });
    const { connection } = await queueBackend(config, { url: async () => database.url } as DatabaseServer);
    const pool = new pg.Pool(connection as pg.PoolConfig);
    pool.on('error', () => undefined); // BullMQ does the same
    const [taken, other] = [await pool.connect(), await pool.connect()];
    const {
      rows: [{ pid }],
    } = await taken.query('SELECT pg_backend_pid() AS pid');
    const cut = new Promise((resolve) => taken.once('end', resolve));
    await other.query('SELECT pg_terminate_backend($1)', [pid]);
    await cut;
    for (const client of [taken, other]) client.release(true);
    await pool.end();
    await database.close();
  });
});
