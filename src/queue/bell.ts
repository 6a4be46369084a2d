import { setImmediate } from 'node:timers/promises';
import { InjectQueue } from '@nestjs/bullmq';
import { Injectable, Logger, type OnModuleDestroy } from '@nestjs/common';
import { Queue } from 'bullmq';
import type { QueueKey, RingPayload } from './queues.js';

const PATIENCE_MS = 2_000;

/** Tells the workers to look at a run. PostgreSQL is the record; a ring that is lost is rung again by the reconciler. */
@Injectable()
export class Bell implements OnModuleDestroy {
  private readonly logger = new Logger('Queue');
  private readonly queues: Record<QueueKey, Queue<RingPayload>>;
  /** Made here, in place of those that came from outside and could not be used. */
  private readonly replaced = new Set<Queue<RingPayload>>();

  constructor(
    @InjectQueue('runs') runs: Queue<RingPayload>,
    @InjectQueue('clustering') clustering: Queue<RingPayload>,
  ) {
    this.queues = { runs, clustering };
    for (const queue of [runs, clustering]) this.watch(queue);
  }

  async onModuleDestroy(): Promise<void> {
    await Promise.all([...this.replaced].map((queue) => queue.close().catch(() => undefined)));
  }

  /**
   * Rings once, however often it is called before a worker has come. While a worker looks at the run, one more look is
   * kept for afterwards: what was written after it had read the row must not be missed.
   * @throws {Error} where the queue does not take it within two seconds.
   */
  async ring(queue: QueueKey, jobId: string): Promise<void> {
    const deduplication = { id: jobId, keepLastIfActive: true };
    try {
      await inTime(this.queues[queue].add('look', { jobId }, { deduplication }), 'the queue did not answer');
    } catch (error) {
      await this.replaceBroken(queue);
      throw error;
    }
  }

  /** @throws {Error} where the queue cannot be reached. */
  async probe(): Promise<void> {
    try {
      await inTime(this.queues.runs.getJobCounts('waiting'), 'the queue did not answer');
    } catch (error) {
      await this.replaceBroken('runs');
      throw error;
    }
  }

  /**
   * A queue that was opened while its server was starting up keeps that failure for ever, whatever the server does later.
   * Where that is so, the next ring finds a new one.
   */
  private async replaceBroken(key: QueueKey): Promise<void> {
    const old = this.queues[key];
    const opening = old.waitUntilReady().then(
      () => false,
      () => true,
    );
    // one that only waits, for a Redis that is away, is not broken
    const broken = await Promise.race([opening, setImmediate(false)]);
    if (!broken || this.queues[key] !== old) return;
    const queue = new Queue<RingPayload>(old.name, old.opts);
    this.watch(queue);
    this.replaced.add(queue);
    this.queues[key] = queue;
    if (this.replaced.delete(old)) await old.close().catch(() => undefined);
  }

  private watch(queue: Queue<RingPayload>): void {
    queue.on('error', (error) => this.logger.warn(`${queue.name}: ${error.message}`));
    queue.waitUntilReady().catch(() => undefined); // the next ring meets that failure
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
