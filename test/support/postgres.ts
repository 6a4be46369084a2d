import { execFileSync, spawn } from 'node:child_process';
import { createHash, randomBytes } from 'node:crypto';
import { chownSync, existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { DataSource } from 'typeorm';
import { freePort } from '../../src/database/embedded/credentials.js';
import { EmbeddedPostgres } from '../../src/database/embedded/embedded-postgres.js';
import { migrate } from '../../src/database/migrate.js';
import { MIGRATIONS } from '../../src/database/migrations/index.js';
import { dataSourceOptions } from '../../src/database/options.js';
import { endProcess } from './processes.js';

export interface TestDatabase {
  /** Connection string of a database of its own, schema up to date. */
  readonly url: string;
  /** Drops the database; call it in `afterAll`, when all connections are closed. */
  close(): Promise<void>;
}

/** A server to make databases on. */
interface TestServer {
  readonly url: string;
  stop(): Promise<void>;
}

const DEBIAN_15 = '/usr/lib/postgresql/15/bin';

/** Why tests on Debian's PostgreSQL 15 cannot run here, or undefined where they can. */
export const noDebianPostgres = existsSync(join(DEBIAN_15, 'postgres'))
  ? undefined
  : `no ${DEBIAN_15} (apt-get install postgresql-15)`;

/**
 * A fresh database on a real PostgreSQL. `embedded` (default): the service's own server in a folder that all test
 * files share, started by the first and stopped by the last; `debian15`: Debian's, started for this call alone.
 */
export async function testDatabase(kind: 'embedded' | 'debian15' = 'embedded'): Promise<TestDatabase> {
  const server = kind === 'embedded' ? await embeddedServer() : await debianServer();
  try {
    const template = await templateOn(server.url);
    const name = `test_${randomBytes(6).toString('hex')}`;
    await asAdmin(server.url, (admin) => admin.query(`CREATE DATABASE ${name} TEMPLATE ${template}`));
    return {
      url: withDatabase(server.url, name),
      close: async () => {
        await asAdmin(server.url, (admin) => admin.query(`DROP DATABASE ${name} WITH (FORCE)`)).finally(server.stop);
      },
    };
  } catch (error) {
    await server.stop();
    throw error;
  }
}

async function embeddedServer(): Promise<TestServer> {
  const checkout = createHash('sha256')
    .update(import.meta.url)
    .digest('hex')
    .slice(0, 12);
  const folder = join(tmpdir(), `wikitag-tests-${process.getuid?.() ?? 'user'}-${checkout}`);
  const server = await EmbeddedPostgres.start(folder, { durable: false });
  return { url: server.url, stop: () => server.leave() };
}

/** Debian's server in a temporary folder, as the user postgres where we are root. */
async function debianServer(): Promise<TestServer> {
  if (noDebianPostgres) throw new Error(noDebianPostgres);
  const folder = mkdtempSync(join(tmpdir(), 'wikitag-debian15-'));
  const account = process.getuid?.() === 0 ? postgresAccount() : {};
  if (account.uid !== undefined && account.gid !== undefined) chownSync(folder, account.uid, account.gid);
  const options = { ...account, cwd: folder, stdio: 'ignore' as const };
  const data = join(folder, 'data');
  execFileSync(
    join(DEBIAN_15, 'initdb'),
    ['-D', data, '-U', 'wikitag', '-A', 'trust', '-E', 'UTF8', '--locale', 'C', '-N'],
    options,
  );
  const port = await freePort();
  const flags = ['-c', 'listen_addresses=127.0.0.1', '-c', `port=${port}`, '-c', 'unix_socket_directories=', '-F'];
  const child = spawn(join(DEBIAN_15, 'postgres'), ['-D', data, ...flags], options);
  const url = `postgresql://wikitag@127.0.0.1:${port}/postgres`;
  const stop = async () => {
    await endProcess(child, 'SIGINT');
    rmSync(folder, { recursive: true, force: true });
  };
  for (;;) {
    if (child.exitCode !== null) throw new Error(`Debian's PostgreSQL ended with ${child.exitCode}`);
    if (await asAdmin(url, () => Promise.resolve(true)).catch(() => false)) return { url, stop };
    await sleep(20);
  }
}

function postgresAccount(): { uid?: number; gid?: number } {
  const line = readFileSync('/etc/passwd', 'utf8')
    .split('\n')
    .find((entry) => entry.startsWith('postgres:'));
  const [, , uid, gid] = (line ?? '').split(':');
  return { uid: Number(uid), gid: Number(gid) };
}

/** A database with the schema in it, to be cloned; made once a server and version of the migrations. */
async function templateOn(url: string): Promise<string> {
  const version = createHash('sha256').update(MIGRATIONS.map(String).join()).digest('hex').slice(0, 12);
  const name = `template_${version}`;
  await asAdmin(url, async (admin) => {
    await admin.query('SELECT pg_advisory_lock(1)'); // ends with the connection
    const { rowCount } = await admin.query('SELECT FROM pg_database WHERE datname = $1', [name]);
    if (rowCount) return;
    await admin.query(`DROP DATABASE IF EXISTS unfinished_${version} WITH (FORCE)`); // of a run that was killed
    await admin.query(`CREATE DATABASE unfinished_${version}`);
    const dataSource = new DataSource(dataSourceOptions(withDatabase(url, `unfinished_${version}`)));
    await dataSource.initialize();
    await migrate(dataSource).finally(() => dataSource.destroy());
    await admin.query(`ALTER DATABASE unfinished_${version} RENAME TO ${name}`);
  });
  return name;
}

async function asAdmin<T>(url: string, work: (admin: pg.Client) => Promise<T>): Promise<T> {
  const admin = new pg.Client({ connectionString: url });
  await admin.connect();
  try {
    return await work(admin);
  } finally {
    await admin.end();
  }
}

function withDatabase(url: string, name: string): string {
  const changed = new URL(url);
  changed.pathname = name;
  return changed.href;
}
