import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { DataSource } from 'typeorm';
import { readConfig } from '../../src/config/config.js';
import { databaseFault } from '../../src/database/faults.js';
import { dataSourceOptions } from '../../src/database/options.js';
import { verdictOn } from '../../src/pipeline/fault-policy.js';
import { FencedOff } from '../../src/pipeline/faults.js';
import { RunRepository } from '../../src/pipeline/run.repository.js';
import { type TestDatabase, testDatabase } from '../support/postgres.js';

describe('run rows', () => {
  let database: TestDatabase;
  let db: DataSource;
  let runs: RunRepository;
  let wikis = 1;

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

  const claimed = async (jobId: string) => {
    await db.query(`INSERT INTO wikis (wiki_id, name) VALUES ($1, 'w')`, [++wikis]);
    await db.query(
      `INSERT INTO runs (job_id, wiki_id, status, stage, options) VALUES ($1, $2, 'queued', 'embed', '{}')`,
      [jobId, wikis],
    );
    return (await runs.claim(jobId, 'pipeline'))!;
  };

  it('wait longer with every setback, until a stage is done', async () => {
    let run = await claimed('setbacks');
    const waits: number[] = [];
    for (let i = 0; i < 8; i++) {
      await runs.setBack(run, 'the disk is full');
      expect(await runs.claim('setbacks', 'pipeline')).toBeUndefined();
      expect((await runs.abandoned()).map((r) => r.job_id)).not.toContain('setbacks');
      const [{ wait }] = await db
        .query(
          `UPDATE runs SET next_look_at = now() WHERE job_id = 'setbacks' RETURNING (SELECT extract(epoch FROM r.next_look_at - now())::float AS wait FROM runs r WHERE r.job_id = 'setbacks')`,
        )
        .then(([updated]) => updated);
      waits.push(wait);
      expect((await runs.abandoned()).map((r) => r.job_id)).toContain('setbacks');
      run = (await runs.claim('setbacks', 'pipeline'))!;
    }
    expect(run).toMatchObject({ setbacks: 8, setback: 'the disk is full', attempts: 9 });
    for (const [i, longest] of [1, 2, 4, 8, 16, 32, 60, 60].entries()) {
      expect(waits[i]).toBeLessThanOrEqual(longest);
      expect(waits[i]).toBeGreaterThan(longest * 0.7);
    }
    await runs.advance(run, 'cluster', { stage: 'embed', seconds: 1 }, false);
    expect(await runs.find('setbacks')).toMatchObject({ setbacks: 0, setback: null, next_look_at: null });
  });

  it('write again at once what failed to serialize: four times of six', async () => {
    const run = await claimed('serialize');
    await db.query(`CREATE SEQUENCE tries`);
    await db.query(`CREATE FUNCTION conflict() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
      IF nextval('tries') <= 4 THEN RAISE EXCEPTION 'conflict' USING ERRCODE = '40001'; END IF; RETURN NEW; END $$`);
    await db.query(`CREATE TRIGGER conflict BEFORE INSERT ON run_errors FOR EACH ROW EXECUTE FUNCTION conflict()`);
    const note = () =>
      runs.fenced(run, (em) => runs.addErrors(em, 'serialize', [{ cluster_id: 1, stage: 'tag', error: 'e' }]));
    await note();
    expect(await runs.errors(['serialize'])).toEqual(
      new Map([['serialize', [{ cluster_id: 1, stage: 'tag', error: 'e' }]]]),
    );
    await db.query(`ALTER SEQUENCE tries RESTART; ALTER SEQUENCE tries MINVALUE -100 START -100 RESTART`);
    expect(databaseFault(await note().catch((error: unknown) => error))?.kind).toBe('conflict'); // not for ever
    const [{ last_value }] = await db.query('SELECT last_value FROM tries');
    expect(Number(last_value)).toBe(-95); // six tries
    await db.query('DROP TRIGGER conflict ON run_errors');
  });

  it('get over a deadlock of two real transactions', async () => {
    const [one, two] = [await claimed('dead-1'), await claimed('dead-2')];
    const arrived: (() => void)[] = [];
    const met = [0, 1].map((i) => new Promise<void>((resolve) => (arrived[i] = resolve)));
    const tries = [0, 0];
    const cross = (self: number, run: typeof one, other: typeof two) =>
      runs.fenced(run, async (em) => {
        tries[self]!++;
        arrived[self]!();
        await met[1 - self]; // both hold their own row before either asks for the other's
        await em.query('UPDATE runs SET tags_applied = tags_applied + 1 WHERE job_id = $1', [other.job_id]);
      });
    await Promise.all([cross(0, one, two), cross(1, two, one)]);
    expect(tries.sort()).toEqual([1, 2]);
    for (const id of ['dead-1', 'dead-2']) expect(await runs.find(id)).toMatchObject({ tags_applied: 1 });
  });

  it('refuse the write of a worker that was thought dead', async () => {
    const late = await claimed('late');
    await db.query(`UPDATE runs SET heartbeat_at = now() - interval '1 minute' WHERE job_id = 'late'`);
    await runs.claim('late', 'pipeline');
    const error = await runs.setBack(late, 'x').catch((reason: unknown) => reason);
    expect(verdictOn(error).outcome).toBe('not ours');
    expect(verdictOn(await db.query('SELECT nonsense').catch((reason: unknown) => reason)).outcome).toBe('fatal');
  });

  it('tell a lost connection from a query that is wrong', async () => {
    const failure = (work: Promise<unknown>) => work.then(() => undefined).catch((error: unknown) => error);
    expect(databaseFault(await failure(db.query('SELECT nonsense')))?.kind).toBe('refused');
    expect(databaseFault(await failure(db.query('SELECT pg_terminate_backend(pg_backend_pid())')))?.kind).toBe('away');
    const gone = new DataSource(dataSourceOptions('postgres://nobody@127.0.0.1:1/none'));
    expect(databaseFault(await failure(gone.initialize()))?.kind).toBe('away');
  });
});
