import { Inject, Injectable, Logger, type OnApplicationBootstrap } from '@nestjs/common';
import { CONFIG, type Config } from '../config/config.js';
import { QueueWorkers } from '../queue/queue-workers.js';
import type { RunPart } from './run.repository.js';
import { Runner } from './runner.js';

/** Nest injection token of the parts of a run that this process works on, `readonly RunPart[]`. */
export const PARTS = Symbol('PARTS');

/** Connects the queues to the runner. */
@Injectable()
export class Workers implements OnApplicationBootstrap {
  private readonly logger = new Logger(Workers.name);

  constructor(
    private readonly queues: QueueWorkers,
    private readonly runner: Runner,
    @Inject(PARTS) private readonly parts: readonly RunPart[],
    @Inject(CONFIG) private readonly config: Config,
  ) {}

  onApplicationBootstrap(): void {
    for (const part of this.parts) {
      // one clustering at a time: it takes all cores and the memory of the vectors
      const concurrency = part === 'clustering' ? 1 : this.config.WORKER_CONCURRENCY;
      const queue = part === 'clustering' ? 'clustering' : 'runs';
      this.queues.register(queue, (jobId, shutdown) => this.runner.look(jobId, part, shutdown), concurrency);
    }
    this.logger.log(`takes runs: ${this.parts.join(' and ')}`);
  }
}
