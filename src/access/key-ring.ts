import { timingSafeEqual } from 'node:crypto';
import { Inject, Injectable, Logger } from '@nestjs/common';
import { Problem } from '../common/problem.js';
import { databaseFault } from '../database/faults.js';
import { ApiKeysRepository, type StoredKey } from './api-keys.repository.js';
import type { KeyHolder } from './caller.js';
import { API_KEYS } from './configured-keys.js';
import { digestOf, prefixOf } from './key-text.js';

/** How long a process believes what it read: the longest that a revoked key still opens. */
const REMEMBER_MS = 1_000;
/** Made-up prefixes must not fill the memory. */
const REMEMBERED_KEYS = 10_000;

interface Remembered {
  readonly until: number;
  readonly key: Promise<StoredKey | undefined>;
}

/** Tells whose key a text is. */
@Injectable()
export class KeyRing {
  private readonly logger = new Logger('Access');
  private readonly configured: readonly { digest: Buffer; holder: KeyHolder }[];
  private readonly remembered = new Map<string, Remembered>();

  constructor(
    @Inject(API_KEYS) keys: readonly string[],
    private readonly stored: ApiKeysRepository,
  ) {
    this.configured = keys.map((key, i) => {
      const name = `API_KEYS ${i + 1}`;
      const holder = { keyId: `configured-${i + 1}`, name, scopes: ['admin'], wikiIds: null, stored: false } as const;
      return { digest: digestOf(key), holder };
    });
  }

  /**
   * The holder of a valid key, undefined for any other text. Digests are compared in constant time, and those of the
   * configuration all of them, so that no clock tells how much of a guess was right, or which key it was near.
   * @throws {Problem} not_ready where a stored key cannot be looked up
   */
  async holderOf(text: string): Promise<KeyHolder | undefined> {
    const digest = digestOf(text);
    const [configured] = this.configured.filter((key) => timingSafeEqual(key.digest, digest));
    if (configured !== undefined) return configured.holder;
    const prefix = prefixOf(text);
    const key = prefix === undefined ? undefined : await this.find(prefix);
    if (key === undefined || !timingSafeEqual(key.digest, digest)) return undefined;
    if (!key.used_lately) this.noteUse(key);
    return { keyId: key.key_id, name: key.name, scopes: key.scopes, wikiIds: key.wiki_ids, stored: true };
  }

  /** In the background: who asks need not wait for it, nor fail with it. */
  private noteUse(key: StoredKey): void {
    key.used_lately = true; // also for the other requests that share what was read
    this.stored.noteUse(key.key_id).catch((error: unknown) => {
      this.logger.warn(
        `the use of ${key.key_id} could not be noted: ${error instanceof Error ? error.message : error}`,
      );
    });
  }

  private async find(prefix: string): Promise<StoredKey | undefined> {
    const known = this.remembered.get(prefix);
    if (known !== undefined && known.until > Date.now()) return known.key;
    const key = this.read(prefix);
    this.remembered.delete(prefix);
    this.remembered.set(prefix, { until: Date.now() + REMEMBER_MS, key });
    const [oldest] = this.remembered.keys();
    if (this.remembered.size > REMEMBERED_KEYS && oldest !== undefined) this.remembered.delete(oldest);
    return key;
  }

  private async read(prefix: string): Promise<StoredKey | undefined> {
    try {
      return await this.stored.find(prefix);
    } catch (error) {
      this.remembered.delete(prefix);
      if (databaseFault(error)?.kind !== 'away') throw error;
      throw new Problem('not_ready', 'The database that keeps the API keys does not answer. Try again in a moment.');
    }
  }
}
