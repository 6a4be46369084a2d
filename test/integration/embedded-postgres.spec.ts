import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  chmodSync,
  chownSync,
  existsSync,
  lstatSync,
  mkdtempSync,
  readFileSync,
  realpathSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { networkInterfaces, tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import pg from 'pg';
import { EmbeddedPostgres } from '../../src/database/embedded/embedded-postgres.js';
import { endProcess, postmastersOf } from '../support/processes.js';
import { until } from '../support/until.js';

const PROGRAM = fileURLToPath(new URL('../support/embedded-process.js', import.meta.url));
const isRoot = process.getuid?.() === 0;

let dataDir: string;
let children: ChildProcess[];

beforeEach(() => {
  children = [];
  dataDir = mkdtempSync(join(tmpdir(), 'wikitag-embedded-'));
  chmodSync(dataDir, 0o755); // root's PostgreSQL runs as another user
});

afterEach(async () => {
  for (const child of children) await endProcess(child, 'SIGKILL');
  const left = postmasters();
  for (const pid of left) process.kill(pid, 'SIGKILL');
  const cluster = existsSync(join(dataDir, 'postgres')) ? realpathSync(join(dataDir, 'postgres')) : dataDir;
  rmSync(cluster, { recursive: true, force: true });
  rmSync(dataDir, { recursive: true, force: true });
  expect(left).toEqual([]); // each test stops what it started
});

function postmasters(): number[] {
  const path = join(dataDir, 'postgres');
  return postmastersOf(existsSync(path) ? realpathSync(path) : path);
}

/** Starts a process on the data folder and gives it with the URL it prints. */
async function startProcess(
  options: { uid?: number; gid?: number; env?: NodeJS.ProcessEnv; flags?: string[]; program?: string } = {},
) {
  const { flags = [], program = PROGRAM, env = {}, ...rest } = options;
  const child = spawn(process.execPath, [...flags, program], {
    ...rest,
    cwd: '/',
    env: { ...process.env, DATA_DIR: dataDir, ...env },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  children.push(child);
  let output = '';
  child.stdout.on('data', (chunk) => {
    output += chunk;
  });
  await until(() => output.includes('\n') || child.exitCode !== null, 30_000, 'the first line of the process');
  return { child, output: () => output, url: /^url (.*)$/m.exec(output)?.[1] ?? '' };
}

async function query<T extends pg.QueryResultRow>(url: string, sql: string): Promise<T[]> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    return (await client.query<T>(sql)).rows;
  } finally {
    await client.end();
  }
}

async function write(url: string, value: string): Promise<void> {
  await query(url, `CREATE TABLE IF NOT EXISTS kept (value text); INSERT INTO kept VALUES ('${value}')`);
}

async function read(url: string): Promise<string[]> {
  return (await query<{ value: string }>(url, 'SELECT value FROM kept ORDER BY value')).map(({ value }) => value);
}

async function exited(child: ChildProcess): Promise<void> {
  if (child.exitCode === null && child.signalCode === null) await once(child, 'exit');
}

describe('the embedded PostgreSQL', () => {
  it('is made at the first start, stopped at the end, and found again with its data', async () => {
    const first = await EmbeddedPostgres.start(dataDir);
    await write(first.url, 'one');
    await first.leave();
    expect(postmasters()).toEqual([]);
    const second = await EmbeddedPostgres.start(dataDir);
    expect(second.url).toBe(first.url);
    expect(await read(second.url)).toEqual(['one']);
    await second.leave();
  });

  it('speaks UTF-8, sorts by code point, lets in nobody without the password, and hears the loopback interface alone', async () => {
    const embedded = await EmbeddedPostgres.start(dataDir);
    const [{ encoding, provider, locale }] = await query<Record<string, string>>(
      embedded.url,
      'SELECT pg_encoding_to_char(encoding) AS encoding, datlocprovider AS provider, datlocale AS locale FROM pg_database WHERE datname = current_database()',
    );
    expect([encoding, provider, locale]).toEqual(['UTF8', 'b', 'C.UTF-8']);
    const wrong = new URL(embedded.url);
    wrong.password = 'guess';
    await expect(query(wrong.href, 'SELECT 1')).rejects.toThrow('password authentication failed');
    expect(statSync(join(dataDir, 'postgres.json')).mode & 0o777).toBe(0o600);
    const outside = Object.values(networkInterfaces())
      .flat()
      .find((at) => at?.family === 'IPv4' && !at.internal)?.address;
    if (outside !== undefined) {
      const elsewhere = new URL(embedded.url);
      elsewhere.hostname = outside;
      await expect(query(elsewhere.href, 'SELECT 1')).rejects.toThrow('ECONNREFUSED');
    }
    await embedded.leave();
  });

  it('is started once by five processes that start together, and stopped by the last to leave', async () => {
    const processes = await Promise.all([1, 2, 3, 4, 5].map(() => startProcess()));
    expect(new Set(processes.map(({ url }) => url)).size).toBe(1);
    const [server, ...others] = postmasters();
    expect(others).toEqual([]);
    await write(processes[0].url, 'one');
    const last = processes.pop()!;
    for (const { child } of processes) child.kill('SIGTERM');
    await Promise.all(processes.map(({ child }) => exited(child)));
    expect(postmasters()).toEqual([server]);
    expect(await read(last.url)).toEqual(['one']);
    last.child.kill('SIGTERM');
    await exited(last.child);
    expect(postmasters()).toEqual([]);
  });

  it('is adopted by the next start after a kill -9 of the process that started it', async () => {
    const first = await startProcess();
    await write(first.url, 'one');
    const [server] = postmasters();
    await endProcess(first.child, 'SIGKILL');
    const next = await EmbeddedPostgres.start(dataDir);
    expect(postmasters()).toEqual([server]);
    expect(await read(next.url)).toEqual(['one']);
    await next.leave();
    expect(postmasters()).toEqual([]);
  });

  it('comes back on the same port after a kill -9 of PostgreSQL, for all who are attached', async () => {
    const [one, two] = [await startProcess(), await startProcess()];
    await write(one.url, 'one');
    const [server] = postmasters();
    process.kill(server, 'SIGKILL');
    await until(() => one.output().includes('is back') && two.output().includes('is back'), 20_000, 'the recovery');
    expect(await read(one.url)).toEqual(['one']);
    expect(postmasters()).toHaveLength(1);
    for (const { child } of [one, two]) {
      child.kill('SIGTERM');
      await exited(child);
    }
    expect(postmasters()).toEqual([]);
  });

  it('recovers what was committed after a kill -9 of everything', async () => {
    const first = await startProcess();
    await write(first.url, 'one');
    process.kill(postmasters()[0], 'SIGKILL');
    await endProcess(first.child, 'SIGKILL');
    const next = await EmbeddedPostgres.start(dataDir);
    expect(await read(next.url)).toEqual(['one']);
    await next.leave();
  });

  it('is not fooled by a postmaster.pid that names a living process of somebody else', async () => {
    const first = await EmbeddedPostgres.start(dataDir);
    await write(first.url, 'one');
    const file = join(dataDir, 'postgres', 'postmaster.pid');
    const lines = readFileSync(file, 'utf8').split('\n');
    await first.leave();
    writeFileSync(file, [process.pid, ...lines.slice(1)].join('\n'));
    const next = await EmbeddedPostgres.start(dataDir);
    expect(await read(next.url)).toEqual(['one']);
    await next.leave();
  });

  it('takes another port where its own was taken meanwhile', async () => {
    const first = await EmbeddedPostgres.start(dataDir);
    await first.leave();
    const squatter = await EmbeddedPostgres.start(join(dataDir, 'other'));
    writeFileSync(
      join(dataDir, 'postgres.json'),
      JSON.stringify({
        ...JSON.parse(readFileSync(join(dataDir, 'postgres.json'), 'utf8')),
        port: Number(new URL(squatter.url).port),
      }),
    );
    const second = await EmbeddedPostgres.start(dataDir);
    expect(new URL(second.url).port).not.toBe(new URL(squatter.url).port);
    await second.leave();
    await squatter.leave();
  });

  it('says what to do where the password is gone, the version is another, or the link leads nowhere', async () => {
    const first = await EmbeddedPostgres.start(dataDir);
    await first.leave();
    const [credentials, version] = [join(dataDir, 'postgres.json'), join(dataDir, 'postgres', 'PG_VERSION')];
    const kept = readFileSync(credentials);
    rmSync(credentials);
    await expect(EmbeddedPostgres.start(dataDir)).rejects.toThrow(/password .* is gone.*Put it back/);
    writeFileSync(credentials, kept);
    writeFileSync(version, '17\n');
    await expect(EmbeddedPostgres.start(dataDir)).rejects.toThrow(/of PostgreSQL 17.*pg_dump/);
    rmSync(join(dataDir, 'postgres'), { recursive: true });
    symlinkSync(join(dataDir, 'nowhere'), join(dataDir, 'postgres'));
    await expect(EmbeddedPostgres.start(dataDir)).rejects.toThrow(/points to a folder that is gone.*Bring it back/);
  });

  (isRoot ? it : it.skip)('works for root in a folder that only root may enter (needs root)', async () => {
    chmodSync(dataDir, 0o700);
    const first = await EmbeddedPostgres.start(dataDir);
    await write(first.url, 'one');
    await first.leave();
    expect(lstatSync(join(dataDir, 'postgres')).isSymbolicLink()).toBe(true);
    const second = await EmbeddedPostgres.start(dataDir);
    expect(await read(second.url)).toEqual(['one']);
    await second.leave();
  });

  (isRoot ? it : it.skip)('works for root where its programs too lie below such a folder (needs root)', async () => {
    chmodSync(dataDir, 0o700);
    const checkout = fileURLToPath(new URL('../../..', import.meta.url));
    for (const name of ['dist', 'node_modules', 'package.json']) symlinkSync(join(checkout, name), join(dataDir, name));
    // Node keeps to the paths below the private folder instead of where the links lead: as in a real clone there.
    const flags = ['--preserve-symlinks', '--preserve-symlinks-main'];
    const program = join(dataDir, 'dist/test/support/embedded-process.js');
    const { child, url } = await startProcess({ flags, program });
    await write(url, 'one');
    expect(readFileSync(`/proc/${postmasters()[0]}/cmdline`, 'utf8')).toMatch(/^\/var\/lib\/wikitag\/postgres-/);
    child.kill('SIGTERM');
    await exited(child);
  });

  (isRoot ? it : it.skip)('works as an ordinary user, whose data root can use too (needs root)', async () => {
    const user = { uid: 65_534, gid: 65_534 };
    rmSync(dataDir, { recursive: true });
    dataDir = mkdtempSync(join(tmpdir(), 'wikitag-embedded-'));
    chownSync(dataDir, user.uid, user.gid);
    const ordinary = await startProcess(user);
    await write(ordinary.url, 'one');
    expect(statSync(`/proc/${postmasters()[0]}`).uid).toBe(user.uid);
    ordinary.child.kill('SIGTERM');
    await exited(ordinary.child);
    const root = await EmbeddedPostgres.start(dataDir);
    expect(await read(root.url)).toEqual(['one']);
    expect(statSync(`/proc/${postmasters()[0]}`).uid).toBe(user.uid);
    await root.leave();
  });
});
