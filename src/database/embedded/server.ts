import { spawn, spawnSync } from 'node:child_process';
import { closeSync, openSync, readFileSync, statSync } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { type Cluster, ENVIRONMENT } from './cluster.js';
import { explain } from './error.js';

/** PostgreSQL's main process, as its postmaster.pid tells. */
export interface Postmaster {
  readonly pid: number;
  readonly port: number;
}

/** A server that we have just started: it is coming up until `failure` says otherwise. */
export interface Starting {
  /** Undefined while it runs; the reason once it has ended. */
  failure(): Error | undefined;
}

const MAX_LOG_BYTES = 5_000_000;
const NO_SUCH_PID = 2_147_483_646;

/** The main process that runs this cluster, or undefined where none does (whatever a stale postmaster.pid says). */
export async function findPostmaster(cluster: Cluster): Promise<Postmaster | undefined> {
  const file = join(cluster.folder, 'postmaster.pid');
  const text = await readFile(file, 'utf8').catch(() => '');
  const lines = text.split('\n');
  const [pid, port] = [Number(lines[0]), Number(lines[3])];
  if (!(pid > 0)) return undefined;
  if (runsCluster(pid, cluster.folder)) return { pid, port };
  // After a kill -9 and a reboot (or in a new container) the number may belong to any other process, and PostgreSQL would
  // refuse to start. Only the number is changed: the rest lets it find backends that have outlived their main process.
  if (pid !== NO_SUCH_PID) await writeFile(file, [NO_SUCH_PID, ...lines.slice(1)].join('\n'));
  return undefined;
}

function runsCluster(pid: number, folder: string): boolean {
  if (process.platform !== 'linux') {
    const { stdout } = spawnSync('ps', ['-o', 'args=', '-p', String(pid)], { encoding: 'utf8' });
    return stdout.includes(`postgres -D ${folder} `);
  }
  try {
    const [program, ...args] = readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0');
    return program.endsWith('postgres') && args.includes(folder);
  } catch {
    return false; // no such process
  }
}

/** Starts the server in a session of its own: a Ctrl-C meant for us must not stop it before our last write. */
export function startServer(cluster: Cluster, port: number, log: string, durable: boolean): Starting {
  const size = statSync(log, { throwIfNoEntry: false })?.size ?? 0;
  const from = size > MAX_LOG_BYTES ? 0 : size;
  const output = openSync(log, from === 0 ? 'w' : 'a', 0o600);
  const settings = {
    listen_addresses: '127.0.0.1',
    port: String(port),
    unix_socket_directories: '',
    max_connections: '200', // several processes, each with pools for TypeORM and for the queue
    shared_buffers: '128MB',
    max_wal_size: '1GB',
    dynamic_shared_memory_type: 'mmap', // /dev/shm is tiny in containers
    timezone: 'UTC',
    log_timezone: 'UTC',
    ...(durable ? {} : { fsync: 'off', full_page_writes: 'off', synchronous_commit: 'off' }),
  };
  const flags = Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`]);
  const child = spawn(cluster.binaries.postgres, ['-D', cluster.folder, ...flags], {
    ...cluster.account,
    cwd: '/',
    detached: true,
    env: ENVIRONMENT,
    stdio: ['ignore', output, output],
  });
  closeSync(output);
  child.unref();
  let notRun: string | undefined;
  let ended = false;
  child.once('error', (error) => {
    notRun = error.message;
  });
  child.once('exit', () => {
    ended = true;
  });
  return {
    failure: () => {
      if (notRun === undefined && !ended) return undefined;
      return explain('postgres', notRun ?? readFileSync(log).subarray(from).toString(), log);
    },
  };
}

/** Fast shutdown: sessions end, everything is written. One that hangs is stopped hard; the next start recovers. */
export async function stopServer(cluster: Cluster): Promise<void> {
  for (const [signal, patience] of [
    ['SIGINT', 8_000],
    ['SIGQUIT', 5_000],
    ['SIGKILL', 1_000],
  ] as const) {
    const running = await findPostmaster(cluster);
    if (!running) return;
    if (!signalled(running.pid, signal)) return;
    for (const end = Date.now() + patience; Date.now() < end; await sleep(20)) {
      if (!runsCluster(running.pid, cluster.folder)) return;
    }
  }
}

function signalled(pid: number, signal: NodeJS.Signals): boolean {
  try {
    return process.kill(pid, signal);
  } catch {
    return false; // gone in this moment
  }
}
