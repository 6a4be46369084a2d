import { Logger, type OnApplicationBootstrap, type OnModuleDestroy } from '@nestjs/common';
import { withLogContext } from '../common/logging.js';
import { pause } from '../common/retries.js';
import { type Attempted, attempt, CutOff, type Sender } from './attempt.js';
import { shownUrl } from './callback-url.js';
import type { ClaimedMessage, DeliveriesRepository, Verdict } from './deliveries.repository.js';
import { MAX_ATTEMPTS, waitAfter } from './schedule.js';

export interface DeliveryTimes {
  /** For all of one attempt: name, connection, headers and body. */
  readonly timeoutMs: number;
  /** How long a message belongs to the worker that took it; longer than an attempt and its bookkeeping take. */
  readonly leaseMs: number;
  readonly pollMs: number;
  /** How long attempts under way may go on when the process goes down. */
  readonly patienceMs: number;
  /** The wait after so many failures in a row. */
  readonly waitAfter: (failures: number, retryAfterMs?: number) => number;
}

export const DELIVERY_TIMES: DeliveryTimes = {
  timeoutMs: 15_000,
  leaseMs: 30_000,
  pollMs: 1000,
  patienceMs: 1000,
  waitAfter,
};

const CONCURRENCY = 16;
const CONCURRENCY_A_HOST = 4;
const GONE = 410;
const GOES_DOWN = new CutOff('the worker went down during this attempt');

/**
 * Delivers the messages of the outbox. Any number of these may run, in any number of processes: a message belongs to who
 * claimed it, for a while. Each is delivered at least once, with the same webhook-id every time.
 */
export class Deliverer implements OnApplicationBootstrap, OnModuleDestroy {
  private readonly logger = new Logger(Deliverer.name);
  private readonly stopping = new AbortController();
  private readonly underWay = new Map<Promise<void>, AbortController>();
  private loop: Promise<void> | undefined;

  /** @param sender undefined where there is no secret: messages wait until a worker has one. */
  constructor(
    private readonly deliveries: DeliveriesRepository,
    private readonly sender: Sender | undefined,
    private readonly times: DeliveryTimes = DELIVERY_TIMES,
  ) {}

  onApplicationBootstrap(): void {
    if (this.sender === undefined) this.logger.log('no WEBHOOK_SECRET: this worker delivers no webhooks');
    else this.loop = this.deliverAll(this.sender);
  }

  /** Takes no more, and gives what is under way a moment. What is cut off is due again at once, for another worker. */
  async onModuleDestroy(): Promise<void> {
    this.stopping.abort();
    const cutOff = setTimeout(() => {
      for (const own of this.underWay.values()) own.abort(GOES_DOWN);
    }, this.times.patienceMs);
    await this.loop;
    await Promise.all(this.underWay.keys());
    clearTimeout(cutOff);
  }

  private async deliverAll(sender: Sender): Promise<void> {
    while (!this.stopping.signal.aborted) {
      await this.takeDue(sender);
      await this.untilRoomOrTime();
    }
  }

  private async takeDue(sender: Sender): Promise<void> {
    const room = CONCURRENCY - this.underWay.size;
    if (room === 0) return;
    try {
      const due = await this.deliveries.claim(room, CONCURRENCY_A_HOST, this.times.leaseMs);
      for (const message of due) this.begin(message, sender);
    } catch (error) {
      this.logger.warn(`looking for messages failed, trying again: ${error instanceof Error ? error.message : error}`);
    }
  }

  /** Whatever ends may have made room, in all or at its host: then more of what is due can be taken at once. */
  private async untilRoomOrTime(): Promise<void> {
    const over = new AbortController();
    const time = pause(this.times.pollMs, AbortSignal.any([this.stopping.signal, over.signal])).catch(() => undefined);
    await Promise.race([time, ...this.underWay.keys()]);
    over.abort();
  }

  private begin(message: ClaimedMessage, sender: Sender): void {
    const own = new AbortController();
    if (this.stopping.signal.aborted) own.abort(GOES_DOWN); // claimed while the process was asked to end
    const work = withLogContext({ job_id: message.job_id }, () => this.deliver(message, sender, own)).finally(() =>
      this.underWay.delete(work),
    );
    this.underWay.set(work, own);
  }

  private async deliver(message: ClaimedMessage, sender: Sender, own: AbortController): Promise<void> {
    const { timeoutMs } = this.times;
    const late = setTimeout(() => own.abort(new CutOff(`no complete answer within ${timeoutMs / 1000} s`)), timeoutMs);
    const started = performance.now();
    try {
      const { retryAfterMs, ...result } = await attempt(message, sender, own.signal);
      clearTimeout(late);
      const verdict = this.judge(message, { ...result, retryAfterMs });
      await this.deliveries.settle(message, { ...result, duration_ms: performance.now() - started }, verdict);
      this.tell(message, result, verdict);
    } catch (error) {
      this.logger.warn(
        `${message.webhook_id} was tried, but that could not be written down; it is tried again: ${error instanceof Error ? error.message : error}`,
      );
    } finally {
      clearTimeout(late);
    }
  }

  private judge(message: ClaimedMessage, { status, error, retryAfterMs }: Attempted): Verdict {
    if (error === null) return { kind: 'delivered' };
    if (status === GONE) return { kind: 'gone' };
    if (this.stopping.signal.aborted && status === null) return { kind: 'unfinished' };
    const waitMs = this.times.waitAfter(message.failures + 1, retryAfterMs);
    return { kind: 'failed', waitMs, maxFailures: MAX_ATTEMPTS };
  }

  private tell({ webhook_id, url }: ClaimedMessage, { error }: Attempted, verdict: Verdict): void {
    const what = `${webhook_id} to ${shownUrl(url)}`;
    if (verdict.kind === 'delivered') this.logger.log(`${what}: delivered`);
    else if (verdict.kind === 'gone') this.logger.warn(`${what}: gone (410), nothing more is sent there for this wiki`);
    else this.logger.warn(`${what}: ${error}`);
  }
}
