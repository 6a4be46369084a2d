import { describe, expect, it } from '@jest/globals';
import { settleAll } from '../../src/pipeline/settle.js';

describe('settleAll', () => {
  it('stops the others at the first failure, waits for them, and throws that one', async () => {
    const ended: number[] = [];
    const working = settleAll([0, 1, 2], new AbortController().signal, async (item, signal) => {
      if (item === 1) throw new Error('the disk is full');
      await new Promise((resolve) => signal.addEventListener('abort', resolve));
      ended.push(item);
      throw new Error(`stopped ${item}`);
    });
    await expect(working).rejects.toThrow('the disk is full');
    expect(ended).toEqual([0, 2]);
  });

  it('passes an abort from outside on, and its reason back', async () => {
    const outside = new AbortController();
    const working = settleAll([0], outside.signal, async (_, signal) => {
      queueMicrotask(() => outside.abort(new Error('cancelled')));
      await new Promise((resolve) => signal.addEventListener('abort', resolve));
      signal.throwIfAborted();
    });
    await expect(working).rejects.toThrow('cancelled');
  });

  it('does all of it where nothing fails', async () => {
    const done: number[] = [];
    await settleAll([1, 2, 3], new AbortController().signal, async (item) => void done.push(item));
    expect(done).toEqual([1, 2, 3]);
  });
});
