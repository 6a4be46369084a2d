import { afterEach, describe, expect, it } from '@jest/globals';
import { encodeOnnxModel } from '../../src/compute/onnx-model.js';
import { EmbeddingError } from '../../src/embedding/errors.js';
import { OnnxEmbedder } from '../../src/embedding/onnx/onnx.embedder.js';
import { type EmbeddingInput, type Embeddings } from '../../src/embedding/types.js';
import { modelFolder, TABLE, TINY_GRAPH, TYPES, tinyTokenizer } from '../support/sentence-model.js';

const closers: (() => Promise<void> | void)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close();
});

async function open(files: Parameters<typeof modelFolder>[0] = {}): Promise<OnnxEmbedder> {
  const folder = modelFolder(files);
  closers.push(() => folder.remove());
  const embedder = await OnnxEmbedder.open(folder.path);
  closers.push(() => embedder.close());
  return embedder;
}

const pages = (...texts: string[]): EmbeddingInput[] => texts.map((text) => ({ title: '', text }));
const rows = ({ data, dims, rows }: Embeddings) =>
  Array.from({ length: rows }, (_, i) => [...data.subarray(i * dims, (i + 1) * dims)]);
const near = (vector: readonly number[]) => vector.map((x) => expect.closeTo(x, 6));
const unit = (vector: readonly number[]) => vector.map((x) => x / Math.hypot(...vector));
/** The slow way: the mean of the tokens' rows of the table, scaled to length 1. */
const mean = (...tokens: string[]) => unit([0, 1, 2, 3].map((c) => tokens.reduce((sum, t) => sum + TABLE[t][c], 0)));

describe('the vectors of the onnx embedder', () => {
  it('are the mean over the tokens, special ones included and padding not, scaled to length 1', async () => {
    const all = await (await open()).embed(pages('bread', 'bread stars moon flour'));
    // by hand: ([CLS] + bread + [SEP]) / 3 = (4, 0, 1, 1) / 3, of length sqrt(18) / 3
    expect(rows(all)[0]).toEqual(near([4 / Math.sqrt(18), 0, 1 / Math.sqrt(18), 1 / Math.sqrt(18)]));
    expect(rows(all)[1]).toEqual(near(mean('[CLS]', 'bread', 'stars', 'moon', 'flour', '[SEP]')));
  });

  it('stand in the order of the pages, though these are batched by length', async () => {
    const words = ['bread', 'stars', 'oven', 'moon', 'dough'];
    const texts = Array.from({ length: 40 }, (_, i) =>
      Array.from({ length: ((i * 7) % 11) + 1 }, (_, k) => words[(i + k * k) % words.length]),
    );
    const all = await (await open()).embed(pages(...texts.map((text) => text.join(' '))));
    texts.forEach((text, i) => {
      expect(rows(all)[i]).toEqual(near(mean('[CLS]', ...text, '[SEP]')));
    });
  });

  it('are of the title and the text', async () => {
    const all = await (await open()).embed([{ title: ' Bread ', text: 'Ovens' }]);
    expect(rows(all)).toEqual([near(mean('[CLS]', 'bread', 'oven', '##s', '[SEP]'))]);
  });

  it('are of the beginning of a text that is too long, with the special token behind it', async () => {
    const limits = {
      'sentence_bert_config.json': { max_seq_length: 5 },
      'config.json': { max_position_embeddings: 99 },
    };
    const all = await (await open(limits)).embed(pages(`bread bread stars ${'moon '.repeat(1000)}`));
    expect(rows(all)).toEqual([near(mean('[CLS]', 'bread', 'bread', 'stars', '[SEP]'))]);
  });

  it('count words that the model does not know, and read Chinese by character', async () => {
    const all = await (await open()).embed(pages('zeppelin bread', '天文'));
    expect(rows(all)).toEqual([
      near(mean('[CLS]', '[UNK]', 'bread', '[SEP]')),
      near(mean('[CLS]', '天', '文', '[SEP]')),
    ]);
  });

  it('are zero for texts without words, of the length of all others', async () => {
    const embedder = await open();
    expect(rows(await embedder.embed(pages('', ' \n', '\u0000', 'moon')))).toEqual([
      [0, 0, 0, 0],
      [0, 0, 0, 0],
      [0, 0, 0, 0],
      near(mean('[CLS]', 'moon', '[SEP]')),
    ]);
    expect((await embedder.embed(pages(''))).dims).toBe(4);
  });

  it.each([
    ['a flag a mode', { pooling_mode_cls_token: true, pooling_mode_mean_tokens: false }],
    ['one name', { pooling_mode: 'cls' }],
  ])('are those of the first token where the directory says so by %s', async (_, pooling) => {
    const all = await (await open({ '1_Pooling/config.json': pooling })).embed(pages('bread', 'stars moon'));
    expect(rows(all)).toEqual([near([0, 0, 1, 0]), near([0, 0, 1, 0])]);
  });

  it('follow the token types where the model asks for them', async () => {
    const graph = encodeOnnxModel({
      nodes: [
        { op: 'Gather', inputs: ['table', 'input_ids'], outputs: ['words'] },
        { op: 'Gather', inputs: ['types', 'token_type_ids'], outputs: ['kinds'] },
        { op: 'Add', inputs: ['words', 'kinds'], outputs: ['token_embeddings'] },
      ],
      inputs: [...TINY_GRAPH.inputs, TYPES],
      outputs: [{ ...TINY_GRAPH.outputs[0], name: 'token_embeddings' }],
      constants: [
        ...(TINY_GRAPH.constants ?? []),
        { name: 'types', shape: [2, 4], data: Float32Array.of(0, 0, 0, 0, 5, 0, 0, 0) },
      ],
    });
    const all = await (await open({ 'model.onnx': graph, 'tokenizer.json': tinyTokenizer(1) })).embed(pages('moon'));
    expect(rows(all)).toEqual([near(unit([0 + 5, 2, 1, 1 + 1]))]); // [CLS] + [SEP] + (moon + type 1)
  });

  it('are the own sentence vectors of a model that makes some, whatever its directory says of pooling', async () => {
    const graph = encodeOnnxModel({
      nodes: [
        ...TINY_GRAPH.nodes,
        { op: 'Cast', inputs: ['attention_mask'], outputs: ['mask'], attributes: { to: 1 } },
        { op: 'Unsqueeze', inputs: ['mask', 'last'], outputs: ['weights'] },
        { op: 'Mul', inputs: ['last_hidden_state', 'weights'], outputs: ['masked'] },
        { op: 'ReduceSum', inputs: ['masked', 'second'], outputs: ['sums'], attributes: { keepdims: 0 } },
        { op: 'Mul', inputs: ['sums', 'scale'], outputs: ['sentence_embedding'] },
      ],
      inputs: TINY_GRAPH.inputs,
      outputs: [...TINY_GRAPH.outputs, { name: 'sentence_embedding', type: 'float32', shape: ['texts', 4] }],
      constants: [
        ...(TINY_GRAPH.constants ?? []),
        { name: 'last', shape: [1], data: BigInt64Array.of(2n) },
        { name: 'second', shape: [1], data: BigInt64Array.of(1n) },
        { name: 'scale', shape: [4], data: Float32Array.of(1, 2, 3, 4) },
      ],
    });
    const embedder = await open({ 'model.onnx': graph, '1_Pooling/config.json': { pooling_mode: 'lasttoken' } });
    const all = await embedder.embed(pages('bread', 'bread stars moon'));
    expect(rows(all)).toEqual([near(unit([4, 0, 3, 4])), near(unit([4, 12, 3, 8]))]);
  });
});

describe('the onnx embedder', () => {
  it('gives the same bits in any order of the pages, and to pages that are the same to the model', async () => {
    const embedder = await open();
    const texts = ['bread stars', 'BREAD  stars', 'moon', 'flour oven dough', 'stars', 'bread, bread'];
    const there = rows(await embedder.embed(pages(...texts)));
    const back = rows(await embedder.embed(pages(...texts.toReversed())));
    expect(back.toReversed()).toEqual(there);
    expect(there[1]).toEqual(there[0]);
  });

  it('stops after the batch under way when it is cancelled, and goes on working', async () => {
    const embedder = await open();
    const long = pages(...Array.from({ length: 40 }, (_, i) => 'bread '.repeat(400 + i)));
    const controller = new AbortController();
    const reason = new Error('cancelled');
    const counts: number[] = [];
    const running = embedder.embed(long, {
      signal: controller.signal,
      onProgress: (done) => {
        counts.push(done);
        controller.abort(reason);
      },
    });
    await expect(running).rejects.toBe(reason);
    expect(counts).toHaveLength(1);
    expect(counts[0]).toBeLessThan(long.length);
    expect((await embedder.embed(pages('bread'))).rows).toBe(1);
  });

  it('says so where a page makes the model fail', async () => {
    const table = { name: 'table', shape: [5, 4], data: new Float32Array(20) }; // fewer words than the tokenizer knows
    const embedder = await open({ 'model.onnx': encodeOnnxModel({ ...TINY_GRAPH, constants: [table] }) });
    const error: unknown = await embedder.embed(pages('bread moon')).catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(EmbeddingError);
    expect(error).toMatchObject({
      kind: 'permanent',
      message: expect.stringMatching(/^ONNX_MODEL_DIR .*fails to run \(.*tokenizer\.json its own/),
    });
  });

  it('takes the model from the folder onnx too', async () => {
    const embedder = await open({ 'model.onnx': undefined, 'onnx/model.onnx': encodeOnnxModel(TINY_GRAPH) });
    expect(rows(await embedder.embed(pages('moon')))).toEqual([near(mean('[CLS]', 'moon', '[SEP]'))]);
  });

  it('names its space after the directory and everything in it that decides the vectors', async () => {
    const table = Float32Array.from(Object.values(TABLE).flat(), (x) => x + 1);
    const changed = encodeOnnxModel({ ...TINY_GRAPH, constants: [{ name: 'table', shape: [14, 4], data: table }] });
    const hashes = await Promise.all(
      [
        {},
        {},
        { 'model.onnx': changed },
        { 'tokenizer.json': tinyTokenizer(1) },
        { '1_Pooling/config.json': { pooling_mode: 'cls' } },
        { 'sentence_bert_config.json': { max_seq_length: 9 } },
      ].map(async (files) => {
        const { model } = await open(files);
        expect(model).toMatch(/^onnx:wikitag-model-\w+@[0-9a-f]{12}$/);
        return model.split('@')[1];
      }),
    );
    expect(hashes[1]).toBe(hashes[0]);
    expect(new Set(hashes).size).toBe(5);
  });
});
