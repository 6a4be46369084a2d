import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterEach, describe, expect, it } from '@jest/globals';
import { WorkerPool, type WorkerPoolOptions } from '../../src/common/worker-pool.js';

const MORTAL = new URL('../support/mortal.worker.js', import.meta.url);
const opened: WorkerPool[] = [];
const poolOf = (module: URL, options: WorkerPoolOptions = {}) => {
  const pool = new WorkerPool(module, { maxThreads: 1, ...options });
  opened.push(pool);
  return pool;
};
afterEach(async () => {
  for (const pool of opened.splice(0)) await pool.close();
});

/** A module on disk, for what cannot be compiled with the rest. */
function moduleOf(source: string): { url: URL; replace: (other: string) => void; remove: () => void } {
  const folder = mkdtempSync(join(tmpdir(), 'wikitag-worker-'));
  const file = join(folder, 'made.worker.mjs');
  writeFileSync(file, source);
  return {
    url: pathToFileURL(file),
    replace: (other) => writeFileSync(file, other),
    remove: () => rmSync(folder, { recursive: true }),
  };
}

describe('a worker pool', () => {
  it.each([
    ['a package that is not there', "import 'no-such-package-here';", /Cannot find package 'no-such-package-here'/],
    ['a file that is not there', "import './not-there.mjs';", /Cannot find module .*not-there\.mjs/],
    ['a fault of its own', "throw new Error('no licence found');", /no licence found/],
    ['an exit', 'process.exit(7);', /made\.worker\.mjs ended with code 7/],
    ['no such function', 'export const other = 1;', /No handler function exported/],
  ])('fails the task where the module cannot be loaded for %s', async (_, source, says) => {
    const module = moduleOf(source);
    try {
      // A pool that answers neither hangs here; an 'error' that nobody hears ends this process.
      const pool = poolOf(module.url);
      await expect(Promise.all([pool.run(1), pool.run(2)])).rejects.toThrow(says);
      await expect(pool.run(3)).rejects.toThrow(says);
    } finally {
      module.remove();
    }
  });

  it('loads a module that has been repaired meanwhile, on a new thread', async () => {
    const module = moduleOf('process.exit(1);');
    try {
      const pool = poolOf(module.url);
      await expect(pool.run(1)).rejects.toThrow('ended with code 1');
      module.replace('export default (task) => task + 1;');
      expect(await pool.run(1)).toBe(2);
    } finally {
      module.remove();
    }
  });

  it.each([
    ['exits', 'leave', 3, /mortal\.worker\.js ended with code 3/],
    ['throws where nobody catches', 'stumble', 'tripped over', /tripped over/],
    ['runs out of memory', 'hoard', undefined, /mortal\.worker\.js ran out of memory/],
  ])('fails only the task whose thread %s', async (_, name, task, says) => {
    const pool = poolOf(MORTAL, { resourceLimits: { maxOldGenerationSizeMb: 32 } });
    const [dead, waiting] = await Promise.allSettled([pool.run(task, { name }), pool.run('next')]);
    expect(dead).toMatchObject({ status: 'rejected', reason: { message: expect.stringMatching(says) } });
    expect(waiting.status).toBe('fulfilled'); // it was in the queue: another thread takes it
    expect(await pool.run('after')).toBe('after');
  });

  it('fails tasks for which no thread could be started', async () => {
    const pool = poolOf(MORTAL, { resourceLimits: { maxOldGenerationSizeMb: 1, maxYoungGenerationSizeMb: 1 } });
    const tasks = await Promise.allSettled([pool.run(1), pool.run(2)]);
    for (const task of tasks)
      expect(task).toMatchObject({
        status: 'rejected',
        reason: { message: expect.stringMatching(/ran out of memory/) },
      });
    await expect(pool.run(3)).rejects.toThrow('ran out of memory');
  });

  it("hands on what a task throws, and the signal's abort", async () => {
    const pool = poolOf(MORTAL);
    await expect(pool.run('too far', { name: 'fail' })).rejects.toMatchObject({
      name: 'RangeError',
      message: 'too far',
    });
    const cancelled = new AbortController();
    const stuck = pool.run(undefined, { name: 'stumble', signal: cancelled.signal });
    const waiting = pool.run('next');
    cancelled.abort();
    await expect(stuck).rejects.toMatchObject({ name: 'AbortError' });
    expect(await waiting).toBe('next');
  });
});
