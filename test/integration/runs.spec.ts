import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { DataSource } from 'typeorm';
import { readConfig } from '../../src/config/config.js';
import { databaseFault } from '../../src/database/faults.js';
import { dataSourceOptions } from '../../src/database/options.js';
import { FencedOff } from '../../src/pipeline/faults.js';
import { RunRepository } from '../../src/pipeline/run.repository.js';
import { type TestDatabase, testDatabase } from '../support/postgres.js';

describe('run rows', () => {
  let database: TestDatabase;
  let db: DataSource;
  let runs: RunRepository;

  beforeAll(async () => {
    database = await testDatabase('embedded');
    db = await new DataSource(dataSourceOptions(database.url)).initialize();
    await db.runMigrations();
    runs = new RunRepository(db, readConfig({}));
    await db.query(`INSERT INTO wikis (wiki_id, name) VALUES (1, 'w')`);
    await db.query(
      `INSERT INTO runs (job_id, wiki_id, status, stage, options) VALUES ('r', 1, 'queued', 'embed', '{}')`,
    );
  });
  afterAll(async () => {
    await db?.destroy();
    await database?.close();
  });

  it('are not taken back by a heartbeat that comes after they were handed over', async () => {
    const run = (await runs.claim('r', 'pipeline'))!;
    expect(await runs.heartbeat(run)).toBe(false);
    await runs.advance(run, 'cluster', { stage: 'embed', seconds: 1 }, true);
    await expect(runs.heartbeat(run)).rejects.toThrow(FencedOff);
    expect(await runs.claim('r', 'clustering')).toMatchObject({ stage: 'cluster', timings: { embed: 1 } });
  });

  it('tell a lost connection from a query that is wrong', async () => {
    const failure = (work: Promise<unknown>) => work.then(() => undefined).catch((error: unknown) => error);
    expect(databaseFault(await failure(db.query('SELECT nonsense')))?.kind).toBe('refused');
    expect(databaseFault(await failure(db.query('SELECT pg_terminate_backend(pg_backend_pid())')))?.kind).toBe('away');
    const gone = new DataSource(dataSourceOptions('postgres://nobody@127.0.0.1:1/none'));
    expect(databaseFault(await failure(gone.initialize()))?.kind).toBe('away');
  });
});
