import { pause } from '../../common/retries.js';
import type { Rest } from './rest.js';

/** Lets edits through one after the other, so many a minute at most. */
export class Pace {
  private next = 0;

  /** @param perMinute undefined: as fast as they come */
  constructor(
    private readonly perMinute: number | undefined,
    private readonly rest: Rest,
  ) {}

  /** Waits for its turn. @throws the signal's reason */
  async turn(signal: AbortSignal): Promise<void> {
    if (this.perMinute === undefined) return;
    const now = performance.now(); // a clock that is set back must not hold an export up
    const at = Math.max(now, this.next);
    this.next = at + 60_000 / this.perMinute;
    if (at > now) await this.rest(pause(at - now, signal));
  }
}
