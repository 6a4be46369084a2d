import { afterEach, describe, expect, it } from '@jest/globals';
import { retryAfterMs } from '../../src/common/retries.js';
import { EmbeddingError } from '../../src/embedding/errors.js';
import { batches } from '../../src/embedding/openai/batches.js';
import { OpenAiEmbedder, type OpenAiEmbedderOptions } from '../../src/embedding/openai/openai.embedder.js';
import { type EmbeddingsScript, FakeEmbeddings } from '../support/fake-embeddings.js';

const KEY = 'sk-very-secret';
const pages = Array.from({ length: 10 }, (_, i) => ({
  title: `Page ${'abcdefghij'[i]}`,
  text: `words of ${'klmnopqrst'[i]}`,
}));
const started: FakeEmbeddings[] = [];
afterEach(async () => {
  for (const server of started.splice(0)) await server.close();
});

async function setUp(
  script?: EmbeddingsScript,
  changes: Partial<OpenAiEmbedderOptions> & { timeoutSeconds?: number; latencyMs?: number } = {},
) {
  const server = new FakeEmbeddings(script, changes.latencyMs);
  started.push(server);
  const baseURL = await server.listen();
  const embedder = new OpenAiEmbedder({
    server: { baseURL, apiKey: KEY, model: 'made-up', timeoutSeconds: changes.timeoutSeconds ?? 20 },
    concurrency: changes.concurrency ?? 2,
    retry: changes.retry ?? { retries: 2, delayMs: 1, maxDelayMs: 50 },
    limits: changes.limits ?? { maxTexts: 4, maxChars: 10_000, maxTextChars: 5_000 },
  });
  return { server, embedder };
}

const failure = async (run: Promise<unknown>): Promise<EmbeddingError> => {
  const error = await run.then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  if (!(error instanceof EmbeddingError)) throw new Error(`expected an EmbeddingError, got ${String(error)}`);
  return error;
};

describe('OpenAiEmbedder', () => {
  it('asks in batches, with the key and the model, and for base64', async () => {
    const { server, embedder } = await setUp();
    const all = await embedder.embed(pages);
    expect(all).toMatchObject({ rows: 10, dims: 24 });
    expect(server.requests.map((request) => request.texts.length)).toEqual([4, 4, 2]);
    expect(server.requests[0]).toMatchObject({
      model: 'made-up',
      encodingFormat: 'base64',
      authorization: `Bearer ${KEY}`,
    });
    expect(server.requests.flatMap((request) => request.texts)).toContain('Page a\n\nwords of k');
  });

  it.each([
    ['vectors in another order', { shuffled: true }],
    ['plain numbers although base64 was asked for', { plainNumbers: true }],
  ] as const)('takes %s', async (_, fault) => {
    const plain = await (await setUp()).embedder.embed(pages);
    const other = await (await setUp(() => fault)).embedder.embed(pages);
    expect(other.data).toEqual(plain.data);
  });

  it.each([
    ['429 with Retry-After', { status: 429, headers: { 'retry-after': '0' } }],
    ['500', { status: 500 }],
    ['a reset connection', { fault: 'reset' }],
    ['too few vectors', { dropLast: true }],
    ['numbers that are not finite', { notFinite: true }],
    ['a body that is not JSON', { raw: '{"data": [' }],
    ['a body that is no list', { raw: '"hello"' }],
  ] as const)('asks again after %s', async (_, fault) => {
    const { server, embedder } = await setUp(({ time }) => (time === 1 ? fault : undefined));
    const all = await embedder.embed(pages);
    expect(all.data).toEqual((await (await setUp()).embedder.embed(pages)).data);
    expect(server.requests).toHaveLength(4);
  });

  it.each(['hang', 'hang in the body'] as const)(
    'gives up waiting for a server that %ss, and asks again',
    async (fault) => {
      const { server, embedder } = await setUp(({ time }) => (time === 1 ? { fault } : undefined), {
        timeoutSeconds: 0.3,
      });
      expect((await embedder.embed(pages.slice(0, 2))).rows).toBe(2);
      expect(server.requests).toHaveLength(2);
    },
  );

  it('waits as long as Retry-After says, but no longer than its ceiling', async () => {
    const { embedder } = await setUp(({ time }) =>
      time === 1 ? { status: 429, headers: { 'retry-after': '3600' } } : undefined,
    );
    expect((await embedder.embed(pages)).rows).toBe(10); // an obeyed hour would run into the test's time limit
    expect(retryAfterMs(new Headers({ 'retry-after': '7' }))).toBe(7000);
    expect(retryAfterMs(new Headers({ 'retry-after-ms': '250', 'retry-after': '7' }))).toBe(250);
    const now = Date.parse('2026-01-01T00:00:00Z');
    expect(retryAfterMs(new Headers({ 'retry-after': 'Thu, 01 Jan 2026 00:00:05 GMT' }), now)).toBe(5000);
    expect(retryAfterMs(new Headers({ 'retry-after': '-3' }))).toBeUndefined();
    expect(retryAfterMs(new Headers())).toBeUndefined();
  });

  it('gives up after its retries', async () => {
    const { server, embedder } = await setUp(() => ({ status: 503 }), { concurrency: 1 });
    const error = await failure(embedder.embed(pages));
    expect(error.kind).toBe('transient');
    expect(error.message).toContain('503');
    expect(server.requests).toHaveLength(3);
  });

  it.each([
    [
      'a bad key',
      { status: 401, error: { message: `Incorrect API key: ${KEY}`, code: 'invalid_api_key' } },
      'OPENAI_API_KEY',
    ],
    ['an unknown model', { status: 404, error: { message: 'no', code: 'model_not_found' } }, 'EMBEDDING_MODEL'],
    ['an empty account', { status: 429, error: { message: 'no', code: 'insufficient_quota' } }, 'credit'],
    ['a refused text', { status: 400, error: { message: pages[0].text, code: 'string_above_max_length' } }, '400'],
  ] as const)('ends at once at %s, without key or page text in the message', async (_, fault, says) => {
    const { server, embedder } = await setUp(() => fault, { concurrency: 1 });
    const error = await failure(embedder.embed(pages));
    expect(error.kind).toBe('permanent');
    expect(error.message).toContain(says);
    expect(error.message).not.toContain(KEY);
    expect(error.message).not.toContain(pages[0].text);
    expect(server.requests).toHaveLength(1);
  });

  it('refuses vectors of different lengths', async () => {
    const { embedder } = await setUp(({ time }) => (time === 2 ? { dims: 7 } : undefined), { concurrency: 1 });
    const error = await failure(embedder.embed(pages));
    expect(error).toMatchObject({ kind: 'permanent', message: expect.stringMatching(/24 and of 7/) });
  });

  it('never has more requests under way than allowed, and uses what is allowed', async () => {
    const limits = { maxTexts: 1, maxChars: 10_000, maxTextChars: 5_000 };
    const { server, embedder } = await setUp(undefined, { concurrency: 3, latencyMs: 20, limits });
    await embedder.embed(pages);
    expect(server.peak).toBe(3);
  });

  it('drops the requests under way when it is aborted, also while it waits to ask again', async () => {
    const controller = new AbortController();
    const reason = new Error('cancelled');
    const { server, embedder } = await setUp(
      ({ time }) => {
        if (time === 2) setImmediate(() => controller.abort(reason));
        return time === 1 ? { status: 429, headers: { 'retry-after': '3600' } } : { fault: 'hang' };
      },
      { retry: { retries: 2, delayMs: 1, maxDelayMs: 3_600_000 } },
    );
    await expect(embedder.embed(pages, { signal: controller.signal })).rejects.toBe(reason);
    expect(server.requests).toHaveLength(2);
  });

  it('knows no length for pages without a word, and asks nobody', async () => {
    const { server, embedder } = await setUp();
    const empty = { title: '', text: '' };
    expect(await embedder.embed([empty, empty])).toEqual({ data: new Float32Array(0), rows: 2, dims: 0 });
    expect(server.requests).toHaveLength(0);
    const mixed = await embedder.embed([empty, pages[0], empty]);
    expect(mixed).toMatchObject({ rows: 3, dims: 24 });
    expect(mixed.data.subarray(0, 24)).toEqual(new Float32Array(24));
    expect(mixed.data.subarray(48)).toEqual(new Float32Array(24));
  });

  it('speaks to servers that want no key', async () => {
    const server = new FakeEmbeddings();
    started.push(server);
    const embedder = new OpenAiEmbedder({
      server: { baseURL: await server.listen(), model: 'made-up', timeoutSeconds: 5 },
      concurrency: 1,
      retry: { retries: 0, delayMs: 0, maxDelayMs: 0 },
    });
    await embedder.embed(pages);
    expect(server.requests[0].authorization).toBeUndefined();
  });
});

describe('batches', () => {
  it('keeps to the number of texts and of characters, in order, and skips empty texts', () => {
    const packed = batches(['aaaa', '', 'bbb', 'cc', 'd'], { maxTexts: 2, maxChars: 5, maxTextChars: 4 });
    expect(packed).toEqual([
      { indices: [0], texts: ['aaaa'] },
      { indices: [2, 3], texts: ['bbb', 'cc'] },
      { indices: [4], texts: ['d'] },
    ]);
  });

  it('cuts long texts, never inside a character', () => {
    expect(batches(['ab😀cd'], { maxTexts: 9, maxChars: 100, maxTextChars: 3 })).toEqual([
      { indices: [0], texts: ['ab'] },
    ]);
  });
});
