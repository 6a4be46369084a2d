import { randomBytes } from 'node:crypto';
import { keptSecret } from '../common/kept-secret.js';
import type { Config } from '../config/config.js';

/** Nest injection token of what signs user tokens, `string | undefined`: undefined where the wiki app is off. */
export const JWT_SECRET = Symbol('JWT_SECRET');

/**
 * WIKI_JWT_SECRET, or one made at the first start and kept in DATA_DIR/wiki-jwt-secret (readable by its owner only). The
 * second only with the embedded database: elsewhere processes may have no folder in common.
 */
export function wikiJwtSecret(config: Config): string | undefined {
  if (config.WIKI_JWT_SECRET !== undefined) return config.WIKI_JWT_SECRET;
  if (config.DATABASE_URL !== undefined) return undefined;
  return keptSecret(config.DATA_DIR, 'wiki-jwt-secret', () => randomBytes(32).toString('base64url'));
}
