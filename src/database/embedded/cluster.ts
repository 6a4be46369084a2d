import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import {
  chown,
  lstat,
  mkdir,
  readdir,
  readFile,
  realpath,
  rename,
  rm,
  stat,
  symlink,
  writeFile,
} from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { type Account, accountForNewCluster, canReach } from './account.js';
import { type Binaries, findBinaries, REACHABLE } from './binaries.js';
import { EmbeddedPostgresError, explain } from './error.js';

export const USER = 'wikitag';
/** Nothing of our own environment: it holds secrets, and PG* variables would change what the programs do. */
export const ENVIRONMENT = { PATH: '/usr/bin:/bin:/usr/sbin:/sbin', LC_ALL: 'C', TZ: 'UTC' };

export interface Cluster {
  /** The real folder, no link on the way. */
  readonly folder: string;
  readonly account: Account;
  readonly binaries: Binaries;
}

/** Where DATA_DIR keeps its cluster: the folder itself, or a link to it. */
export const clusterPath = (dataDir: string): string => join(dataDir, 'postgres');

/** Opens the cluster of a DATA_DIR, making it with `password` where there is none. Call it under the start lock. */
export async function openCluster(dataDir: string, password: string, durable: boolean): Promise<Cluster> {
  const path = clusterPath(dataDir);
  if (!existsSync(path)) {
    if (await lstat(path).catch(() => undefined)) {
      throw new EmbeddedPostgresError(
        `${path} points to a folder that is gone.`,
        'Bring it back, or remove the link to start with an empty database.',
      );
    }
    const account = accountForNewCluster();
    const binaries = await findBinaries(account);
    await create(dataDir, account, binaries, password, durable);
  }
  return known(await realpath(path));
}

async function known(folder: string): Promise<Cluster> {
  const { uid, gid } = await stat(folder);
  const we = process.getuid?.();
  if (we !== 0 && we !== undefined && we !== uid) {
    throw new EmbeddedPostgresError(
      `The database in ${folder} belongs to another user (uid ${uid}).`,
      'Start wikitag as the user who made it, or set DATA_DIR to another folder.',
    );
  }
  const account = we === 0 ? { uid, gid } : {};
  if (!canReach(account, folder)) {
    throw new EmbeddedPostgresError(
      `PostgreSQL's user (uid ${uid}) cannot enter ${folder}: a folder above it is closed to it.`,
      'Open that folder (chmod o+x), or set DATA_DIR to another one.',
    );
  }
  const binaries = await findBinaries(account);
  const made = (await readFile(join(folder, 'PG_VERSION'), 'utf8')).trim();
  if (made !== binaries.major) {
    throw new EmbeddedPostgresError(
      `The database in ${folder} is of PostgreSQL ${made}, the embedded one is ${binaries.major}.`,
      'Move the data with pg_dump and psql, or set DATA_DIR to another folder.',
    );
  }
  return { folder, account, binaries };
}

/**
 * Makes a cluster beside its final place and moves it there when it is whole. Locale: PostgreSQL's own C.UTF-8, which
 * sorts by code point and is the same on every machine; a locale of the system would break indexes when that changes.
 */
async function create(
  dataDir: string,
  account: Account,
  binaries: Binaries,
  password: string,
  durable: boolean,
): Promise<void> {
  await removeUnfinished(dataDir);
  const inPlace = canReach(account, dataDir);
  const final = inPlace ? clusterPath(dataDir) : join(REACHABLE, `cluster-${randomBytes(6).toString('hex')}`);
  const unfinished = `${final}.new-${process.pid}`;
  const passwordFile = `${unfinished}.pw`;
  if (!inPlace) await mkdir(REACHABLE, { recursive: true, mode: 0o755 });
  try {
    await mkdir(unfinished, { mode: 0o700 });
    await writeFile(passwordFile, password, { mode: 0o600 });
    if (account.uid !== undefined && account.gid !== undefined) {
      for (const path of [unfinished, passwordFile]) await chown(path, account.uid, account.gid);
    }
    await promisify(execFile)(
      binaries.initdb,
      [
        ...['--pgdata', unfinished, '--username', USER, '--pwfile', passwordFile, '--auth', 'scram-sha-256'],
        ...['--encoding', 'UTF8', '--locale', 'C', '--locale-provider', 'builtin', '--builtin-locale', 'C.UTF-8'],
        ...(durable ? [] : ['--no-sync']),
      ],
      { ...account, cwd: '/', env: ENVIRONMENT },
    );
    if (!inPlace) await writeFile(join(unfinished, 'wikitag-data-dir'), `${dataDir}\n`); // says whose it is
    await rename(unfinished, final);
    if (!inPlace) await symlink(final, clusterPath(dataDir));
  } catch (error) {
    const { stderr, message } = error as Error & { stderr?: string };
    throw explain('initdb', stderr || message);
  } finally {
    await rm(passwordFile, { force: true });
    await rm(unfinished, { recursive: true, force: true });
  }
}

async function removeUnfinished(dataDir: string): Promise<void> {
  for (const name of await readdir(dataDir)) {
    if (name.startsWith('postgres.new-')) await rm(join(dataDir, name), { recursive: true, force: true });
  }
}
