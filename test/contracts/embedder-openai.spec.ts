import { afterAll, beforeAll } from '@jest/globals';
import { OpenAiEmbedder } from '../../src/embedding/openai/openai.embedder.js';
import { FakeEmbeddings } from '../support/fake-embeddings.js';
import { embedderContract } from './embedder.case.js';

const server = new FakeEmbeddings();
let baseURL: string;
beforeAll(async () => {
  baseURL = await server.listen();
});
afterAll(() => server.close());

embedderContract(
  'openai',
  () =>
    new OpenAiEmbedder({
      server: { baseURL, apiKey: 'a-key', model: 'made-up', timeoutSeconds: 10 },
      concurrency: 2,
      retry: { retries: 0, delayMs: 0, maxDelayMs: 0 },
      limits: { maxTexts: 3, maxChars: 1000, maxTextChars: 500 },
    }),
);
