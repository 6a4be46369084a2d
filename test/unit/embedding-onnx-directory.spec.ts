import { describe, expect, it } from '@jest/globals';
import { encodeOnnxModel, type OnnxGraph } from '../../src/compute/onnx-model.js';
import { ConfigError } from '../../src/config/config.js';
import { readModelDirectory } from '../../src/embedding/onnx/model-directory.js';
import { OnnxEmbedder } from '../../src/embedding/onnx/onnx.embedder.js';
import { modelFolder, TINY_GRAPH, tinyTokenizer } from '../support/sentence-model.js';

const [hidden] = TINY_GRAPH.outputs;
const graph = (changes: Partial<OnnxGraph>) => ({ 'model.onnx': encodeOnnxModel({ ...TINY_GRAPH, ...changes }) });
const withNode = (op: string, inputs: string[], shape: (number | string)[], constants: OnnxGraph['constants'] = []) =>
  graph({
    nodes: [...TINY_GRAPH.nodes, { op, inputs, outputs: ['out'] }],
    outputs: [{ name: 'out', type: 'float32', shape }],
    constants: [...(TINY_GRAPH.constants ?? []), ...constants],
  });

describe('a model directory that cannot be used', () => {
  it.each<[string, Parameters<typeof modelFolder>[0], RegExp]>([
    ['has no model', { 'model.onnx': undefined }, /neither model\.onnx nor onnx\/model\.onnx.*optimum-cli export onnx/],
    ['has no tokenizer', { 'tokenizer.json': undefined }, /no tokenizer\.json.*Export it/],
    ['has a tokenizer that is no JSON', { 'tokenizer.json': '{"model":' }, /tokenizer\.json.*no JSON.*again/],
    [
      'has a tokenizer without parts',
      { 'tokenizer.json': { model: {} } },
      /tokenizer\.json that cannot be used \(.*again/,
    ],
    [
      'has a tokenizer of an unknown kind',
      { 'tokenizer.json': { ...tinyTokenizer(), pre_tokenizer: { type: 'Telepathy' } } },
      /tokenizer\.json.*Telepathy.*again/,
    ],
    [
      'has a setting of the wrong type',
      { 'config.json': { max_position_embeddings: 'many' } },
      /config\.json.*max_pos/,
    ],
    ['has a model that is not ONNX', { 'model.onnx': 'weights' }, /does not open \(.*optimum-cli export onnx/],
    ['has a model without a mask', graph({ inputs: [TINY_GRAPH.inputs[0]] }), /without the input attention_mask/],
    [
      'has a model that asks for more',
      graph({ inputs: [...TINY_GRAPH.inputs, { name: 'pixel_values', type: 'float32', shape: [1] }] }),
      /asks for pixel_values; only input_ids, attention_mask, token_type_ids/,
    ],
    [
      'has a model with other outputs',
      graph({
        nodes: [
          { op: 'Gather', inputs: ['table', 'input_ids'], outputs: ['logits'] },
          { op: 'Gather', inputs: ['table', 'input_ids'], outputs: ['scores'] },
        ],
        outputs: [
          { ...hidden, name: 'logits' },
          { ...hidden, name: 'scores' },
        ],
      }),
      /outputs logits, scores and none named sentence_embedding/,
    ],
    [
      'has a model whose output has another rank',
      withNode(
        'Unsqueeze',
        ['last_hidden_state', 'axis'],
        ['texts', 'tokens', 4, 1],
        [{ name: 'axis', shape: [1], data: BigInt64Array.of(3n) }],
      ),
      /output 'out' is float32 of shape \[1,1,4,1\].*not float32 \[texts, tokens, dims\]/,
    ],
    ['has a model that gives no numbers', withNode('Log', ['last_hidden_state'], hidden.shape as []), /not finite/],
    [
      'pools in a way that is not known',
      { '1_Pooling/config.json': { pooling_mode_max_tokens: true, pooling_mode_mean_tokens: true } },
      /pools by 'max \+ mean'; only mean and cls.*sentence_embedding/,
    ],
    [
      'goes on after the pooling',
      { 'modules.json': ['Transformer', 'Pooling', 'Dense'].map((type) => ({ path: '', type: `st.models.${type}` })) },
      /stops at the tokens, before its Dense.*sentence_embedding/,
    ],
  ])('%s: says so, and what to do', async (_, files, message) => {
    const folder = modelFolder(files);
    try {
      const error: unknown = await OnnxEmbedder.open(folder.path).catch((thrown: unknown) => thrown);
      expect(error).toBeInstanceOf(ConfigError);
      expect((error as Error).message).toMatch(/^ONNX_MODEL_DIR /);
      expect((error as Error).message).toMatch(message);
      expect((error as Error).message).not.toContain(folder.path);
    } finally {
      folder.remove();
    }
  });

  it('is none: says so', async () => {
    await expect(OnnxEmbedder.open('/nowhere/at/all')).rejects.toThrow('ONNX_MODEL_DIR is not a directory');
  });
});

describe('the longest text of a model', () => {
  it.each<[string, Parameters<typeof modelFolder>[0], number]>([
    ['is 512 where nothing is said', {}, 512],
    ['is what the sentence-transformer was trained on', { 'sentence_bert_config.json': { max_seq_length: 128 } }, 128],
    ['is never more than there are positions', { 'config.json': { max_position_embeddings: 77 } }, 77],
    [
      'leaves out the positions that RoBERTa keeps for padding',
      { 'config.json': { model_type: 'xlm-roberta', max_position_embeddings: 514, pad_token_id: 1 } },
      512,
    ],
    [
      'takes no notice of a tokenizer that knows no limit',
      { 'tokenizer_config.json': { model_max_length: 1e30 }, 'config.json': { max_position_embeddings: 300 } },
      300,
    ],
    ['has an end where attention would need gigabytes', { 'config.json': { max_position_embeddings: 8192 } }, 2048],
  ])('%s', async (_, files, tokens) => {
    const folder = modelFolder(files);
    try {
      expect((await readModelDirectory(folder.path)).maxTokens).toBe(tokens);
    } finally {
      folder.remove();
    }
  });
});
