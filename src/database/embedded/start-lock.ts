import { createHash } from 'node:crypto';
import { rm } from 'node:fs/promises';
import { connect, createServer, type Server } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';

/**
 * Runs `work` while no other process of this machine runs work under the same name. The lock is a listening socket,
 * so the kernel frees it when its holder dies, however it dies: there is no stale lock to judge. (Node has no flock.)
 * @throws {Error} where the lock stays taken for `waitMs`.
 */
export async function withStartLock<T>(name: string, work: () => Promise<T>, waitMs = 120_000): Promise<T> {
  const held = await acquire(addressOf(name), Date.now() + waitMs);
  try {
    return await work();
  } finally {
    await new Promise((closed) => held.close(closed));
  }
}

/** Linux has socket names outside the file system. Elsewhere it is a file, which a killed holder leaves behind. */
function addressOf(name: string): string {
  const hash = createHash('sha256').update(name).digest('hex').slice(0, 32);
  return process.platform === 'linux' ? `\0wikitag-${hash}` : `/tmp/wikitag-${hash}.lock`;
}

async function acquire(address: string, deadline: number): Promise<Server> {
  for (;;) {
    const server = await listen(address);
    if (server) return server;
    if (Date.now() > deadline)
      throw new Error('Another wikitag process has been starting or stopping the database for too long.');
    if (!address.startsWith('\0') && !(await answers(address))) await rm(address, { force: true });
    await sleep(20);
  }
}

function listen(address: string): Promise<Server | undefined> {
  return new Promise((resolve, reject) => {
    const server = createServer((socket) => socket.destroy());
    server.once('error', (error: NodeJS.ErrnoException) =>
      error.code === 'EADDRINUSE' ? resolve(undefined) : reject(error),
    );
    server.listen(address, () => resolve(server));
  });
}

function answers(address: string): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(address, () => resolve(true)).once('error', () => resolve(false));
    socket.once('close', () => socket.destroy());
  });
}
