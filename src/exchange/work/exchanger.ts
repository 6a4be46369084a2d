import { Logger, type OnApplicationBootstrap, type OnModuleDestroy } from '@nestjs/common';
import { withLogContext } from '../../common/logging.js';
import { pause } from '../../common/retries.js';
import { WikiFault } from '../../connectors/faults.js';
import { databaseFault } from '../../database/faults.js';
import { FencedOff, ShutDown } from '../../pipeline/faults.js';
import type { Claimed, ClaimsRepository, End } from './claims.repository.js';
import { ExchangeCancelled } from './faults.js';
import { holdOn } from './hold-on.js';
import type { PhaseRunner } from './phases.js';
import type { Rest } from './rest.js';

export interface ExchangeTimes {
  /** How long an exchange belongs to the worker that claimed it, without a word of it. */
  readonly leaseMs: number;
  readonly beatMs: number;
  readonly pollMs: number;
  /** How soon one is looked at again that a fault of the database has stopped. */
  readonly setbackMs: number;
}

export const EXCHANGE_TIMES: ExchangeTimes = { leaseMs: 15_000, beatMs: 1000, pollMs: 1000, setbackMs: 5000 };

/** Exchanges that do something at the same time, and those that wait: for a wiki that is away, or for their pace. */
const CONCURRENCY = 4;
const MOST_RESTING = 64;

/**
 * Works on imports and exports. Any number of these may run, in any number of processes: an exchange belongs to who claimed
 * it, for as long as it gives signs of life.
 */
export class Exchanger implements OnApplicationBootstrap, OnModuleDestroy {
  private readonly logger = new Logger(Exchanger.name);
  private readonly stopping = new AbortController();
  private readonly underWay = new Set<Promise<void>>();
  private loop: Promise<void> | undefined;
  private resting = 0;

  constructor(
    private readonly claims: ClaimsRepository,
    private readonly phases: PhaseRunner,
    private readonly times: ExchangeTimes = EXCHANGE_TIMES,
  ) {}

  onApplicationBootstrap(): void {
    this.loop = this.workOnAll();
  }

  /** Takes no more, and leaves what is under way to another worker, at once. */
  async onModuleDestroy(): Promise<void> {
    this.stopping.abort(new ShutDown('the process shuts down'));
    await this.loop;
    await Promise.all(this.underWay);
  }

  private async workOnAll(): Promise<void> {
    while (!this.stopping.signal.aborted) {
      const busy = this.underWay.size - Math.min(this.resting, MOST_RESTING);
      if (busy >= CONCURRENCY || !(await this.takeOne()))
        await pause(this.times.pollMs, this.stopping.signal).catch(() => undefined);
    }
  }

  private async takeOne(): Promise<boolean> {
    try {
      const job = await this.claims.claim(this.times.leaseMs);
      if (job === undefined) return false;
      const work = withLogContext({ job_id: job.exchange_id }, () => this.workOn(job)).finally(() =>
        this.underWay.delete(work),
      );
      this.underWay.add(work);
      return true;
    } catch (error) {
      this.logger.warn(`looking for exchanges failed, trying again: ${error instanceof Error ? error.message : error}`);
      return false;
    }
  }

  private async workOn(job: Claimed): Promise<void> {
    const { signal, stop } = holdOn(this.claims, job, this.times, this.stopping.signal);
    try {
      const end = await this.phases.run(job, signal, this.rest).catch((error: unknown) => this.endAfter(job, error));
      if (end === undefined) return;
      await this.claims.settle(job, end);
      this.logger.log(`${job.kind} of wiki ${job.wiki_id}: ${end.status}${end.error ? `: ${end.error}` : ''}`);
    } catch (error) {
      this.logger.warn(`could not be noted; another look follows: ${error instanceof Error ? error.message : error}`);
    } finally {
      stop();
    }
  }

  private readonly rest: Rest = async (wait) => {
    this.resting++;
    return wait.finally(() => {
      this.resting--;
    });
  };

  /** What an error means for the exchange; undefined where it is not over, or not ours any more. */
  private async endAfter(job: Claimed, error: unknown): Promise<End | undefined> {
    if (error instanceof FencedOff) return undefined;
    if (error instanceof ExchangeCancelled) return { status: 'cancelled' };
    if (error instanceof WikiFault) return { status: 'failed', error: error.message };
    const fault = databaseFault(error);
    if (error instanceof ShutDown || (fault !== undefined && fault.kind !== 'refused')) {
      await this.claims.release(job, error instanceof ShutDown ? 0 : this.times.setbackMs);
      return undefined;
    }
    this.logger.error(error, error instanceof Error ? error.stack : undefined);
    return {
      status: 'failed',
      error: 'Something broke on our side; the log of the worker has it. Resume it afterwards.',
    };
  }
}
