import { pause } from '../../common/retries.js';
import { WikiFault } from '../../connectors/faults.js';
import type { Rest } from './rest.js';

export interface PatienceTimes {
  readonly firstWaitMs: number;
  readonly longestWaitMs: number;
  /** Faults in a row before it gives up. */
  readonly retries: number;
}

/** 1, 2, 4, ... 256 seconds, then five minutes each: half an hour in all. */
export const PATIENCE: PatienceTimes = { firstWaitMs: 1000, longestWaitMs: 300_000, retries: 14 };

/** Waits while a wiki takes nothing. What goes well in between makes it begin anew. */
export class Patience {
  private failures = 0;

  /** @param tell is told what it waits for, and null when it goes on */
  constructor(
    private readonly times: PatienceTimes,
    private readonly tell: (waiting: string | null) => Promise<void>,
    private readonly signal: AbortSignal,
    private readonly rest: Rest,
  ) {}

  /** Something went well. */
  progress(): void {
    this.failures = 0;
  }

  /** Calls `work` until it goes through. @throws {WikiFault} that does not pass, or did not; the signal's reason */
  async through<T>(work: () => Promise<T>): Promise<T> {
    for (;;) {
      try {
        return await work();
      } catch (error) {
        this.signal.throwIfAborted();
        if (!(error instanceof WikiFault) || !error.passes) throw error;
        await this.sitOut(error);
      }
    }
  }

  private async sitOut(fault: WikiFault): Promise<void> {
    if (++this.failures > this.times.retries)
      throw new WikiFault(fault.kind, `${fault.message} It stayed so for long; resume when the wiki is back.`);
    const { firstWaitMs, longestWaitMs } = this.times;
    const backoff = firstWaitMs * 2 ** (this.failures - 1) * (1 - Math.random() / 2);
    // a wiki that asks for more time gets it, within bounds
    const wait = Math.min(longestWaitMs, Math.max(backoff, (fault.retryAfterSeconds ?? 0) * 1000));
    await this.tell(`${fault.message} Tried again in ${Math.ceil(wait / 1000)} s.`);
    await this.rest(pause(wait, this.signal));
    await this.tell(null);
  }
}
