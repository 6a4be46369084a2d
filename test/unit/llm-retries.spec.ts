import { describe, expect, it } from '@jest/globals';
import { retryAfterMs, withRetries } from '../../src/common/retries.js';
import { waitBeforeRetry } from '../../src/tagging/llm/faults.js';
import { TaggingError } from '../../src/tagging/types.js';

describe('withRetries', () => {
  /** Fails `times` times; records the backoffs that it would have waited, and waits for none. */
  async function run(times: number, retries: number, random: number) {
    const backoffs: number[] = [];
    const tries: number[] = [];
    const result = withRetries(
      async (number) => {
        tries.push(number);
        if (number <= times) throw new Error(`fault ${number}`);
        return 'done';
      },
      { retries, delayMs: 1000, random: () => random, wait: (_, backoff) => backoffs.push(backoff) && 0 },
    );
    return { backoffs, tries, outcome: await result.catch((error: Error) => error.message) };
  }

  it('doubles the wait, less a random part of up to a half', async () => {
    expect((await run(3, 3, 0)).backoffs).toEqual([1000, 2000, 4000]);
    expect((await run(3, 3, 1)).backoffs).toEqual([500, 1000, 2000]);
  });

  it('ends with the first success', async () => {
    expect(await run(2, 5, 0)).toMatchObject({ tries: [1, 2, 3], outcome: 'done' });
  });

  it('ends with the last error when the retries are used up', async () => {
    expect(await run(9, 2, 0)).toMatchObject({ tries: [1, 2, 3], outcome: 'fault 3' });
    expect(await run(9, 0, 0)).toMatchObject({ tries: [1], outcome: 'fault 1' });
  });

  it('ends at once in the middle of a wait where the signal fires, with its reason', async () => {
    const reason = new Error('cancelled');
    const run = new AbortController();
    const hour = { retries: 5, delayMs: 3_600_000, wait: (_: unknown, backoff: number) => backoff };
    const work = withRetries(() => Promise.reject(new Error('fault')), hour, run.signal);
    setImmediate(() => run.abort(reason));
    await expect(work).rejects.toBe(reason);
  });

  it('ends at once where the policy gives up', async () => {
    const policy = { retries: 5, delayMs: 1, wait: () => null };
    await expect(withRetries(() => Promise.reject(new Error('no')), policy)).rejects.toThrow('no');
  });
});

describe('waitBeforeRetry', () => {
  const transient = (after?: number) => new TaggingError('transient', 'x', after);
  it.each([
    ['backoff where the server named no time', transient(), 5000, 5000],
    ['the server’s time where it did', transient(2000), 5000, 2000],
    ['at most a minute, whatever the server says', transient(86_400_000), 5000, 60_000],
    ['at most a minute, however many retries', transient(), 10_000_000, 60_000],
    ['never after a permanent fault', new TaggingError('permanent', 'x', 1), 5000, null],
    ['never after a fatal one', new TaggingError('fatal', 'x'), 5000, null],
    ['never after an error of our own', new RangeError('x'), 5000, null],
  ])('%s', (_, error, backoff, expected) => {
    expect(waitBeforeRetry(error, backoff)).toBe(expected);
  });
});

describe('retryAfterMs', () => {
  const now = Date.parse('2026-01-01T00:00:00Z');
  it.each([
    [{ 'retry-after': '7' }, 7000],
    [{ 'retry-after': '0' }, 0],
    [{ 'retry-after': ' 1.5 ' }, 1500],
    [{ 'retry-after': 'Thu, 01 Jan 2026 00:00:30 GMT' }, 30_000],
    [{ 'retry-after': 'Wed, 31 Dec 2025 00:00:00 GMT' }, 0],
    [{ 'retry-after-ms': '250', 'retry-after': '9' }, 250],
    [{ 'retry-after': 'soon' }, undefined],
    [{ 'retry-after': '-5' }, undefined],
    [{ 'retry-after-ms': 'NaN' }, undefined],
    [{}, undefined],
  ])('%j: %s', (headers, expected) => {
    expect(retryAfterMs(new Headers(headers as Record<string, string>), now)).toBe(expected);
  });
});
