import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { batchesByLength } from '../../src/embedding/onnx/batches.js';
import { pool } from '../../src/embedding/onnx/pooling.js';

const tokens = (ids: readonly number[]) => ({ ids: Int32Array.from(ids), types: new Int32Array(ids.length) });
const someTexts = fc.array(fc.array(fc.integer({ min: 0, max: 3 }), { maxLength: 12 }), { maxLength: 40 });

describe('batchesByLength', () => {
  it('puts every text with tokens into one batch, once, with all inputs that read so', () => {
    fc.assert(
      fc.property(someTexts, (texts) => {
        const batches = batchesByLength(texts.map(tokens), 24);
        const seen: number[] = [];
        for (const { texts: own, inputs } of batches) {
          expect(own.length).toBe(inputs.length);
          inputs.forEach((same, row) => {
            seen.push(...same);
            for (const input of same) expect([...own[row].ids]).toEqual(texts[input]);
          });
        }
        expect(seen.toSorted((a, b) => a - b)).toEqual(texts.flatMap((text, i) => (text.length > 0 ? [i] : [])));
        const keys = batches.flatMap(({ texts: own }) => own.map(({ ids }) => ids.join()));
        expect(new Set(keys).size).toBe(keys.length);
      }),
    );
  });

  it('keeps to the limit with padding counted, and packs the longest first', () => {
    fc.assert(
      fc.property(someTexts, (texts) => {
        const batches = batchesByLength(texts.map(tokens), 24);
        for (const { texts: own } of batches) expect(own.length * own[0].ids.length).toBeLessThanOrEqual(24);
        const lengths = batches.flatMap(({ texts: own }) => own.map(({ ids }) => ids.length));
        expect(lengths).toEqual(lengths.toSorted((a, b) => b - a));
      }),
    );
  });

  it('gives a text over the limit a batch of its own', () => {
    expect(batchesByLength([tokens([1, 2, 3]), tokens([1, 2, 3, 4])], 2).map((b) => b.inputs)).toEqual([[[1]], [[0]]]);
  });

  it('makes the same batches of any order of the texts', () => {
    fc.assert(
      fc.property(someTexts, (texts) => {
        const ids = (some: readonly number[][]) =>
          batchesByLength(some.map(tokens), 24).map((batch) => batch.texts.map((text) => text.ids.join()));
        expect(ids(texts.toReversed())).toEqual(ids(texts));
      }),
    );
  });
});

describe('pool', () => {
  const vectors = Float32Array.of(1, 2, 3, 4, 100, 100, 5, 6, 7, 8, 9, 10); // 2 texts x 3 tokens x 2 dims

  it('means over the tokens that are no padding', () => {
    expect([...pool(vectors, [2, 3], 3, 2, 'mean')]).toEqual([2, 3, 7, 8]);
  });

  it('takes the first token for cls', () => {
    expect([...pool(vectors, [2, 3], 3, 2, 'cls')]).toEqual([1, 2, 5, 6]);
  });
});
