import { Inject, Injectable, Logger, type OnApplicationBootstrap, type OnModuleDestroy } from '@nestjs/common';
import { CONFIG, type Config } from '../config/config.js';
import { QueueWorkers, type TakenQueue } from '../queue/queue-workers.js';
import { Dispatcher } from './dispatcher.js';
import type { RunPart } from './run.repository.js';
import { Runner } from './runner.js';
import { SidecarsRepository } from './sidecars.repository.js';

/** Nest injection token of the parts of a run that this process works on, `readonly RunPart[]`. */
export const PARTS = Symbol('PARTS');

/** A sidecar is a process that does nothing but cluster. */
export const isSidecar = (parts: readonly RunPart[]) => parts.includes('clustering') && !parts.includes('pipeline');

const LOOK_FOR_SIDECARS_MS = 2000;

/** Connects the queues to the runner. */
@Injectable()
export class Workers implements OnApplicationBootstrap, OnModuleDestroy {
  private readonly logger = new Logger(Workers.name);
  private watch: NodeJS.Timeout | undefined;

  constructor(
    private readonly queues: QueueWorkers,
    private readonly runner: Runner,
    private readonly dispatcher: Dispatcher,
    private readonly sidecars: SidecarsRepository,
    @Inject(PARTS) private readonly parts: readonly RunPart[],
    @Inject(CONFIG) private readonly config: Config,
  ) {}

  onApplicationBootstrap(): void {
    if (this.parts.includes('pipeline'))
      this.queues.register(
        'runs',
        (jobId, shutdown) => this.runner.look(jobId, 'pipeline', shutdown),
        this.config.WORKER_CONCURRENCY,
      );
    if (this.parts.includes('clustering')) {
      // one clustering at a time: it takes all cores and the memory of the vectors
      const queue: TakenQueue = this.queues.register(
        'clustering',
        (jobId, shutdown) => this.lookAtClustering(jobId, shutdown, queue),
        1,
      );
    }
    this.logger.log(`takes runs: ${this.parts.join(' and ')}`);
  }

  onModuleDestroy(): void {
    clearInterval(this.watch);
    this.watch = undefined; // a look that is under way must not open the queue again
  }

  /** Clusters, or leaves it to a sidecar where one is alive. What it leaves is rung for again. */
  private async lookAtClustering(jobId: string, shutdown: AbortSignal, queue: TakenQueue): Promise<void> {
    if (isSidecar(this.parts) || !(await this.sidecars.anyAlive())) {
      await this.runner.look(jobId, 'clustering', shutdown);
      return;
    }
    await this.standBackFrom(queue);
    await this.dispatcher.ring(jobId, 'cluster');
  }

  /** Takes nothing from the clustering queue until no sidecar is alive. */
  private async standBackFrom(queue: TakenQueue): Promise<void> {
    if (this.watch !== undefined) return;
    this.logger.log('leaves clustering to the sidecar');
    this.watch = setInterval(() => void this.comeBackTo(queue), LOOK_FOR_SIDECARS_MS);
    await queue.pause();
  }

  private async comeBackTo(queue: TakenQueue): Promise<void> {
    try {
      if (await this.sidecars.anyAlive()) return;
    } catch {
      return; // the database is away: nothing could be clustered here either
    }
    if (this.watch === undefined) return; // another look was faster, or the process goes down
    clearInterval(this.watch);
    this.watch = undefined;
    this.logger.log('no sidecar is alive: clusters again');
    await queue.resume();
  }
}
