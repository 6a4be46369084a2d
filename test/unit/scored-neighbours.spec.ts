import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { bruteForce } from '../../src/clustering/distance/brute-force.js';
import { refine } from '../../src/clustering/distance/refine.js';
import type { ScoreEngine } from '../../src/clustering/distance/score-engine.js';
import { scoredNeighbours } from '../../src/clustering/distance/scored-neighbours.js';
import { scoredRows } from '../../src/clustering/distance/scored-rows.js';
import type { Vectors } from '../../src/clustering/types.js';
import { madeVectors, randomNumbers, vectorsOf } from '../support/vectors.js';

const TF32 = 2 ** -11;

/** Cut to the 10 bits after the point that TF32 keeps. */
function cutToTf32(numbers: Float32Array): Float32Array {
  const cut = numbers.slice();
  const bits = new Uint32Array(cut.buffer);
  for (let i = 0; i < bits.length; i++) bits[i] &= 0xffffe000;
  return cut;
}

/** A fake of a GPU: products of factors cut to TF32, summed in float32. Counts what is asked of it. */
function fakeGpu(limits: { largestTensor: number; scoresAtOnce: number }, factorError = 2 * TF32) {
  const asked = { calls: 0, largest: 0, widest: 0 };
  const engine: ScoreEngine = {
    factorError,
    ...limits,
    lowest: async (queries, table, width) => {
      const { rows, dims } = table;
      const count = queries.length / dims;
      asked.calls++;
      asked.largest = Math.max(asked.largest, queries.length, table.data.length, count * rows);
      asked.widest = Math.max(asked.widest, width);
      const a = cutToTf32(queries);
      const b = cutToTf32(table.data);
      const value = new Float32Array(count * width);
      const index = new Int32Array(count * width);
      for (let q = 0; q < count; q++) {
        const scores = Array.from({ length: rows }, (_, j) => {
          let sum = 0;
          for (let c = 0; c < dims; c++) sum = Math.fround(sum + Math.fround(a[q * dims + c] * b[j * dims + c]));
          return Math.fround(table.offset[j] - 2 * sum);
        });
        const last = Float32Array.from(scores).sort()[width - 1];
        const order = scores.flatMap((score, j) => (score <= last ? j : [])).sort((i, j) => scores[i] - scores[j]);
        for (let c = 0; c < width; c++) {
          value[q * width + c] = scores[order[c]];
          index[q * width + c] = order[c];
        }
      }
      return { value, index };
    },
  };
  return { engine, asked };
}

const ROOMY = { largestTensor: 2 ** 25, scoresAtOnce: 2 ** 25 };
const nothing = () => undefined;
const truth = (vectors: Vectors, k: number) => refine(vectors, bruteForce(vectors, k), k);

describe('scoredNeighbours, on a fake GPU with TF32', () => {
  it('holds the true neighbours of any rows, duplicates and near-duplicates among them', async () => {
    const made = fc.record({
      rows: fc.integer({ min: 2, max: 90 }),
      dims: fc.integer({ min: 1, max: 12 }),
      seed: fc.integer(),
      k: fc.integer({ min: 1, max: 12 }),
      spread: fc.constantFrom(1, 1e-4, 1e-7),
    });
    await fc.assert(
      fc.asyncProperty(made, async ({ rows, dims, seed, k: wanted, spread }) => {
        const k = Math.min(wanted, rows - 1);
        const { data } = madeVectors(rows, dims, seed);
        const vectors = { data: data.map((value) => 1 + value * spread), rows, dims };
        const found = await scoredNeighbours(fakeGpu(ROOMY).engine, vectors, k, nothing);
        expect(refine(vectors, found, k)).toEqual(truth(vectors, k));
      }),
      { numRuns: 60 },
    );
  });

  it('loses neighbours where the engine claims to be more exact than it is: the bound is what finds them', async () => {
    const next = randomNumbers(3);
    const vectors = vectorsOf(
      Array.from({ length: 120 }, () => Array.from({ length: 8 }, (_, c) => c + 1e-3 * next())).concat([
        new Array(8).fill(-50),
      ]),
    );
    const found = await scoredNeighbours(fakeGpu(ROOMY).engine, vectors, 5, nothing);
    expect(refine(vectors, found, 5)).toEqual(truth(vectors, 5));
    const boasting = await scoredNeighbours(fakeGpu(ROOMY, 0).engine, vectors, 5, nothing);
    expect(refine(vectors, boasting, 5)).not.toEqual(truth(vectors, 5));
  });

  it('asks in blocks that fit, and finds the same', async () => {
    const vectors = madeVectors(230, 9, 5);
    const small = fakeGpu({ largestTensor: 700, scoresAtOnce: 500 });
    const found = await scoredNeighbours(small.engine, vectors, 7, nothing);
    expect(refine(vectors, found, 7)).toEqual(truth(vectors, 7));
    expect(small.asked.largest).toBeLessThanOrEqual(700);
    expect(small.asked.calls).toBeGreaterThan(100);
  });

  it('compares all rows where a group is too large for the widest pass', async () => {
    // 400 rows within 1e-4 of each other, and one far away that takes the scale
    const next = randomNumbers(4);
    const rows = Array.from({ length: 400 }, () => [next() * 1e-4, next() * 1e-4]);
    const vectors = vectorsOf([...rows, [900, 900]]);
    const { engine, asked } = fakeGpu(ROOMY);
    const found = await scoredNeighbours(engine, vectors, 3, nothing);
    expect(asked.widest).toBeLessThan(400);
    expect(refine(vectors, found, 3)).toEqual(truth(vectors, 3));
  });

  it('stops at a checkpoint between two blocks', async () => {
    const { engine, asked } = fakeGpu({ largestTensor: 2 ** 20, scoresAtOnce: 1000 });
    const stop = () => {
      if (asked.calls === 2) throw new Error('enough');
    };
    await expect(scoredNeighbours(engine, madeVectors(100, 4, 1), 3, stop)).rejects.toThrow('enough');
    expect(asked.calls).toBe(2);
  });
});

describe('scoredRows', () => {
  it('bounds |b|^2 - 2ab from below by the score and from above by score and slack, for float32 products', () => {
    fc.assert(
      fc.property(fc.integer(), fc.integer({ min: 1, max: 200 }), (seed, dims) => {
        const vectors = madeVectors(12, dims, seed);
        const scored = scoredRows(vectors, 0);
        // in units of the scale: the longest centred row has length 1
        const exact = centredAndScaled(vectors);
        for (let i = 0; i < 12; i++) {
          for (let j = 0; j < 12; j++) {
            let product = 0;
            for (let c = 0; c < scored.dims; c++) {
              const term = Math.fround(scored.queries[i * scored.dims + c] * scored.table[j * scored.dims + c]);
              product = Math.fround(product + term);
            }
            const score = Math.fround(scored.offset[j] - 2 * product);
            const value = exact[j].reduce((sum, b, c) => sum + b * b - 2 * exact[i][c] * b, 0);
            expect(score).toBeLessThanOrEqual(value);
            expect(score + scored.slack(i, j)).toBeGreaterThanOrEqual(value);
          }
        }
      }),
      { numRuns: 50 },
    );
  });
});

function centredAndScaled({ data, rows, dims }: Vectors): number[][] {
  const table = Array.from({ length: rows }, (_, i) => [...data.subarray(i * dims, (i + 1) * dims)]);
  const mean = Array.from({ length: dims }, (_, c) => table.reduce((sum, row) => sum + row[c], 0) / rows);
  const centred = table.map((row) => row.map((value, c) => value - mean[c]));
  const longest = Math.max(...centred.map((row) => Math.hypot(...row))) || 1;
  return centred.map((row) => row.map((value) => value / longest));
}
