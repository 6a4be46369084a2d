import { execFileSync, spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { freePort } from '../../src/database/embedded/credentials.js';
import { endProcess } from './processes.js';

/** Why tests on Redis cannot run here, or undefined where they can. */
export const noRedis = hasRedis() ? undefined : 'no redis-server (apt-get install redis-server)';

export interface TestRedis {
  readonly url: string;
  /** kill -9, as a crash: what Redis had not written is lost. */
  kill(): Promise<void>;
  /** FLUSHALL. */
  flush(): Promise<void>;
  /** Starts again on the same port and folder. */
  restart(): Promise<void>;
  close(): Promise<void>;
}

/** A real Redis with its default settings, on a free port of the loopback interface. */
export async function testRedis(): Promise<TestRedis> {
  const folder = mkdtempSync(join(tmpdir(), 'wikitag-redis-'));
  const port = await freePort();
  const start = async () => {
    const child = spawn('redis-server', ['--port', String(port), '--bind', '127.0.0.1', '--dir', folder], {
      stdio: 'ignore',
    });
    while (!(await says(port, 'PING', '+PONG'))) {
      if (child.exitCode !== null) throw new Error(`redis-server ended with ${child.exitCode}`);
      await sleep(20);
    }
    return child;
  };
  let child = await start();
  return {
    url: `redis://127.0.0.1:${port}`,
    kill: () => endProcess(child, 'SIGKILL'),
    flush: async () => {
      if (!(await says(port, 'FLUSHALL', '+OK'))) throw new Error('FLUSHALL failed');
    },
    restart: async () => {
      child = await start();
    },
    close: async () => {
      await endProcess(child);
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

function says(port: number, command: string, wanted: string): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1', () => socket.write(`${command}\r\n`));
    socket.once('data', (answer) => {
      resolve(answer.toString().startsWith(wanted));
      socket.destroy();
    });
    socket.once('error', () => resolve(false));
  });
}

function hasRedis(): boolean {
  try {
    execFileSync('redis-server', ['--version'], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}
