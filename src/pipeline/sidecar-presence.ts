import { randomUUID } from 'node:crypto';
import { hostname } from 'node:os';
import { type BeforeApplicationShutdown, Injectable, Logger, type OnApplicationBootstrap } from '@nestjs/common';
import { SidecarsRepository } from './sidecars.repository.js';

const BEAT_MS = 1000;

/** Lets the other workers know that this process, which does nothing but cluster, is alive. */
@Injectable()
export class SidecarPresence implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly logger = new Logger(SidecarPresence.name);
  private readonly id = randomUUID();
  private timer: NodeJS.Timeout | undefined;
  private stopped = false;

  constructor(private readonly sidecars: SidecarsRepository) {}

  async onApplicationBootstrap(): Promise<void> {
    await this.beat();
  }

  /** The queue is closed by now; a run that is given back goes to a worker at once. */
  async beforeApplicationShutdown(): Promise<void> {
    this.stopped = true;
    clearTimeout(this.timer);
    await this.sidecars.leave(this.id).catch(() => undefined); // the lease ends by itself
  }

  private async beat(): Promise<void> {
    try {
      await this.sidecars.beat(this.id, hostname());
    } catch (error) {
      this.logger.warn(`the heartbeat could not be written: ${error instanceof Error ? error.message : error}`);
    }
    if (!this.stopped) this.timer = setTimeout(() => void this.beat(), BEAT_MS);
  }
}
