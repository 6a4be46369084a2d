import { randomBytes } from 'node:crypto';
import { existsSync, linkSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Webhook } from 'standardwebhooks';
import type { Config } from '../config/config.js';

/** Nest injection token of what signs the messages, `Webhook | undefined`: undefined where there is no secret. */
export const SIGNER = Symbol('SIGNER');

/**
 * Signs with WEBHOOK_SECRET, or with a secret made at the first start and kept in DATA_DIR/webhook-secret (readable by its
 * owner only). The second only with the embedded database: elsewhere processes may have no folder in common.
 */
export function createSigner(config: Config): Webhook | undefined {
  if (config.WEBHOOK_SECRET !== undefined) return signerOf(config.WEBHOOK_SECRET);
  return config.DATABASE_URL === undefined ? signerOf(keptSecret(config.DATA_DIR)) : undefined;
}

/** Base64 with or without `whsec_`, as Standard Webhooks writes secrets; anything else is taken byte by byte. */
function signerOf(secret: string): Webhook {
  try {
    return new Webhook(secret);
  } catch {
    return new Webhook(Buffer.from(secret), { format: 'raw' });
  }
}

function keptSecret(folder: string): string {
  const file = join(folder, 'webhook-secret');
  if (!existsSync(file)) makeSecret(folder, file);
  return readFileSync(file, 'utf8').trim();
}

/** Puts the file there whole or not at all, and never over one that another process made in the meantime. */
function makeSecret(folder: string, file: string): void {
  const own = `${file}.${process.pid}.${randomBytes(4).toString('hex')}`;
  mkdirSync(folder, { recursive: true });
  writeFileSync(own, `whsec_${randomBytes(32).toString('base64')}\n`, { mode: 0o600, flag: 'wx' });
  try {
    linkSync(own, file);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  } finally {
    rmSync(own);
  }
}
