import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { MAX_ATTEMPTS, waitAfter } from '../../../src/webhooks/schedule.js';

const HOUR = 3_600_000;
const total = (random: number) =>
  Array.from({ length: MAX_ATTEMPTS - 1 }, (_, i) => waitAfter(i + 1, 0, random)).reduce((a, b) => a + b);

describe('the schedule of deliveries', () => {
  it('takes about a day: 22 to 27 hours', () => {
    expect(total(0) / HOUR).toBeCloseTo(27.3, 1);
    expect(total(1) / HOUR).toBeCloseTo(21.9, 1);
  });

  it('grows threefold from 10 s', () => {
    expect([1, 2, 3, 9].map((n) => waitAfter(n, 0, 0) / 1000)).toEqual([10, 30, 90, 65_610]);
  });

  it('gives a receiver the time it asks for, up to six hours, and never comes earlier than the schedule says', () => {
    expect(waitAfter(1, 120_000, 0)).toBe(120_000);
    expect(waitAfter(1, 1000, 0)).toBe(10_000);
    expect(waitAfter(1, 400 * HOUR, 0)).toBe(6 * HOUR);
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: MAX_ATTEMPTS - 1 }),
        fc.double({ min: 0, max: 1, noNaN: true }),
        fc.double({ min: 0, max: 100 * HOUR, noNaN: true }),
        (failures, random, asked) => {
          const wait = waitAfter(failures, asked, random);
          expect(wait).toBeGreaterThanOrEqual(Math.min(asked, 6 * HOUR));
          expect(wait).toBeGreaterThanOrEqual(waitAfter(failures, 0, random));
          expect(wait).toBeLessThanOrEqual(Math.max(6 * HOUR, waitAfter(failures, 0, 0)));
        },
      ),
    );
  });
});
