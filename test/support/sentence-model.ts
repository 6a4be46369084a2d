import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { encodeOnnxModel, type OnnxGraph } from '../../src/compute/onnx-model.js';

/** The tiny model's vocabulary with its vectors: the test's own hand calculation reads the same table. */
export const TABLE: Readonly<Record<string, readonly [number, number, number, number]>> = {
  '[PAD]': [9, -9, 9, -9], // would be seen at once in a mean that counts padding
  '[UNK]': [0, 0, 0, 0.5],
  '[CLS]': [0, 0, 1, 0],
  '[SEP]': [0, 0, 0, 1],
  bread: [4, 0, 0, 0],
  flour: [3, 0, 1, 0],
  oven: [2, 0, 0, 1],
  dough: [3, 1, 0, 0],
  stars: [0, 4, 0, 0],
  telescope: [0, 3, 1, 0],
  moon: [0, 2, 0, 1],
  '##s': [0, 0, 2, 0],
  天: [0, 1, 0, 2],
  文: [1, 1, 1, 1],
};
const WORDS = Object.keys(TABLE);
const DIMS = 4;

const IDS = { name: 'input_ids', type: 'int64', shape: ['texts', 'tokens'] } as const;
const MASK = { ...IDS, name: 'attention_mask' } as const;
export const TYPES = { ...IDS, name: 'token_type_ids' } as const;

/** `last_hidden_state`: each token's row of the table. */
export const TINY_GRAPH: OnnxGraph = {
  nodes: [{ op: 'Gather', inputs: ['table', 'input_ids'], outputs: ['last_hidden_state'] }],
  inputs: [IDS, MASK],
  outputs: [{ name: 'last_hidden_state', type: 'float32', shape: ['texts', 'tokens', DIMS] }],
  constants: [{ name: 'table', shape: [WORDS.length, DIMS], data: Float32Array.from(Object.values(TABLE).flat()) }],
};

/** A WordPiece tokenizer as tokenizer.json has it: lower case, Chinese by character, [CLS] text [SEP]. */
export function tinyTokenizer(textType = 0): object {
  const special = (id: string) => ({ SpecialToken: { id, type_id: 0 } });
  return {
    version: '1.0',
    added_tokens: WORDS.slice(0, 4).map((content, id) => ({ id, content, special: true, normalized: false })),
    normalizer: {
      type: 'BertNormalizer',
      clean_text: true,
      handle_chinese_chars: true,
      strip_accents: null,
      lowercase: true,
    },
    pre_tokenizer: { type: 'BertPreTokenizer' },
    post_processor: {
      type: 'TemplateProcessing',
      single: [special('[CLS]'), { Sequence: { id: 'A', type_id: textType } }, special('[SEP]')],
      pair: [],
    },
    decoder: { type: 'WordPiece', prefix: '##', cleanup: true },
    model: {
      type: 'WordPiece',
      unk_token: '[UNK]',
      continuing_subword_prefix: '##',
      max_input_chars_per_word: 100,
      vocab: Object.fromEntries(WORDS.map((word, id) => [word, id])),
    },
  };
}

export interface ModelFolder {
  readonly path: string;
  remove(): void;
}

/**
 * A sentence-transformer directory with the tiny model.
 * @param files instead of or beside the usual ones; an object is written as JSON, undefined leaves the file out
 */
export function modelFolder(
  files: Readonly<Record<string, object | string | Uint8Array | undefined>> = {},
): ModelFolder {
  const path = mkdtempSync(join(tmpdir(), 'wikitag-model-'));
  const all = { 'model.onnx': encodeOnnxModel(TINY_GRAPH), 'tokenizer.json': tinyTokenizer(), ...files };
  for (const [name, content] of Object.entries(all)) {
    if (content === undefined) continue;
    mkdirSync(dirname(join(path, name)), { recursive: true });
    const plain = typeof content === 'string' || content instanceof Uint8Array;
    writeFileSync(join(path, name), plain ? content : JSON.stringify(content));
  }
  return { path, remove: () => rmSync(path, { recursive: true }) };
}
