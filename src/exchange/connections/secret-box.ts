import { createCipheriv, createDecipheriv, hkdfSync, randomBytes } from 'node:crypto';
import { keptSecret } from '../../common/kept-secret.js';
import type { Config } from '../../config/config.js';

/** Nest injection token of the `SecretBox`, undefined where there is no key. */
export const SECRET_BOX = Symbol('SECRET_BOX');

const CIPHER = 'aes-256-gcm';
const NONCE_BYTES = 12;
const TAG_BYTES = 16;

type Secrets = Readonly<Record<string, string>>;

/** Encrypts what the database must not show: AES-256-GCM, a fresh nonce each time, bound to its wiki. */
export class SecretBox {
  private readonly key: Buffer;

  /** @param secret any text; the key is derived from it */
  constructor(secret: string) {
    this.key = Buffer.from(hkdfSync('sha256', secret, '', 'wikitag connections', 32));
  }

  /** Nonce, authentication tag, ciphertext. */
  seal(wikiId: number, secrets: Secrets): Buffer {
    const nonce = randomBytes(NONCE_BYTES);
    const cipher = createCipheriv(CIPHER, this.key, nonce).setAAD(Buffer.from(String(wikiId)));
    const sealed = Buffer.concat([cipher.update(JSON.stringify(secrets)), cipher.final()]);
    return Buffer.concat([nonce, cipher.getAuthTag(), sealed]);
  }

  /** @throws {Error} where it was not sealed with this key and for this wiki */
  open(wikiId: number, box: Buffer): Secrets {
    const decipher = createDecipheriv(CIPHER, this.key, box.subarray(0, NONCE_BYTES), { authTagLength: TAG_BYTES })
      .setAAD(Buffer.from(String(wikiId)))
      .setAuthTag(box.subarray(NONCE_BYTES, NONCE_BYTES + TAG_BYTES));
    const opened = Buffer.concat([decipher.update(box.subarray(NONCE_BYTES + TAG_BYTES)), decipher.final()]);
    return JSON.parse(opened.toString()) as Secrets;
  }
}

/**
 * With CONNECTION_SECRET, or with a secret made at the first start and kept in DATA_DIR/connection-secret. The second only
 * with the embedded database: elsewhere processes may have no folder in common.
 */
export function createSecretBox(config: Config): SecretBox | undefined {
  if (config.CONNECTION_SECRET !== undefined) return new SecretBox(config.CONNECTION_SECRET);
  if (config.DATABASE_URL !== undefined) return undefined;
  return new SecretBox(keptSecret(config.DATA_DIR, 'connection-secret', () => randomBytes(32).toString('base64')));
}
