import { existsSync, realpathSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from '@jest/globals';
import type { INestApplicationContext } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { EmbeddedPostgres } from '../../src/database/embedded/embedded-postgres.js';
import { Bell } from '../../src/queue/bell.js';
import { QueueWorkers } from '../../src/queue/queue-workers.js';
import { dataFolder } from '../support/data-folder.js';
import { testDatabase } from '../support/postgres.js';
import { postmastersOf } from '../support/processes.js';
import { queueApp } from '../support/queue-app.js';
import { noRedis, testRedis } from '../support/redis.js';
import { until } from '../support/until.js';

/** Rings until it is heard, as the reconciler does. */
async function ringUntilHeard(app: INestApplicationContext, jobId: string, seen: readonly string[]): Promise<void> {
  await until(
    async () => {
      await app
        .get(Bell)
        .ring('runs', jobId)
        .catch(() => {});
      return seen.includes(jobId);
    },
    30_000,
    `the ring for ${jobId}`,
  );
}

function listen(app: INestApplicationContext): string[] {
  const seen: string[] = [];
  const handler = async (jobId: string) => {
    seen.push(jobId);
  };
  app.get(QueueWorkers).register('runs', handler, 2);
  return seen;
}

const closers: (() => Promise<void> | void)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close();
});

function embeddedFolder(): string {
  const { path, remove } = dataFolder();
  closers.push(remove);
  return path;
}

describe('a service on the embedded PostgreSQL', () => {
  it('starts it, uses it for database and queue, and stops it last', async () => {
    const dataDir = embeddedFolder();
    const app = await queueApp({ DATA_DIR: dataDir });
    expect(postmastersOf(realpathSync(join(dataDir, 'postgres')))).toHaveLength(1);
    expect(await app.get(DataSource).query('SELECT count(*)::int AS n FROM wikis')).toEqual([{ n: 0 }]);
    await app.close();
    expect(postmastersOf(join(dataDir, 'postgres'))).toEqual([]);
  });

  it('stops it also where the process gives up while it starts', async () => {
    const dataDir = embeddedFolder();
    await EmbeddedPostgres.start(dataDir);
    await EmbeddedPostgres.leaveAll();
    expect(postmastersOf(join(dataDir, 'postgres'))).toEqual([]);
  });

  it('goes on after PostgreSQL was killed under it: queries, rings and workers', async () => {
    const dataDir = embeddedFolder();
    const app = await queueApp({ DATA_DIR: dataDir });
    const seen = listen(app);
    await ringUntilHeard(app, 'before', seen);
    const [server] = postmastersOf(join(dataDir, 'postgres'));
    process.kill(server, 'SIGKILL');
    await until(() => !existsSync(`/proc/${server}`));
    const works = () =>
      app
        .get(DataSource)
        .query('SELECT 1')
        .then(() => true)
        .catch(() => false);
    await until(works, 30_000, 'the database');
    await ringUntilHeard(app, 'after', seen);
    await app.close();
    expect(postmastersOf(join(dataDir, 'postgres'))).toEqual([]);
  });
});

(noRedis ? describe.skip : describe)(`a service on Redis (${noRedis ?? 'default settings'})`, () => {
  it('says so in time while Redis is away, and goes on when it is back, empty', async () => {
    const [database, redis] = await Promise.all([testDatabase(), testRedis()]);
    closers.push(database.close, redis.close);
    const app = await queueApp({ API_KEYS: 'a-key-for-tests', DATABASE_URL: database.url, REDIS_URL: redis.url });
    const seen = listen(app);
    await ringUntilHeard(app, 'before', seen);
    await redis.kill();
    const bell = app.get(Bell);
    await expect(bell.probe()).rejects.toThrow('did not answer');
    await expect(bell.ring('runs', 'lost')).rejects.toThrow('did not answer');
    await redis.restart();
    await until(
      () =>
        bell.probe().then(
          () => true,
          () => false,
        ),
      20_000,
      'the probe',
    );
    await ringUntilHeard(app, 'after', seen);
    await app.close();
  });

  it('can be closed while Redis is away', async () => {
    const [database, redis] = await Promise.all([testDatabase(), testRedis()]);
    closers.push(database.close, redis.close);
    const app = await queueApp({ API_KEYS: 'a-key-for-tests', DATABASE_URL: database.url, REDIS_URL: redis.url });
    await ringUntilHeard(app, 'before', listen(app));
    await redis.kill();
    await app.close();
  });
});
