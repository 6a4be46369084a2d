import { afterAll, beforeAll } from '@jest/globals';
import { OnnxEmbedder } from '../../src/embedding/onnx/onnx.embedder.js';
import { modelFolder } from '../support/sentence-model.js';
import { embedderContract } from './embedder.case.js';

const folder = modelFolder();
let embedder: OnnxEmbedder;
beforeAll(async () => {
  embedder = await OnnxEmbedder.open(folder.path);
});
afterAll(async () => {
  await embedder.close();
  folder.remove();
});

embedderContract('onnx', () => embedder);
