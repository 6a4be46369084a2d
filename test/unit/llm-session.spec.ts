import { afterEach, describe, expect, it } from '@jest/globals';
import { type AnswerCache } from '../../src/tagging/llm/cache.js';
import { LlmTagger } from '../../src/tagging/llm/tagger.js';
import { type TaggingCorpus } from '../../src/tagging/types.js';
import { answerOf, broaderTagsIn, FakeOpenAi, type Script } from '../support/fake-openai.js';
import { group, MemoryCache, smallCorpus } from '../support/tagging.js';

const corpus = smallCorpus();
const [bread, sailing, chess] = corpus.groups;
const closers: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close();
});

interface Options {
  readonly script?: Script;
  readonly latencyMs?: number;
  readonly cache?: AnswerCache;
  readonly corpus?: TaggingCorpus;
  readonly concurrency?: number;
  readonly retryDelayMs?: number;
  readonly apiKey?: string;
  readonly model?: string;
}

async function serve({ script, latencyMs }: Options = {}) {
  const fake = new FakeOpenAi(script, latencyMs);
  const baseURL = await fake.listen();
  closers.push(() => fake.close());
  return { fake, baseURL };
}

async function open(baseURL: string, options: Options = {}) {
  const session = await new LlmTagger({
    chat: { baseURL, apiKey: options.apiKey, model: options.model ?? 'fake', timeoutSeconds: 20 },
    cache: options.cache ?? new MemoryCache(),
    concurrency: options.concurrency ?? 4,
    retries: 3,
    retryDelayMs: options.retryDelayMs ?? 1,
  }).prepare(options.corpus ?? corpus);
  closers.push(() => session.close());
  return session;
}

async function start(options: Options = {}) {
  const { fake, baseURL } = await serve(options);
  return { fake, baseURL, session: await open(baseURL, options) };
}

/** Resolves when the server has so many questions under way. */
async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await new Promise((resolve) => setImmediate(resolve));
}

describe('a call', () => {
  it('asks for strict structured output at temperature 0, with the key', async () => {
    const { fake, session } = await start({ apiKey: 'sk-test' });
    await session.tag(bread);
    expect(fake.asked[0].authorization).toBe('Bearer sk-test');
    expect(fake.asked[0].body).toMatchObject({
      model: 'fake',
      temperature: 0,
      response_format: { type: 'json_schema', json_schema: { strict: true, schema: { additionalProperties: false } } },
    });
  });

  it('sends no Authorization header where there is no key', async () => {
    const { fake, session } = await start();
    await session.tag(bread);
    expect(fake.asked[0].authorization).toBeUndefined();
  });

  it('of many at once keeps to the concurrency, and asks once for each group', async () => {
    const { fake, session } = await start({ concurrency: 2, latencyMs: 20 });
    await Promise.all([...corpus.groups, ...corpus.groups].map((g) => session.tag(g)));
    expect(fake.peak).toBe(2);
    expect(fake.asked).toHaveLength(corpus.groups.length);
  });
});

describe('a server that does not take all of the request', () => {
  const minds =
    (...formats: string[]): Script =>
    ({ body }) =>
      formats.includes((body.response_format as { type: string } | undefined)?.type ?? 'none')
        ? { status: 400, error: { message: 'this response_format is not supported' } }
        : undefined;
  const formatsOf = (fake: FakeOpenAi) =>
    fake.asked.map(({ body }) => (body.response_format as { type: string } | undefined)?.type ?? 'none');

  it('json_schema: json_object from then on', async () => {
    const { fake, session } = await start({ script: minds('json_schema') });
    for (const g of [bread, sailing, chess]) await session.tag(g);
    expect(formatsOf(fake)).toEqual(['json_schema', 'json_object', 'json_object', 'json_object']);
  });

  it('json_object neither: no format from then on, and the JSON is found between the words', async () => {
    const refuse = minds('json_schema', 'json_object');
    const script: Script = (asked) =>
      refuse(asked) ?? { content: `Here you are:\n\`\`\`json\n${answerOf([['bread', 0.9]])}\n\`\`\`` };
    const { fake, session } = await start({ script });
    await session.tag(bread);
    await expect(session.tag(sailing)).resolves.toEqual([{ tag: 'bread', confidence: 0.9 }]);
    expect(formatsOf(fake)).toEqual(['json_schema', 'json_object', 'none', 'none']);
  });

  it('temperature 0: left out from then on, the schema kept', async () => {
    const message = "Unsupported value: 'temperature' does not support 0 with this model.";
    const script: Script = ({ body }) =>
      'temperature' in body
        ? { status: 400, error: { message, param: 'temperature', code: 'unsupported_value' } }
        : undefined;
    const { fake, session } = await start({ script });
    await session.tag(bread);
    await session.tag(sailing);
    expect(fake.asked.map(({ body }) => body.temperature)).toEqual([0, undefined, undefined]);
    expect(formatsOf(fake)).toEqual(['json_schema', 'json_schema', 'json_schema']);
  });

  it('anything: a permanent error after the plainest form, and the next group starts in full again', async () => {
    const script: Script = ({ titles }) =>
      titles.some((title) => /bread/i.test(title)) ? { status: 400, error: { message: 'no' } } : undefined;
    const { fake, session } = await start({ script });
    await expect(session.tag(bread)).rejects.toMatchObject({ kind: 'permanent' });
    await session.tag(sailing);
    expect(formatsOf(fake)).toEqual(['json_schema', 'json_object', 'none', 'json_schema']);
  });
});

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

describe('broader and narrower groups', () => {
  const members = corpus.pages.map((_, i) => i);
  const layered: TaggingCorpus = {
    pages: corpus.pages,
    groups: [
      group('top', members),
      group('middle', members.slice(0, 10), 'top'),
      group('leaf', members.slice(0, 5), 'middle'),
    ],
  };
  const [top, middle, leaf] = layered.groups;
  const script: Script = ({ user }) => ({
    content: answerOf([
      [`level${'abc'[broaderTagsIn(user).length]}`, 0.9],
      ['levela', 0.8],
    ]),
  });

  it('the narrower waits for the broader, knows all tags above it and repeats none', async () => {
    const { fake, session } = await start({ script, corpus: layered });
    await expect(session.tag(leaf)).resolves.toEqual([{ tag: 'levelc', confidence: 0.9 }]);
    await Promise.all([top, middle].map((g) => session.tag(g)));
    expect(fake.asked).toHaveLength(3);
  });

  it('the narrower keeps the broader tags where the model has no others', async () => {
    const { session } = await start({ corpus: layered, script: () => ({ content: answerOf([['levela', 0.9]]) }) });
    await expect(session.tag(leaf)).resolves.toEqual([{ tag: 'levela', confidence: 0.9 }]);
  });

  it('a broader group that fails is named by itself and does not take the narrower along', async () => {
    const { fake, session } = await start({
      corpus: layered,
      script: ({ user }) => (user.includes('15 pages') ? { refusal: 'no' } : undefined),
    });
    await expect(session.tag(top)).rejects.toMatchObject({ kind: 'permanent' });
    await expect(session.tag(middle)).resolves.not.toHaveLength(0);
    await expect(session.tag(leaf)).resolves.not.toHaveLength(0);
    expect(fake.asked).toHaveLength(3);
  });
});

describe('the words that the wiki uses already', () => {
  it('are shown to the model and win over its spelling', async () => {
    const pages = corpus.pages.map((page, i) => ({ ...page, humanTags: i === 0 ? ['Sourdough Breads'] : [] }));
    const { fake, session } = await start({
      corpus: { pages, groups: corpus.groups },
      script: () => ({ content: answerOf([['sourdough bread', 0.9]]) }),
    });
    await expect(session.tag(bread)).resolves.toEqual([{ tag: 'Sourdough Breads', confidence: 0.9 }]);
    expect(fake.asked[0].user).toContain('{"existing_tags":["Sourdough Breads"]}');
  });
});

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

describe('a server that asks for a pause', () => {
  it('is left alone by every group until then', async () => {
    const times: number[] = [];
    const script: Script = () => {
      times.push(performance.now());
      return times.length === 1 ? { status: 429, headers: { 'retry-after-ms': '300' } } : undefined;
    };
    const { session } = await start({ script, concurrency: 1 });
    await Promise.all([bread, sailing, chess].map((g) => session.tag(g)));
    expect(times).toHaveLength(4);
    expect(times[1] - times[0]).toBeGreaterThanOrEqual(295);
  });
});
