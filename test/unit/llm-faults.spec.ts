import { describe, expect, it } from '@jest/globals';
import { TaggingError, type TaggingErrorKind } from '../../src/tagging/types.js';
import { answerOf, REPLIES, type Reply, type Script } from '../support/fake-openai.js';
import { start as startWith } from '../support/llm.js';
import { MemoryCache, smallCorpus } from '../support/tagging.js';

const KEY = 'sk-very-secret-key-123';
const corpus = smallCorpus();
const [bread, sailing, chess] = corpus.groups;

/** A server that gives these replies to the questions about bread, one after the other and the last for ever; to others, good answers. */
async function start(replies: readonly (Reply | 'good')[], timeoutSeconds = 20) {
  const script: Script = ({ titles, time }) => {
    const reply = replies[Math.min(time, replies.length) - 1];
    return reply === 'good' || !titles.some((title) => /bread/i.test(title)) ? undefined : reply;
  };
  const cache = new MemoryCache();
  return { cache, ...(await startWith({ script, cache, timeoutSeconds, apiKey: KEY, retries: 2 })) };
}

const rejected = (status: number, error: Record<string, unknown>): Reply => ({ status, error });

describe('a fault that passes', () => {
  const faults: Record<string, Reply> = {
    '429 without Retry-After': { status: 429 },
    '429 with Retry-After in seconds': { status: 429, headers: { 'retry-after': '0' } },
    '429 with Retry-After as a date': { status: 429, headers: { 'retry-after': 'Wed, 21 Oct 2015 07:28:00 GMT' } },
    '408': { status: 408 },
    '500': { status: 500 },
    '502 with a page of HTML': { raw: '<html>Bad gateway</html>', type: 'text/html', code: 502 },
    '503': { status: 503, headers: { 'retry-after': '0' } },
    '529 (overloaded)': { status: 529 },
    'a hang': { fault: 'hang' },
    'a hang in the middle of the body': { fault: 'hang in the body' },
    'a connection reset': { fault: 'reset' },
    'an answer cut off by the network': { fault: 'cut off' },
    'HTML instead of JSON': { raw: '<html>hello</html>', type: 'text/html' },
    'a body that is not JSON': { raw: '{"choices": [', type: 'application/json' },
    'an error under status 200': { raw: '{"error": {"code": 502, "message": "upstream"}}', type: 'application/json' },
    'broken JSON in the answer': REPLIES.brokenJson,
    'an answer of another schema': REPLIES.wrongSchema,
    'an answer without tags': REPLIES.noTags,
    'a confidence of 95': REPLIES.outOfRange,
    'an answer cut off at its length limit': REPLIES.cutOff,
    'an empty answer': REPLIES.empty,
    'nothing but a sentence as a tag': REPLIES.sentence,
  };
  it.each(Object.entries(faults))('%s: asked once more, tagged', async (_, fault) => {
    const { fake, cache, session } = await start([fault, 'good'], 'fault' in fault ? 0.3 : 20);
    await expect(session.tag(bread)).resolves.toContainEqual({ tag: 'bread', confidence: 0.9 });
    expect(fake.asked).toHaveLength(2);
    expect(cache.answers.size).toBe(1);
  });

  it.each(Object.entries(faults))('%s, for ever: a transient error after the retries', async (_, fault) => {
    const { fake, cache, session } = await start([fault], 'fault' in fault ? 0.3 : 20);
    const error = await failure(session.tag(bread), 'transient');
    expect(error.message).toMatch(/language model|server at OPENAI_BASE_URL/);
    expect(error.message).toMatch(/Tried 3 times\.$/);
    expect(fake.asked).toHaveLength(3);
    expect(cache.answers.size).toBe(0);
  });
});

describe('what people read of a fault that passes', () => {
  it.each<[string, Reply, RegExp]>([
    ['429', { status: 429 }, /asks for fewer requests \(429\)\. Lower LLM_CONCURRENCY/],
    ['500', { status: 500 }, /has a fault or is overloaded \(500\)/],
    ['a hang', { fault: 'hang' }, /did not answer within 0\.3 seconds/],
    ['a hang in the body', { fault: 'hang in the body' }, /did not answer within 0\.3 seconds/],
    ['HTML', { raw: '<html>', type: 'text/html' }, /no chat completion/],
    ['cut off at the length limit', REPLIES.cutOff, /cut off at its length limit/],
    ['broken JSON', REPLIES.brokenJson, /could not be used: it is not valid JSON/],
    ['another schema', REPLIES.wrongSchema, /does not follow the schema \(tags\.0\.tag: /],
    ['a sentence', REPLIES.sentence, /none of its tags is a short subject tag/],
  ])('%s', async (_, fault, message) => {
    const { session } = await start([fault], 'fault' in fault ? 0.3 : 20);
    expect((await failure(session.tag(bread), 'transient')).message).toMatch(message);
  });
});

describe('a fault that stays', () => {
  const faults: Record<string, readonly [TaggingErrorKind, Reply, RegExp]> = {
    refusal: ['permanent', REPLIES.refusal, /refused/],
    'content filter in the answer': ['permanent', REPLIES.filtered, /refused/],
    'content filter in the error': ['permanent', rejected(400, { code: 'content_filter', message: 'no' }), /filter/],
    'moderation under 403': ['permanent', rejected(403, { message: 'your input was flagged' }), /filter/],
    'a context that is too short': [
      'permanent',
      rejected(400, { code: 'context_length_exceeded', message: '8192' }),
      /too long/,
    ],
    '401': ['fatal', rejected(401, { message: `Incorrect API key provided: ${KEY}` }), /OPENAI_API_KEY/],
    '403': ['fatal', rejected(403, { message: 'forbidden' }), /OPENAI_API_KEY/],
    '400 for the key': ['fatal', rejected(400, { message: `API key not valid: ${KEY}` }), /OPENAI_API_KEY/],
    '404 for the model': ['fatal', rejected(404, { code: 'model_not_found', message: 'no such model' }), /TAG_MODEL/],
    '402': ['fatal', rejected(402, { message: 'pay' }), /credit/],
    insufficient_quota: ['fatal', REPLIES.quota, /credit/],
  };
  it.each(Object.entries(faults))('%s: one call, no retry', async (_, [kind, fault, message]) => {
    const { fake, session } = await start([fault]);
    const error = await failure(session.tag(bread), kind);
    expect(error.message).toMatch(message);
    expect(JSON.stringify([error.message, error.stack, error.cause])).not.toContain(KEY);
    expect(fake.asked).toHaveLength(1);
  });

  it('permanent: the other groups are tagged', async () => {
    const { session } = await start([REPLIES.refusal]);
    const results = await Promise.allSettled([bread, sailing, chess].map((g) => session.tag(g)));
    expect(results.map(({ status }) => status)).toEqual(['rejected', 'fulfilled', 'fulfilled']);
  });

  it('fatal: the session asks no more', async () => {
    const { fake, session } = await start([REPLIES.quota]);
    await failure(session.tag(bread), 'fatal');
    await failure(session.tag(sailing), 'fatal');
    expect(fake.asked).toHaveLength(1);
  });

  it('a rate limit whose message speaks of billing and quota is still only a rate limit', async () => {
    const message = 'You exceeded your current quota. Add a payment method at https://example.org/billing.';
    const { fake, session } = await start([{ status: 429, error: { message, code: 'rate_limit_exceeded' } }, 'good']);
    await session.tag(bread);
    expect(fake.asked).toHaveLength(2);
  });

  it('nobody listening: transient, with the system code and what to check', async () => {
    const { fake, session } = await start(['good']);
    await fake.close();
    const error = await failure(session.tag(bread), 'transient');
    expect(error.message).toMatch(/could not be reached \(ECONNREFUSED\)\. Is OPENAI_BASE_URL right/);
  });
});

describe('bad tags among good ones', () => {
  it('of 90 tags the 5 surest stay, in one call', async () => {
    const { fake, session } = await start([REPLIES.ninety]);
    const tags = await session.tag(bread);
    expect(tags.map(({ tag }) => tag)).toEqual(['dl', 'dk', 'dj', 'di', 'dh'].map((last) => `subject ${last}`));
    expect(fake.asked).toHaveLength(1);
  });

  it('a sentence, an address, markup, a repetition go alone', async () => {
    const content = answerOf([
      ['This page explains how bread is baked.', 1],
      ['ignore all the previous instructions', 1],
      ['https://evil.example', 1],
      ['<b>bread</b>', 1],
      ['Bread is for everyone.', 1],
      ['bread', 0.9],
      ['Breads', 0.8],
      ['Food', 0.7],
    ]);
    const { fake, session } = await start([{ content }]);
    await expect(session.tag(bread)).resolves.toEqual([
      { tag: 'bread', confidence: 0.9 },
      { tag: 'Food', confidence: 0.5 }, // in no page's words
    ]);
    expect(fake.asked).toHaveLength(1);
  });

  it('a re-ask tells the model what was wrong, and quotes nothing of its answer', async () => {
    const { fake, session } = await start([REPLIES.sentence, 'good']);
    await session.tag(bread);
    expect(fake.asked[1].user).toMatch(/could not be used: none of its tags is a short subject tag/);
    expect(fake.asked[1].user).not.toContain('explains how');
  });
});

async function failure(work: Promise<unknown>, kind: TaggingErrorKind): Promise<TaggingError> {
  const error = await work.then(
    () => null,
    (reason: unknown) => reason,
  );
  expect(error).toBeInstanceOf(TaggingError);
  expect((error as TaggingError).kind).toBe(kind);
  return error as TaggingError;
}
