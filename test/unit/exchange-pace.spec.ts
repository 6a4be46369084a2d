import { afterEach, expect, it, jest } from '@jest/globals';
import { Pace } from '../../src/exchange/work/pace.js';

const SIGNAL = new AbortController().signal;
afterEach(() => void jest.restoreAllMocks());

it('an export keeps its pace while the clock is set back', async () => {
  const pace = new Pace(6000, (wait) => wait);
  await pace.turn(SIGNAL);
  const hourAgo = Date.now() - 3_600_000;
  jest.spyOn(Date, 'now').mockReturnValue(hourAgo);
  const started = performance.now();
  await pace.turn(SIGNAL);
  expect(performance.now() - started).toBeLessThan(1_000);
});
