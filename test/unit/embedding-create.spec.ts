import { describe, expect, it } from '@jest/globals';
import { readConfig } from '../../src/config/config.js';
import { createEmbedder } from '../../src/embedding/create.js';

describe('createEmbedder', () => {
  it('takes lsa where nothing is said', async () => {
    expect(await createEmbedder(readConfig({}))).toMatchObject({ model: 'lsa-256@1', fitted: true });
  });

  it('names the space after the model of the server', async () => {
    const config = readConfig({ EMBEDDER: 'openai', OPENAI_API_KEY: 'a-key', EMBEDDING_MODEL: 'some-model' });
    expect(await createEmbedder(config)).toMatchObject({ model: 'openai:some-model', fitted: false });
  });
});
