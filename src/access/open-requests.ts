import { Injectable, Logger, type OnModuleDestroy, type OnModuleInit } from '@nestjs/common';
import type { Response } from 'express';
import { ApiKeysRepository } from './api-keys.repository.js';
import type { Caller } from './caller.js';

const LOOK_MS = 1_000;

/** Requests of stored keys that are under way. Uploads, exports and event streams last, and a revoked key ends them too. */
@Injectable()
export class OpenRequests implements OnModuleInit, OnModuleDestroy {
  private readonly logger = new Logger('Access');
  private readonly open = new Map<Response, { readonly keyId: string; readonly since: number }>();
  private timer: NodeJS.Timeout | undefined;

  constructor(private readonly keys: ApiKeysRepository) {}

  onModuleInit(): void {
    this.timer = setInterval(() => void this.cutOffRevoked(), LOOK_MS);
    this.timer.unref();
  }

  watch(caller: Caller, response: Response): void {
    if (!caller.stored) return;
    this.open.set(response, { keyId: caller.keyId, since: Date.now() });
    response.once('close', () => this.open.delete(response));
  }

  private async cutOffRevoked(): Promise<void> {
    // what has only just begun was let in by what is known now, and will mostly have ended before the next look
    const lasting = [...this.open].filter(([, { since }]) => since < Date.now() - LOOK_MS);
    if (lasting.length === 0) return;
    try {
      const valid = await this.keys.valid([...new Set(lasting.map(([, { keyId }]) => keyId))]);
      for (const [response, { keyId }] of lasting) if (!valid.has(keyId)) response.destroy();
    } catch (error) {
      this.logger.warn(`the keys in use could not be looked up: ${error instanceof Error ? error.message : error}`);
    }
  }

  onModuleDestroy(): void {
    clearInterval(this.timer);
  }
}
