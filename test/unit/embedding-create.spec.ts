import { describe, expect, it } from '@jest/globals';
import { readConfig } from '../../src/config/config.js';
import { createEmbedder } from '../../src/embedding/create.js';

describe('createEmbedder', () => {
  it('takes lsa where nothing is said', () => {
    expect(createEmbedder(readConfig({}))).toMatchObject({ model: 'lsa-256', fitted: true });
  });

  it('names the space after the model of the server', () => {
    const config = readConfig({ EMBEDDER: 'openai', OPENAI_API_KEY: 'a-key', EMBEDDING_MODEL: 'some-model' });
    expect(createEmbedder(config)).toMatchObject({ model: 'openai:some-model', fitted: false });
  });
});
