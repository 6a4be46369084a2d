import { afterEach } from '@jest/globals';
import { type AnswerCache } from '../../src/tagging/llm/cache.js';
import { LlmTagger } from '../../src/tagging/llm/tagger.js';
import { type TaggingCorpus } from '../../src/tagging/types.js';
import { FakeOpenAi, type Script } from './fake-openai.js';
import { MemoryCache, smallCorpus } from './tagging.js';

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
  readonly timeoutSeconds?: number;
  readonly retries?: number;
  readonly model?: string;
}

/** A fake server; closed after the test. */
export async function serve({ script, latencyMs }: Options = {}) {
  const fake = new FakeOpenAi(script, latencyMs);
  const baseURL = await fake.listen();
  closers.push(() => fake.close());
  return { fake, baseURL };
}

/** A session on a server; closed after the test. */
export async function open(baseURL: string, options: Options = {}) {
  const session = await new LlmTagger({
    chat: {
      baseURL,
      apiKey: options.apiKey,
      model: options.model ?? 'fake',
      timeoutSeconds: options.timeoutSeconds ?? 20,
    },
    cache: options.cache ?? new MemoryCache(),
    concurrency: options.concurrency ?? 4,
    retries: options.retries ?? 3,
    retryDelayMs: options.retryDelayMs ?? 1,
  }).prepare(options.corpus ?? smallCorpus());
  closers.push(() => session.close());
  return session;
}

/** A fake server and a session on it. */
export async function start(options: Options = {}) {
  const { fake, baseURL } = await serve(options);
  return { fake, baseURL, session: await open(baseURL, options) };
}
