import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { type Cluster, openCluster, USER } from '../../src/database/embedded/cluster.js';
import { freePort } from '../../src/database/embedded/credentials.js';
import { findPostmaster, startServer, stopServer } from '../../src/database/embedded/server.js';
import { ask } from './database.js';

const PASSWORD = 'chaos';

/** A real PostgreSQL with its default durability, on a port and in a folder that outlive kill -9. */
export class PostgresProcess {
  private constructor(
    private readonly folder: string,
    private readonly cluster: Cluster,
    private readonly port: number,
  ) {}

  static async start(): Promise<PostgresProcess> {
    const folder = mkdtempSync(join(tmpdir(), 'wikitag-chaos-'));
    const server = new PostgresProcess(folder, await openCluster(folder, PASSWORD, true), await freePort());
    await server.restart();
    return server;
  }

  get url(): string {
    return `postgres://${USER}:${PASSWORD}@127.0.0.1:${this.port}/postgres`;
  }

  /** Until it takes connections. What a killed one left behind (backends, lock files) may need more than one try. */
  async restart(): Promise<void> {
    let starting = startServer(this.cluster, this.port, join(this.folder, 'log'), true);
    while (!(await this.answers())) {
      if (starting.failure() !== undefined)
        starting = startServer(this.cluster, this.port, join(this.folder, 'log'), true);
      await sleep(100);
    }
  }

  /** kill -9 of the main process. */
  async kill(): Promise<void> {
    const running = await findPostmaster(this.cluster);
    if (running !== undefined) process.kill(running.pid, 'SIGKILL');
  }

  async close(): Promise<void> {
    await stopServer(this.cluster);
    rmSync(this.folder, { recursive: true, force: true });
  }

  private async answers(): Promise<boolean> {
    try {
      return (await ask(this.url, 'SELECT 1')).length === 1;
    } catch {
      return false;
    }
  }
}
