import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { DataSource } from 'typeorm';
import { pause } from '../../src/common/retries.js';
import { dataSourceOptions } from '../../src/database/options.js';
import { type Claimed, ClaimsRepository } from '../../src/exchange/work/claims.repository.js';
import { EXCHANGE_TIMES, Exchanger } from '../../src/exchange/work/exchanger.js';
import type { PhaseRunner } from '../../src/exchange/work/phases.js';
import { FencedOff } from '../../src/pipeline/faults.js';
import { type TestDatabase, testDatabase } from '../support/postgres.js';
import { until } from '../support/until.js';

const LONG = 60_000;

describe('claims on exchanges', () => {
  let database: TestDatabase;
  let db: DataSource;
  let claims: ClaimsRepository;
  beforeAll(async () => {
    database = await testDatabase();
    db = await new DataSource(dataSourceOptions(database.url)).initialize();
    claims = new ClaimsRepository(db);
    await db.query(`INSERT INTO wikis (wiki_id, name) VALUES (1, 'one'), (2, 'two')`);
  });
  beforeEach(async () => {
    await db.query(`
      DELETE FROM exchanges;
      INSERT INTO exchanges (exchange_id, wiki_id, place, kind, phase, status) VALUES ('a', 1, 'x', 'import', 'import', 'queued')`);
  });
  afterAll(async () => {
    await db?.destroy();
    await database?.close();
  });

  const row = async () =>
    (await db.query(`SELECT status, error, waiting, fence FROM exchanges WHERE exchange_id = 'a'`))[0];
  const lapse = () => db.query(`UPDATE exchanges SET lease_until = now() - interval '1 second'`);

  it('are one at a time, however many ask at once', async () => {
    const all = await Promise.all(Array.from({ length: 8 }, () => claims.claim(LONG)));
    expect(all.filter((claimed) => claimed !== undefined)).toMatchObject([{ exchange_id: 'a', fence: 1 }]);
    expect(await row()).toMatchObject({ status: 'running' });
  });

  it('are over when another has claimed: the late one can write nothing at all', async () => {
    const late = (await claims.claim(LONG)) as Claimed;
    await lapse();
    const next = (await claims.claim(LONG)) as Claimed;
    expect(next.fence).toBe(2);
    await expect(claims.heartbeat(late, LONG)).rejects.toThrow(FencedOff);
    await expect(claims.fenced(late, (tx) => tx.query(`UPDATE exchanges SET created = 99`))).rejects.toThrow(FencedOff);
    await claims.waitFor(late, 'nonsense');
    await claims.release(late);
    await claims.settle(late, { status: 'failed', error: 'nonsense' });
    expect(await row()).toEqual({ status: 'running', error: null, waiting: null, fence: 2 });
    expect(await claims.claim(LONG)).toBeUndefined();
    await claims.settle(next, { status: 'completed' });
    expect(await row()).toMatchObject({ status: 'completed' });
    await expect(claims.fenced(next, async () => undefined)).rejects.toThrow(FencedOff);
  });

  it('hear of a cancel with the next sign of life, and can be given back at once', async () => {
    const claimed = (await claims.claim(LONG)) as Claimed;
    expect(await claims.heartbeat(claimed, LONG)).toBe(false);
    await db.query('UPDATE exchanges SET cancel_requested = true');
    expect(await claims.heartbeat(claimed, LONG)).toBe(true);
    await claims.release(claimed);
    expect(await claims.claim(LONG)).toMatchObject({ fence: 2 });
    await claims.release({ ...claimed, fence: 2 }, LONG);
    expect(await claims.claim(LONG)).toBeUndefined(); // not before its time
  });

  it('are not held up by those that only wait', async () => {
    await db.query(`
      INSERT INTO wikis (wiki_id, name) SELECT n, 'waits' FROM generate_series(11, 16) n;
      INSERT INTO exchanges (exchange_id, wiki_id, place, kind, phase, status, next_look_at)
        SELECT 'waits ' || n, n, 'x', 'import', 'import', 'queued', now() - interval '1 hour' FROM generate_series(11, 16) n`);
    const run: PhaseRunner['run'] = async ({ exchange_id }, signal, rest) => {
      if (exchange_id !== 'a') await rest(pause(LONG, signal));
      return { status: 'completed' };
    };
    const exchanger = new Exchanger(claims, { run } as PhaseRunner, { ...EXCHANGE_TIMES, pollMs: 20 });
    exchanger.onApplicationBootstrap();
    await until(async () => (await row()).status === 'completed', 10_000, 'the one that has something to do');
    await exchanger.onModuleDestroy();
    expect((await db.query(`SELECT 1 FROM exchanges WHERE status = 'running'`)).length).toBe(6);
  });

  it('end with the wiki', async () => {
    const claimed = (await claims.claim(LONG)) as Claimed;
    await db.query('DELETE FROM wikis WHERE wiki_id = 1');
    await expect(claims.heartbeat(claimed, LONG)).rejects.toThrow(FencedOff);
    await db.query(`INSERT INTO wikis (wiki_id, name) VALUES (1, 'one')`);
  });
});
