import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';

/** The user that PostgreSQL runs as. Empty: the one we run as ourselves. */
export interface Account {
  readonly uid?: number;
  readonly gid?: number;
}

/**
 * PostgreSQL refuses to run as root, so root lends it another user: `postgres` where the machine has one, else a system
 * user `wikitag` made for it, else `nobody` (small images have no useradd).
 */
export function accountForNewCluster(): Account {
  if (process.getuid?.() !== 0) return {};
  const known = lookUp('postgres') ?? lookUp('wikitag');
  if (known) return known;
  spawnSync('useradd', ['--system', '--no-create-home', '--shell', '/usr/sbin/nologin', 'wikitag'], {
    stdio: 'ignore',
  });
  const account = lookUp('wikitag') ?? lookUp('nobody');
  if (!account)
    throw new Error("PostgreSQL cannot run as root, and this machine has no user 'postgres' or 'nobody' to run it as.");
  return account;
}

function lookUp(name: string): Account | undefined {
  const line = readFileSync('/etc/passwd', 'utf8')
    .split('\n')
    .find((entry) => entry.startsWith(`${name}:`));
  const [, , uid, gid] = line?.split(':') ?? [];
  return uid && gid ? { uid: Number(uid), gid: Number(gid) } : undefined;
}

/** True where that user can enter `path` (folders on the way, access lists and all: it is tried, not computed). */
export function canReach(account: Account, path: string): boolean {
  if (account.uid === undefined) return true;
  return (
    spawnSync('/bin/sh', ['-c', 'test -r "$0" && test -x "$0"', path], { ...account, cwd: '/', stdio: 'ignore' })
      .status === 0
  );
}
