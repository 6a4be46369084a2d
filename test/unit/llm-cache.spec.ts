import { describe, expect, it } from '@jest/globals';
import { type AnswerCache } from '../../src/tagging/llm/cache.js';
import { TaggingError } from '../../src/tagging/types.js';
import { REPLIES } from '../support/fake-openai.js';
import { open, serve, start } from '../support/llm.js';
import { group, MemoryCache, smallCorpus } from '../support/tagging.js';

const corpus = smallCorpus();
const [bread] = corpus.groups;

describe('the answer cache', () => {
  it('is asked first: a later session pays nothing, another model does', async () => {
    const cache = new MemoryCache();
    const { fake, baseURL, session } = await start({ cache });
    const first = await session.tag(bread);
    await expect((await open(baseURL, { cache })).tag(bread)).resolves.toEqual(first);
    expect(fake.asked).toHaveLength(1);
    await (await open(baseURL, { cache, model: 'other' })).tag(bread);
    expect(fake.asked).toHaveLength(2);
  });

  it('holds the answer before the group has its tags', async () => {
    const events: string[] = [];
    const memory = new MemoryCache();
    const cache: AnswerCache = {
      get: (hash) => memory.get(hash),
      put: async (hash, model, answer) => {
        await new Promise((resolve) => setImmediate(resolve));
        await memory.put(hash, model, answer);
        events.push('stored');
      },
    };
    const { session } = await start({ cache });
    await session.tag(bread);
    events.push('tagged');
    expect(events).toEqual(['stored', 'tagged']);
  });

  it('keeps a paid answer whose run was cancelled while it was being stored', async () => {
    const memory = new MemoryCache();
    const cancelled = new AbortController();
    const cache: AnswerCache = {
      get: (hash) => memory.get(hash),
      put: async (...answer) => {
        cancelled.abort(new Error('cancelled'));
        await new Promise((resolve) => setImmediate(resolve));
        await memory.put(...answer);
      },
    };
    const { session } = await start({ cache });
    await expect(session.tag(bread, cancelled.signal)).rejects.toThrow('cancelled');
    await session.close();
    expect(memory.answers.size).toBe(1);
  });

  it('whose stored answer does not pass today asks anew', async () => {
    const cache: AnswerCache = {
      get: async () => ({ tags: [{ tag: 'This is no tag.', confidence: 1 }] }),
      put: async () => {},
    };
    const { fake, session } = await start({ cache });
    await session.tag(bread);
    expect(fake.asked).toHaveLength(1);
  });

  it('that fails: its own error, not the model blamed for it', async () => {
    const broken = new Error('database is read-only');
    const { fake, session } = await start({ cache: { get: async () => undefined, put: () => Promise.reject(broken) } });
    await expect(session.tag(bread)).rejects.toBe(broken);
    expect(fake.asked).toHaveLength(1);
  });
});

describe('a server that fails 30 % of its calls', () => {
  it('every group is tagged or named; a later session asks only for what was not stored', async () => {
    const pages = Array.from({ length: 240 }, (_, i) => ({
      title: `Note ${i} on topic${i % 60}`,
      text: '',
      humanTags: [],
    }));
    const groups = Array.from({ length: 60 }, (_, i) => group(`g${i}`, [i, i + 60, i + 120, i + 180]));
    const cache = new MemoryCache();
    const faults = [{ status: 500 }, { status: 429 }, REPLIES.brokenJson, REPLIES.refusal, { fault: 'reset' }] as const;
    let random = 1;
    const next = () => {
      random = (random * 48271) % 2147483647;
      return random / 2147483647;
    };
    const ill = await start({
      cache,
      corpus: { pages, groups },
      script: () => (next() < 0.3 ? faults[Math.floor(next() * 5)] : undefined),
    });
    const results = await Promise.allSettled(groups.map((g) => ill.session.tag(g)));
    const failed = results.filter(({ status }) => status === 'rejected');
    expect(failed.length).toBeGreaterThan(0);
    for (const result of failed) expect((result as PromiseRejectedResult).reason).toBeInstanceOf(TaggingError);
    expect(cache.answers.size).toBe(60 - failed.length);

    const healthy = await serve();
    const session = await open(healthy.baseURL, { cache, corpus: { pages, groups } });
    const again = await Promise.all(groups.map((g) => session.tag(g)));
    expect(again.every((tags) => tags.length > 0)).toBe(true);
    expect(healthy.fake.asked).toHaveLength(failed.length);
  });
});
