import { Injectable, Logger } from '@nestjs/common';
import { Bell } from '../queue/bell.js';
import type { RunStage } from './run.js';

/** Rings the queue that the next stage of a run belongs to. */
@Injectable()
export class Dispatcher {
  private readonly logger = new Logger(Dispatcher.name);

  constructor(private readonly bell: Bell) {}

  /** Never throws: the run row is there, and the reconciler rings again for every run that nobody takes. */
  async ring(jobId: string, stage: RunStage): Promise<void> {
    try {
      await this.bell.ring(stage === 'cluster' ? 'clustering' : 'runs', jobId);
    } catch (error) {
      this.logger.warn(
        `the bell for ${jobId} could not be rung, the reconciler will: ${error instanceof Error ? error.message : error}`,
      );
    }
  }
}
