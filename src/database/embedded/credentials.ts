import { randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { readFile, rename, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { EmbeddedPostgresError } from './error.js';

/** How to get into the cluster of a DATA_DIR. Kept there, readable by its owner only. */
export interface Credentials {
  readonly password: string;
  /** The port it listens on, or listened on last: kept where possible, so that other tools find it again. */
  readonly port: number;
}

const file = (dataDir: string) => join(dataDir, 'postgres.json');

/** Reads the credentials, or makes them where there is no cluster yet that they could be missing for. */
export async function loadCredentials(dataDir: string, clusterExists: boolean): Promise<Credentials> {
  if (existsSync(file(dataDir))) return JSON.parse(await readFile(file(dataDir), 'utf8')) as Credentials;
  if (clusterExists) {
    throw new EmbeddedPostgresError(
      `${file(dataDir)} with the password of the embedded PostgreSQL is gone.`,
      `Put it back, or remove ${join(dataDir, 'postgres')} to start with an empty database.`,
    );
  }
  const made = { password: randomBytes(24).toString('base64url'), port: await freePort() };
  await saveCredentials(dataDir, made);
  return made;
}

export async function saveCredentials(dataDir: string, credentials: Credentials): Promise<void> {
  await writeFile(`${file(dataDir)}.new`, `${JSON.stringify(credentials)}\n`, { mode: 0o600 });
  await rename(`${file(dataDir)}.new`, file(dataDir)); // whole or not at all
}

/** `port` where it can be had, else any free port of the loopback interface. */
export function freePort(port = 0): Promise<number> {
  return new Promise((resolve, reject) => {
    const probe = createServer();
    probe.once('error', (error) => (port === 0 ? reject(error) : resolve(freePort())));
    probe.listen(port, '127.0.0.1', () => {
      const address = probe.address();
      probe.close(() => resolve(typeof address === 'object' && address ? address.port : port));
    });
  });
}
