import { Injectable, Logger, type OnApplicationBootstrap, type OnModuleDestroy } from '@nestjs/common';
import { withLogContext } from '../common/logging.js';
import { pause } from '../common/retries.js';
import { type JobRow, JobsRepository, LOOK_EVERY_MS } from './jobs.repository.js';
import { OwnAddress } from './own-address.js';
import { ServiceClient } from './service-client.js';
import { ServiceFault } from './service-fault.js';
import { Starter } from './starter.js';
import { UserTokens } from './user-tokens.js';

const POLL_MS = 1_000;
const AT_ONCE = 8;
/** Longer than a look takes. */
const LEASE_MS = 40_000;
const LONGEST_WAIT_MS = 60_000;

/**
 * Keeps the jobs true where no message comes: looks at every run that has not ended, and settles the starts whose answer is not
 * known. Any number of these may run, in any number of processes.
 */
@Injectable()
export class Tracker implements OnApplicationBootstrap, OnModuleDestroy {
  private readonly logger = new Logger(Tracker.name);
  private readonly stopping = new AbortController();
  private loop: Promise<void> | undefined;

  constructor(
    private readonly jobs: JobsRepository,
    private readonly service: ServiceClient,
    private readonly starter: Starter,
    private readonly own: OwnAddress,
    private readonly tokens: UserTokens,
  ) {}

  onApplicationBootstrap(): void {
    if (this.tokens.on) this.loop = this.run();
    else this.logger.log('no WIKI_JWT_SECRET: the wiki app is off in this process');
  }

  /** The client ends the calls under way. */
  async onModuleDestroy(): Promise<void> {
    this.stopping.abort();
    await this.loop;
  }

  private async run(): Promise<void> {
    while (!this.stopping.signal.aborted) {
      const more = await this.lookAtDue().catch((error: unknown) => {
        this.logger.warn(
          `looking after the jobs failed, trying again: ${error instanceof Error ? error.message : error}`,
        );
        return false;
      });
      if (!more) await pause(POLL_MS, this.stopping.signal).catch(() => undefined);
    }
  }

  /** Tells whether it took all that it can, so that there may be more. */
  private async lookAtDue(): Promise<boolean> {
    if (this.own.url === undefined) return false; // nobody could answer yet
    const due = await this.jobs.claimDue(AT_ONCE, LEASE_MS);
    await Promise.all(due.map((row) => withLogContext({ job_id: row.job_id ?? undefined }, () => this.look(row))));
    return due.length === AT_ONCE;
  }

  private async look(row: JobRow): Promise<void> {
    if (row.job_id === null) return this.starter.settle(row);
    try {
      await this.jobs.seen(row, await this.service.job(row.job_id));
    } catch (error) {
      if (!(error instanceof ServiceFault)) throw error;
      if (error.status === 404) return this.gone(row);
      const wait = Math.min(LOOK_EVERY_MS * 2 ** row.failed_looks, LONGEST_WAIT_MS);
      await this.jobs.troubled(row, error.detail, wait);
    }
  }

  private async gone(row: JobRow): Promise<void> {
    if (row.job?.completed_at) return this.jobs.seen(row, row.job); // it had ended before
    const detail = `The tagging service does not know the run of wiki ${row.wiki_id} any more: it, or the wiki, was deleted.`;
    const news = { kind: 'failed', at: row.created_at.toISOString(), message: detail } as const;
    await this.jobs.fail(row, { code: 'job_not_found', detail }, news);
  }
}
