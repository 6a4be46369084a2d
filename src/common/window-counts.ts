import type { ThrottlerStorage } from '@nestjs/throttler';

interface Window {
  count: number;
  readonly endsAt: number;
}

/** Addresses are cheap to come by: no more of them are remembered, and the oldest are forgotten first. */
const MOST_WINDOWS = 50_000;

/**
 * Counts requests in windows of a fixed length, a number each. The storage that comes with @nestjs/throttler keeps the time
 * of every request and goes through all of them at each one: with thousands a minute that would be work of its own.
 */
export class WindowCounts implements ThrottlerStorage {
  /** In the order of their ends: every window is of the same length, and a new one goes to the back. */
  private readonly windows = new Map<string, Window>();

  async increment(key: string, ttl: number, limit: number) {
    const now = Date.now();
    const window = this.windowOf(key, now, ttl);
    window.count++;
    const seconds = Math.max(1, Math.ceil((window.endsAt - now) / 1000));
    const isBlocked = window.count > limit;
    return { totalHits: window.count, timeToExpire: seconds, isBlocked, timeToBlockExpire: isBlocked ? seconds : 0 };
  }

  private windowOf(key: string, now: number, length: number): Window {
    const running = this.windows.get(key);
    if (running !== undefined && running.endsAt > now) return running;
    this.windows.delete(key);
    const window = { count: 0, endsAt: now + length };
    this.windows.set(key, window);
    for (const [oldest, { endsAt }] of this.windows) {
      if (endsAt > now && this.windows.size <= MOST_WINDOWS) break;
      this.windows.delete(oldest);
    }
    return window;
  }
}
