import { randomBytes } from 'node:crypto';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import pg from 'pg';
import type { Job } from '../../src/jobs/jobs.schemas.js';
import { FakeOpenAi } from '../support/fake-openai.js';
import { noSmallDisk, SmallDisk } from '../support/full-disk.js';
import { givenTopics, ONE_CLUSTER_A_TOPIC } from '../support/given-topics.js';
import { orphans } from '../support/orphans.js';
import { type TestDatabase, testDatabase } from '../support/postgres.js';
import { TestService } from '../support/service.js';
import { until } from '../support/until.js';
import { exportOf, makeWiki } from '../support/wiki-client.js';

const TOPICS = ['bread', 'coffee', 'chess', 'astronomy', 'beekeeping', 'cycling', 'gardening', 'sailing'];

/** Real faults of a real server; the service is one process with a role and a database of its own. */
describe('a run whose database', () => {
  let server: TestDatabase;
  let admin: pg.Client;
  let own: pg.Client;
  let disk: SmallDisk | undefined;
  let role: string;
  let url: string;
  let llm: FakeOpenAi;
  let service: TestService;
  /** Set: the LLM answers no question before it resolves. */
  let gate: Promise<void> | undefined;

  beforeAll(async () => {
    server = await testDatabase();
    admin = new pg.Client({ connectionString: server.url });
    await admin.connect();
    role = `faulty_${randomBytes(4).toString('hex')}`;
    await admin.query(`CREATE ROLE ${role} LOGIN PASSWORD 'faulty'`);
    const { rows } = await admin.query<{ pid: number }>('SELECT pg_backend_pid() AS pid');
    if (noSmallDisk === undefined) disk = SmallDisk.make(64, rows[0]!.pid);
    if (disk !== undefined) await admin.query(`CREATE TABLESPACE ${role} OWNER ${role} LOCATION '${disk.path}'`);
    await admin.query(`CREATE DATABASE ${role} OWNER ${role} ${disk === undefined ? '' : `TABLESPACE ${role}`}`);
    const changed = new URL(server.url);
    changed.pathname = role;
    own = new pg.Client({ connectionString: changed.href });
    own.on('error', () => undefined);
    await own.connect();
    changed.username = role;
    changed.password = 'faulty';
    url = changed.href;
    llm = new FakeOpenAi(async () => {
      await gate;
      return undefined;
    });
    service = await TestService.start({
      DATABASE_URL: url,
      OPENAI_BASE_URL: await llm.listen(),
      OPENAI_API_KEY: 'k',
      LLM_CONCURRENCY: '2',
      LLM_TIMEOUT_SECONDS: '100',
    });
  });
  afterAll(async () => {
    await service?.stop();
    await llm?.close();
    await own?.end();
    await admin?.query(`DROP DATABASE IF EXISTS ${role} WITH (FORCE)`);
    if (disk !== undefined) await admin?.query(`DROP TABLESPACE ${role}`);
    await admin?.query(`DROP ROLE ${role}`);
    disk?.remove();
    await admin?.end();
    await server?.close();
  });
  afterEach(async () => {
    expect(await orphans(url)).toEqual([]);
  });

  const show = async (id: string) => (await service.get<Job>(`/analyze/wiki/cluster/${id}`)).body;
  const cutConnections = () =>
    admin.query(`SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = $1`, [role]);

  /** Starts a run, breaks the database while it waits for the LLM, looks at it, mends the database, and sees the run end well. */
  async function survives(
    breakIt: () => Promise<unknown>,
    mendIt: () => Promise<unknown>,
    meanwhile: (jobId: string, logged: () => string) => Promise<void>,
  ): Promise<void> {
    let open = (): void => undefined;
    gate = new Promise((resolve) => {
      open = resolve;
    });
    const wiki = await makeWiki(
      service,
      givenTopics(TOPICS.map((topic) => `${topic} ${randomBytes(3).toString('hex')}`)),
    );
    const asked = llm.asked.length;
    const { body } = await service.post<{ job_id: string }>('/analyze/wiki/cluster', {
      wiki_id: wiki,
      options: ONE_CLUSTER_A_TOPIC,
    });
    await until(() => llm.asked.length > asked, 30_000, 'the first question');
    const from = service.logged.length;
    try {
      await breakIt();
      open();
      await meanwhile(body.job_id, () => service.logged.slice(from));
    } finally {
      await mendIt();
    }
    await until(async () => typeof (await show(body.job_id)).completed_at === 'string', 60_000, 'the end of the run');
    expect(await show(body.job_id)).toMatchObject({ status: 'completed', errors: [], setback: null });
    expect((await exportOf(service, wiki)).every((p) => p.tags.some((t) => t.cluster_id === p.cluster_id))).toBe(true);
  }

  /** A write, refused as it should be. */
  async function writesAreRefused(): Promise<void> {
    const refused = await service.post('/wikis', { name: 'x'.repeat(100) });
    expect(refused).toMatchObject({ status: 503, body: { code: 'not_ready' } });
    expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(0);
    expect(JSON.stringify(refused.body)).not.toMatch(/INSERT|UPDATE|SELECT|transaction/);
  }

  it('is read-only for a while goes on when it is not, and reads are answered meanwhile', async () => {
    await survives(
      async () => {
        await admin.query(`ALTER DATABASE ${role} SET default_transaction_read_only = on`);
        await cutConnections();
      },
      async () => {
        await admin.query(`ALTER DATABASE ${role} RESET default_transaction_read_only`);
        await cutConnections();
      },
      async (id, logged) => {
        await until(() => /the database is read-only/.test(logged()), 30_000, 'the fault');
        await until(async () => (await service.get('/wikis')).status === 200);
        await writesAreRefused();
        expect(await show(id)).toMatchObject({ status: 'processing', stage: 'tag', errors: [] });
      },
    );
  });

  it('has no connection to spare for a while goes on when it has', async () => {
    await survives(
      async () => {
        await admin.query(`ALTER ROLE ${role} CONNECTION LIMIT 0`);
        await cutConnections();
      },
      () => admin.query(`ALTER ROLE ${role} CONNECTION LIMIT -1`),
      async (_, logged) => {
        await until(() => /too many connections/.test(logged()), 30_000, 'the fault');
        await writesAreRefused();
        const { rows } = await own.query('SELECT status, stage FROM runs ORDER BY created_at DESC LIMIT 1');
        expect(rows).toEqual([{ status: 'processing', stage: 'tag' }]);
      },
    );
  });

  const itOnSmallDisk = noSmallDisk === undefined ? it : it.skip;
  const why = noSmallDisk === undefined ? '' : ` (skipped: ${noSmallDisk})`;
  itOnSmallDisk(`has a full disk for a while says so, and goes on when there is room${why}`, async () => {
    await survives(
      async () => {
        await own.query('CREATE TABLE filler (bytes text); ALTER TABLE filler ALTER bytes SET STORAGE PLAIN');
        // big rows to fill the disk, then small ones to fill its last block
        for (const size of [7000, 100])
          for (;;) {
            const failed = await own
              .query(`INSERT INTO filler SELECT repeat('x', $1) FROM generate_series(1, $2)`, [
                size,
                size === 100 ? 20 : 500,
              ])
              .then(() => undefined)
              .catch((error: pg.DatabaseError) => error.code);
            if (failed === '53100') break;
            expect(failed).toBeUndefined();
          }
      },
      () => own.query('DROP TABLE filler'),
      async (id, logged) => {
        await until(() => /the disk of the database is full/.test(logged()), 30_000, 'the fault');
        expect((await service.get('/wikis')).status).toBe(200);
        const job = await show(id);
        expect(job.status).toBe('processing');
        console.log(`full disk: setback ${JSON.stringify(job.setback)}, attempts ${job.attempts}`);
      },
    );
  });
});
