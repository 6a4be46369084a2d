import { existsSync } from 'node:fs';
import { mkdir, realpath } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { type Cluster, clusterPath, openCluster, USER } from './cluster.js';
import { type Credentials, freePort, loadCredentials, saveCredentials } from './credentials.js';
import { EmbeddedPostgresError } from './error.js';
import { findPostmaster, type Starting, startServer, stopServer } from './server.js';
import { withStartLock } from './start-lock.js';

export interface EmbeddedPostgresOptions {
  /** False trades the safety of the data for speed: throw-away databases only. */
  readonly durable?: boolean;
  /** Told what happens after the start: the server lost, the server back. */
  readonly onEvent?: (level: 'warn' | 'error', message: string) => void;
}

const DATABASE = 'wikitag';
const LEASE = 7_726_001; // key of the advisory lock that every attached process shares
const COMING_UP_MS = 300_000; // recovery after a crash reads the whole write-ahead log
/** Backends of a server that was killed, or the server itself while it stops, still hold the cluster. */
const OTHERS_ON_THEIR_WAY_OUT = /still in use|lock file/;
const EXPECTED_WHILE_STARTING = ['ECONNREFUSED', 'ECONNRESET', '57P03', '57P01', '53300'];

/**
 * The PostgreSQL of a DATA_DIR, shared by all processes that use it. The first one starts it, the others attach, and the
 * last one to leave stops it. Who is there is known to PostgreSQL itself: each process holds a shared advisory lock over
 * one connection, which ends with its process however that dies; who gets the lock exclusively is the last. So there
 * is no owner who could die: a server whose processes were all killed stays, and the next start adopts it. When the
 * server dies, each attached process sees its connection end; the first to notice starts it again on the same port.
 * Starting and leaving happen under one machine-wide lock.
 */
export class EmbeddedPostgres {
  private static readonly attached = new Set<EmbeddedPostgres>();
  private lease: pg.Client | undefined;
  private leaving = false;
  private recovering: Promise<void> | undefined;

  private constructor(
    private readonly dataDir: string,
    private credentials: Credentials,
    private readonly cluster: Cluster,
    private readonly options: Required<EmbeddedPostgresOptions>,
  ) {}

  /**
   * Starts the server of `dataDir`, or attaches to it where it runs; both are made where they do not exist.
   * @throws {EmbeddedPostgresError} saying what is wrong and what to do next.
   */
  static async start(dataDir: string, options: EmbeddedPostgresOptions = {}): Promise<EmbeddedPostgres> {
    const { durable = true, onEvent = () => {} } = options;
    await mkdir(dataDir, { recursive: true });
    const home = await realpath(dataDir);
    return withStartLock(home, async () => {
      const credentials = await loadCredentials(home, existsSync(clusterPath(home)));
      const cluster = await openCluster(home, credentials.password, durable);
      const embedded = new EmbeddedPostgres(home, credentials, cluster, { durable, onEvent });
      await embedded.attach(true);
      EmbeddedPostgres.attached.add(embedded);
      return embedded;
    });
  }

  /** For `pg`, TypeORM and the queue. It holds the password: never log it. */
  get url(): string {
    return `postgresql://${USER}:${this.credentials.password}@127.0.0.1:${this.credentials.port}/${DATABASE}`;
  }

  /** Leaves the server; stops it where no other process is attached. Call it when all other connections are closed. */
  async leave(): Promise<void> {
    if (this.leaving) return;
    this.leaving = true;
    EmbeddedPostgres.attached.delete(this);
    await this.recovering;
    await withStartLock(this.dataDir, async () => {
      const lease = this.lease;
      if (!lease) return;
      const last = await lease
        .query<{ last: boolean }>('SELECT pg_advisory_unlock_shared($1), pg_try_advisory_lock($1) AS last', [LEASE])
        .then(({ rows }) => rows[0].last)
        .catch(() => false); // the server is gone: nothing to stop
      if (last) await stopServer(this.cluster);
      await lease.end().catch(() => {});
    });
  }

  /** For a process that ends without having come so far that anything would be closed. */
  static async leaveAll(): Promise<void> {
    await Promise.all([...EmbeddedPostgres.attached].map((embedded) => embedded.leave()));
  }

  /** Under the start lock: makes sure that the server runs and takes the lease. */
  private async attach(anyPort: boolean): Promise<void> {
    const running = await findPostmaster(this.cluster);
    let starting: Starting | undefined;
    const port = running ? running.port : anyPort ? await freePort(this.credentials.port) : this.credentials.port;
    if (port !== this.credentials.port) {
      this.credentials = { ...this.credentials, port };
      await saveCredentials(this.dataDir, this.credentials);
    }
    const start = () => startServer(this.cluster, port, join(this.dataDir, 'postgres.log'), this.options.durable);
    if (!running) starting = start();
    for (const end = Date.now() + COMING_UP_MS; Date.now() < end; await sleep(20)) {
      if (this.leaving) return;
      const lease = await this.connect();
      if (lease) return this.hold(lease);
      const failure = starting?.failure();
      if (failure && !OTHERS_ON_THEIR_WAY_OUT.test(failure.message)) throw failure;
      if (failure) await sleep(200);
      if (failure || (!starting && !(await findPostmaster(this.cluster)))) starting = start();
    }
    throw new EmbeddedPostgresError(
      'The embedded PostgreSQL has been starting for five minutes.',
      `Look into ${join(this.dataDir, 'postgres.log')}.`,
    );
  }

  private async connect(): Promise<pg.Client | undefined> {
    const client = await this.open(DATABASE);
    if (client !== 'missing') return client;
    const first = await this.open('postgres');
    if (first === 'missing' || !first) return undefined;
    await first.query(`CREATE DATABASE ${DATABASE}`);
    await first.end();
    return undefined; // the next round finds it
  }

  private async open(database: string): Promise<pg.Client | 'missing' | undefined> {
    const url = new URL(this.url);
    url.pathname = database;
    const client = new pg.Client({ connectionString: url.href, application_name: 'wikitag lease', keepAlive: true });
    client.on('error', () => {}); // 'end' follows, which is where it is dealt with
    try {
      await client.connect();
      return client;
    } catch (error) {
      const { code = '', message } = error as Error & { code?: string };
      if (code === '3D000') return 'missing';
      if (EXPECTED_WHILE_STARTING.includes(code) || message === 'Connection terminated unexpectedly') return undefined;
      throw new EmbeddedPostgresError(
        `The embedded PostgreSQL does not let us in: ${message}.`,
        'Look into its log in DATA_DIR.',
      );
    }
  }

  private async hold(lease: pg.Client): Promise<void> {
    await lease.query('SELECT pg_advisory_lock_shared($1)', [LEASE]);
    this.lease = lease;
    lease.once('end', () => {
      if (this.leaving) return;
      this.lease = undefined;
      this.recovering = this.recover();
    });
  }

  /** The server has died under us. Pools know the port, so it comes back on the same one. */
  private async recover(): Promise<void> {
    this.options.onEvent('warn', 'Lost the embedded PostgreSQL. Making sure that it runs.');
    for (let wait = 100; !this.leaving; wait = Math.min(wait * 2, 5_000)) {
      try {
        await withStartLock(this.dataDir, () => this.attach(false));
        this.options.onEvent('warn', 'The embedded PostgreSQL is back.');
        return;
      } catch (error) {
        this.options.onEvent('error', error instanceof Error ? error.message : String(error));
        await sleep(wait);
      }
    }
  }
}
