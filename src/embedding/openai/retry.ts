import { setTimeout as sleep } from 'node:timers/promises';
import { EmbeddingError } from '../errors.js';

export interface RetryOptions {
  /** Attempts after the first. */
  readonly retries: number;
  /** Before the first retry; doubled for each further one. */
  readonly delayMs: number;
  /** No wait is longer, whatever the server asks for. */
  readonly maxDelayMs: number;
}

/** Runs `attempt` again while it fails with a transient EmbeddingError: after `Retry-After`, else with doubling waits. */
export async function withRetries<T>(
  attempt: () => Promise<T>,
  { retries, delayMs, maxDelayMs }: RetryOptions,
  signal?: AbortSignal,
): Promise<T> {
  for (let tried = 0; ; tried++) {
    try {
      return await attempt();
    } catch (error) {
      signal?.throwIfAborted();
      if (!(error instanceof EmbeddingError) || error.kind !== 'transient' || tried >= retries) throw error;
      await wait(Math.min(error.retryAfterMs ?? delayMs * 2 ** tried, maxDelayMs), signal);
    }
  }
}

async function wait(ms: number, signal?: AbortSignal): Promise<void> {
  try {
    await sleep(ms, undefined, { signal });
  } catch (error) {
    signal?.throwIfAborted();
    throw error;
  }
}
