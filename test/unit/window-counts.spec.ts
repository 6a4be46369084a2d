import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { WindowCounts } from '../../src/common/window-counts.js';

describe('requests counted in windows', () => {
  beforeEach(() => {
    jest.useFakeTimers({ now: 1_000_000 });
  });
  afterEach(() => {
    jest.useRealTimers();
  });

  it('are refused over the limit until the window ends, and say when that is', async () => {
    const counts = new WindowCounts();
    const ask = () => counts.increment('a', 60_000, 2);
    expect(await ask()).toMatchObject({ totalHits: 1, isBlocked: false });
    expect(await ask()).toMatchObject({ totalHits: 2, isBlocked: false });
    jest.setSystemTime(1_000_000 + 20_500);
    expect(await ask()).toMatchObject({ isBlocked: true, timeToBlockExpire: 40 });
    expect(await counts.increment('b', 60_000, 2)).toMatchObject({ isBlocked: false });
    jest.setSystemTime(1_000_000 + 60_000);
    expect(await ask()).toMatchObject({ totalHits: 1, isBlocked: false });
  });

  it('are forgotten when their window is over, and the oldest first where there are too many', async () => {
    const counts = new WindowCounts();
    const size = () => (counts as unknown as { windows: Map<string, unknown> }).windows.size;
    for (let i = 0; i < 50_010; i++) await counts.increment(`address ${i}`, 60_000, 1);
    expect(size()).toBe(50_000);
    expect(await counts.increment('address 0', 60_000, 1)).toMatchObject({ isBlocked: false }); // forgotten
    expect(await counts.increment('address 50009', 60_000, 1)).toMatchObject({ isBlocked: true });
    jest.setSystemTime(1_000_000 + 60_001);
    await counts.increment('a', 60_000, 1);
    expect(size()).toBe(1);
  });
});
