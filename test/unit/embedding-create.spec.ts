import { describe, expect, it } from '@jest/globals';
import { ConfigError, readConfig } from '../../src/config/config.js';
import { createEmbedder } from '../../src/embedding/create.js';
import { OnnxEmbedder } from '../../src/embedding/onnx/onnx.embedder.js';
import { modelFolder } from '../support/sentence-model.js';

describe('createEmbedder', () => {
  it('takes lsa where nothing is said', async () => {
    expect(await createEmbedder(readConfig({}))).toMatchObject({ model: 'lsa-256@1', fitted: true });
  });

  it('names the space after the model of the server', async () => {
    const config = readConfig({ EMBEDDER: 'openai', OPENAI_API_KEY: 'a-key', EMBEDDING_MODEL: 'some-model' });
    expect(await createEmbedder(config)).toMatchObject({ model: 'openai:some-model', fitted: false });
  });

  it('opens the model directory for onnx, and stops the start where it cannot', async () => {
    const folder = modelFolder();
    try {
      const embedder = await createEmbedder(readConfig({ EMBEDDER: 'onnx', ONNX_MODEL_DIR: folder.path }));
      expect(embedder).toBeInstanceOf(OnnxEmbedder);
      expect(embedder.fitted).toBe(false);
      await (embedder as OnnxEmbedder).close();
    } finally {
      folder.remove();
    }
    const gone = readConfig({ EMBEDDER: 'onnx', ONNX_MODEL_DIR: folder.path });
    await expect(createEmbedder(gone)).rejects.toThrow(ConfigError);
  });
});
