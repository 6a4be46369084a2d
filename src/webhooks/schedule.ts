const FIRST_WAIT_MS = 10_000;
const FACTOR = 3;
/** The part of a wait that chance may take off, so that messages which failed together do not come back together. */
const JITTER = 0.2;
const MAX_RETRY_AFTER_MS = 6 * 3_600_000;

/** Attempts before a message is dead: the first, and one after each of nine waits. */
export const MAX_ATTEMPTS = 10;

/**
 * How long to wait after the `failures`th failure in a row, in milliseconds: 10 s, 30 s, 90 s, … 18 h, about a day in all.
 * A receiver that asks for more time in `Retry-After` gets it, up to six hours; one that asks for less does not.
 * @param random 0 … 1
 */
export function waitAfter(failures: number, retryAfterMs = 0, random = Math.random()): number {
  const backoff = FIRST_WAIT_MS * FACTOR ** (failures - 1) * (1 - JITTER * random);
  return Math.max(backoff, Math.min(retryAfterMs, MAX_RETRY_AFTER_MS));
}
