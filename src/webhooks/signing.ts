import { randomBytes } from 'node:crypto';
import { Webhook } from 'standardwebhooks';
import { keptSecret } from '../common/kept-secret.js';
import type { Config } from '../config/config.js';

/** Nest injection token of what signs the messages, `Webhook | undefined`: undefined where there is no secret. */
export const SIGNER = Symbol('SIGNER');

/**
 * Signs with WEBHOOK_SECRET, or with a secret made at the first start and kept in DATA_DIR/webhook-secret (readable by its
 * owner only). The second only with the embedded database: elsewhere processes may have no folder in common.
 */
export function createSigner(config: Config): Webhook | undefined {
  if (config.WEBHOOK_SECRET !== undefined) return signerOf(config.WEBHOOK_SECRET);
  return config.DATABASE_URL === undefined
    ? signerOf(keptSecret(config.DATA_DIR, 'webhook-secret', makeSecret))
    : undefined;
}

/** Base64 with or without `whsec_`, as Standard Webhooks writes secrets; anything else is taken byte by byte. */
function signerOf(secret: string): Webhook {
  try {
    return new Webhook(secret);
  } catch {
    return new Webhook(Buffer.from(secret), { format: 'raw' });
  }
}

const makeSecret = () => `whsec_${randomBytes(32).toString('base64')}`;
