import { randomBytes } from 'node:crypto';
import { existsSync, linkSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/**
 * A secret that is made at the first start and kept in a file that its owner alone may read.
 * @param make gives a new one, on one line
 */
export function keptSecret(folder: string, name: string, make: () => string): string {
  const file = join(folder, name);
  if (!existsSync(file)) makeFile(folder, file, make());
  return readFileSync(file, 'utf8').trim();
}

/** Puts the file there whole or not at all, and never over one that another process made in the meantime. */
function makeFile(folder: string, file: string, secret: string): void {
  const own = `${file}.${process.pid}.${randomBytes(4).toString('hex')}`;
  mkdirSync(folder, { recursive: true });
  writeFileSync(own, `${secret}\n`, { mode: 0o600, flag: 'wx' });
  try {
    linkSync(own, file);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  } finally {
    rmSync(own);
  }
}
