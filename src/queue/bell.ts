import { InjectQueue } from '@nestjs/bullmq';
import { Injectable, Logger } from '@nestjs/common';
import type { Queue } from 'bullmq';
import type { QueueKey, RingPayload } from './queues.js';

const PATIENCE_MS = 2_000;

/** Tells the workers to look at a run. PostgreSQL is the record; a ring that is lost is rung again by the reconciler. */
@Injectable()
export class Bell {
  private readonly queues: Record<QueueKey, Queue<RingPayload>>;

  constructor(
    @InjectQueue('runs') runs: Queue<RingPayload>,
    @InjectQueue('clustering') clustering: Queue<RingPayload>,
  ) {
    this.queues = { runs, clustering };
    const logger = new Logger('Queue');
    for (const queue of [runs, clustering])
      queue.on('error', (error) => logger.warn(`${queue.name}: ${error.message}`));
  }

  /**
   * Rings once, however often it is called before a worker has come. While a worker looks at the run, one more look is
   * kept for afterwards: what was written after it had read the row must not be missed.
   * @throws {Error} where the queue does not take it within two seconds.
   */
  async ring(queue: QueueKey, jobId: string): Promise<void> {
    const deduplication = { id: jobId, keepLastIfActive: true };
    await inTime(this.queues[queue].add('look', { jobId }, { deduplication }), 'the queue did not answer');
  }

  /** @throws {Error} where the queue cannot be reached. */
  async probe(): Promise<void> {
    await inTime(this.queues.runs.getJobCounts('waiting'), 'the queue did not answer');
  }
}

async function inTime<T>(work: Promise<T>, complaint: string): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`${complaint} within ${PATIENCE_MS / 1000} s`)), PATIENCE_MS);
  });
  try {
    return await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
}
