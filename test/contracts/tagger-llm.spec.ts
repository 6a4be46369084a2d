import { afterAll, beforeAll } from '@jest/globals';
import { LlmTagger } from '../../src/tagging/llm/tagger.js';
import { FakeOpenAi } from '../support/fake-openai.js';
import { MemoryCache } from '../support/tagging.js';
import { taggerContract } from './tagger.case.js';

const fake = new FakeOpenAi();
let baseURL = '';
beforeAll(async () => {
  baseURL = await fake.listen();
});
afterAll(() => fake.close());

taggerContract('llm', async () => {
  const chat = { baseURL, model: 'fake', timeoutSeconds: 20 };
  return new LlmTagger({ chat, cache: new MemoryCache(), concurrency: 4, retries: 1, retryDelayMs: 1 });
});
