import { type BeforeApplicationShutdown, Injectable, Logger, type OnApplicationBootstrap } from '@nestjs/common';
import { Dispatcher } from './dispatcher.js';
import { RunRepository } from './run.repository.js';

const EVERY_MS = 2000;

/**
 * Rings again for every unfinished run that nobody alive holds. Losing the whole queue therefore loses nothing.
 * Also deletes runs that ended long ago.
 */
@Injectable()
export class Reconciler implements BeforeApplicationShutdown, OnApplicationBootstrap {
  private readonly logger = new Logger(Reconciler.name);
  private timer: NodeJS.Timeout | undefined;
  private stopped = false;

  constructor(
    private readonly runs: RunRepository,
    private readonly dispatcher: Dispatcher,
  ) {}

  onApplicationBootstrap(): void {
    void this.round();
  }

  beforeApplicationShutdown(): void {
    this.stopped = true;
    clearTimeout(this.timer);
  }

  private async round(): Promise<void> {
    try {
      for (const { job_id, stage } of await this.runs.abandoned()) await this.dispatcher.ring(job_id, stage);
      await this.runs.deleteExpired();
    } catch (error) {
      this.logger.warn(
        `looking for abandoned and expired runs failed, trying again: ${error instanceof Error ? error.message : error}`,
      );
    }
    if (!this.stopped) this.timer = setTimeout(() => void this.round(), EVERY_MS);
  }
}
