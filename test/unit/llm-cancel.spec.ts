import { describe, expect, it } from '@jest/globals';
import { start } from '../support/llm.js';
import { smallCorpus } from '../support/tagging.js';

const [bread, sailing] = smallCorpus().groups;

/** Resolves when the server has so many questions under way. */
async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await new Promise((resolve) => setImmediate(resolve));
}

describe('a cancelled run', () => {
  const reason = new Error('cancelled by the admin');

  it('in the middle of a call: ends at once, hangs up, and the session lives on', async () => {
    const { fake, session } = await start({ script: ({ time }) => (time === 1 ? { fault: 'hang' } : undefined) });
    const run = new AbortController();
    const work = session.tag(bread, run.signal);
    await until(() => fake.open === 1);
    run.abort(reason);
    await expect(work).rejects.toBe(reason);
    await until(() => fake.open === 0);
    expect(fake.abandoned).toBe(1);
    await expect(session.tag(bread)).resolves.not.toHaveLength(0);
  });

  it('in the middle of a backoff of an hour: ends at once', async () => {
    const { fake, session } = await start({ script: () => ({ status: 500 }), retryDelayMs: 3_600_000 });
    const run = new AbortController();
    const work = session.tag(bread, run.signal);
    await until(() => fake.asked.length === 1 && fake.open === 0);
    run.abort(reason);
    await expect(work).rejects.toBe(reason);
    expect(fake.asked).toHaveLength(1);
  });

  it('waiting for a free slot: ends at once, asks nothing', async () => {
    const { fake, session } = await start({ script: () => ({ fault: 'hang' }), concurrency: 1 });
    const first = session.tag(bread).catch((error: unknown) => error);
    await until(() => fake.open === 1);
    const run = new AbortController();
    const work = session.tag(sailing, run.signal);
    run.abort(reason);
    await expect(work).rejects.toBe(reason);
    await session.close();
    await expect(first).resolves.toThrow('closed');
    expect(fake.asked).toHaveLength(1);
  });
});
