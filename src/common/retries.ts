import { setTimeout as sleep } from 'node:timers/promises';

export interface RetryPolicy {
  /** Tries after the first one. */
  readonly retries: number;
  /** Backoff before the first retry, in milliseconds; doubles with each further one. */
  readonly delayMs: number;
  /**
   * How long to wait after this error, in milliseconds, or null to give up at once.
   * @param backoffMs what exponential backoff with jitter says; a server that named a time knows better
   */
  readonly wait: (error: unknown, backoffMs: number) => number | null;
  /** 0 … 1, for tests. */
  readonly random?: () => number;
}

/**
 * Calls `attempt` until it succeeds, the policy gives up, or `signal` fires (also in the middle of a wait).
 * The wait before retry n is `delayMs * 2^(n-1)`, of which a random part of up to a half is taken off, so that many
 * callers who failed together do not come back together ("equal jitter", AWS Architecture Blog 2015).
 * @throws the last error of `attempt`, or the signal's reason.
 */
export async function withRetries<T>(
  attempt: (number: number) => Promise<T>,
  policy: RetryPolicy,
  signal?: AbortSignal,
): Promise<T> {
  const random = policy.random ?? Math.random;
  for (let number = 1; ; number++) {
    signal?.throwIfAborted();
    try {
      return await attempt(number);
    } catch (error) {
      signal?.throwIfAborted();
      const backoff = policy.delayMs * 2 ** (number - 1) * (1 - random() / 2);
      const wait = number > policy.retries ? null : policy.wait(error, backoff);
      if (wait === null) throw error;
      await pause(wait, signal);
    }
  }
}

/** Resolves after `ms` milliseconds. @throws the signal's reason, at once, where it fires. */
export async function pause(ms: number, signal?: AbortSignal): Promise<void> {
  try {
    await sleep(ms, undefined, { signal });
  } catch (error) {
    signal?.throwIfAborted();
    throw error;
  }
}

/** `work`, or the signal's reason as soon as it fires: for work that cannot be cancelled itself. */
export async function untilAborted<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  let stop = () => {};
  const aborted = new Promise<never>((_, reject) => {
    stop = () => reject(signal.reason);
    signal.addEventListener('abort', stop, { once: true });
    if (signal.aborted) stop();
  });
  try {
    return await Promise.race([work, aborted]);
  } finally {
    signal.removeEventListener('abort', stop);
  }
}

/** `Retry-After` in milliseconds: seconds or an HTTP date (RFC 9110, 10.2.3); `retry-after-ms` as OpenAI sends it first. */
export function retryAfterMs(headers: Headers | undefined, now = Date.now()): number | undefined {
  const ms = Number.parseFloat(headers?.get('retry-after-ms') ?? '');
  if (ms >= 0) return ms;
  const value = headers?.get('retry-after')?.trim() ?? '';
  if (/^\d+(\.\d+)?$/.test(value)) return Number(value) * 1000;
  // A date has its month in letters; Date.parse would read a meaning into any other number as well.
  const at = /[a-z]{3}/i.test(value) ? Date.parse(value) : Number.NaN;
  return Number.isNaN(at) ? undefined : Math.max(0, at - now);
}
