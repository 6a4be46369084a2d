import { randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Config } from '../config/config.js';

/** Nest injection token of the keys of the configuration, `readonly string[]`. They may do everything and are never stored. */
export const API_KEYS = Symbol('API_KEYS');

/**
 * The keys that open the API: API_KEYS, or one made at the first start and kept in DATA_DIR/api-key (readable by its
 * owner only). A process that serves the API from a database of its own does not start without API_KEYS.
 */
export function configuredKeys(config: Config): readonly string[] {
  if (config.API_KEYS !== undefined) return config.API_KEYS;
  const file = join(config.DATA_DIR, 'api-key');
  mkdirSync(config.DATA_DIR, { recursive: true });
  if (!existsSync(file)) {
    try {
      writeFileSync(file, `${randomBytes(24).toString('base64url')}\n`, { mode: 0o600, flag: 'wx' });
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error; // another process made it in the meantime
    }
  }
  return [readFileSync(file, 'utf8').trim()];
}
