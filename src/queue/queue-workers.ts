import { Inject, Injectable, Logger, type OnModuleDestroy } from '@nestjs/common';
import { Worker } from 'bullmq';
import { CONFIG, type Config } from '../config/config.js';
import { QUEUE_BACKEND, type QueueBackend } from './backend.js';
import { jobOptions, type QueueKey, queueName, type RingPayload, WORKER_OPTIONS } from './queues.js';

/** Looks at the run `jobId`; ends early, leaving the run to another, when `shutdown` is aborted. */
export type RingHandler = (jobId: string, shutdown: AbortSignal) => Promise<void>;

/** A queue that this process takes jobs from. */
export interface TakenQueue {
  /** Takes no more; what has begun goes on. A job that is on its way may still come. */
  pause(): Promise<void>;
  resume(): Promise<void>;
}

const PATIENCE_MS = 7_000;
const LAST_PATIENCE_MS = 1_500;

/** The side of the queues that takes jobs. Closes before HTTP and the database do. */
@Injectable()
export class QueueWorkers implements OnModuleDestroy {
  private readonly logger = new Logger('Queue');
  private readonly shutdown = new AbortController();
  private readonly workers: Worker<RingPayload>[] = [];

  constructor(
    @Inject(CONFIG) private readonly config: Config,
    @Inject(QUEUE_BACKEND) private readonly backend: QueueBackend,
  ) {}

  /** From now on calls `handler` for each ring of `queue`, `concurrency` at a time. A throw is logged, not retried. */
  register(queue: QueueKey, handler: RingHandler, concurrency: number): TakenQueue {
    const { removeOnComplete, removeOnFail } = jobOptions(this.config);
    const options = {
      ...WORKER_OPTIONS,
      connection: this.backend.connection,
      concurrency,
      removeOnComplete: removeOnComplete === true ? { count: 0 } : removeOnComplete,
      removeOnFail: removeOnFail === true ? { count: 0 } : removeOnFail,
    };
    const worker = new Worker<RingPayload>(
      queueName(this.config, queue),
      (job) => handler(job.data.jobId, this.shutdown.signal),
      options as never,
      this.backend.factory as never,
    );
    worker.on('error', (error) => this.logger.warn(`${worker.name}: ${error.message}`));
    worker.on('failed', (job, error) =>
      this.logger.error(`${worker.name}: looking at ${job?.data.jobId} failed: ${error.stack}`),
    );
    this.workers.push(worker);
    return { pause: () => worker.pause(true), resume: () => worker.resume() };
  }

  /** Takes no more, tells the handlers, waits for them a while. A job left behind is handed out again when its lock ends. */
  async onModuleDestroy(): Promise<void> {
    this.shutdown.abort();
    const closed = Promise.all(this.workers.map((worker) => worker.close()));
    if (await endsWithin(PATIENCE_MS, closed)) return;
    this.logger.warn('Jobs did not stop in time, or the queue is away. They are left to other workers.');
    this.backend.stopRetrying();
    await endsWithin(LAST_PATIENCE_MS, closed);
  }
}

async function endsWithin(ms: number, work: Promise<unknown>): Promise<boolean> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<boolean>((resolve) => {
    timer = setTimeout(resolve, ms, false);
  });
  const inTime = await Promise.race([work.then(() => true), late]);
  clearTimeout(timer);
  return inTime;
}
