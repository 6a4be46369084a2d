import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { loadAddon } from '../../src/compute/addon.js';
import { nativeTruncatedSvd, type SparseMatrix, type SvdOptions, type TruncatedSvd } from '../../src/compute/lsa.js';
import { symmetricEigen } from '../../src/embedding/lsa/dense.js';
import { truncatedSvd } from '../../src/embedding/lsa/truncated-svd.js';

const OPTIONS: SvdOptions = { rank: 5, oversampling: 8, iterations: 4, seed: 1 };
const { addon } = loadAddon();
const withAddon = addon ? it : (name: string, _: unknown) => it.skip(`${name}: the addon is not built here`, () => {});

/** Random rows over `cols` terms, each with some of the terms of one of `topics` blocks: a falling spectrum. */
function madeMatrix(rows: number, cols: number, topics: number, seed: number): SparseMatrix {
  let state = seed;
  const random = () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 32;
  };
  return sparse(
    Array.from({ length: rows }, (_, i) =>
      Array.from({ length: cols }, (__, j) =>
        j % topics === i % topics ? (random() < 0.5 ? 1 + random() : 0) : random() < 0.05 ? random() : 0,
      ),
    ),
  );
}

function sparse(dense: readonly (readonly number[])[]): SparseMatrix {
  const rowStart = [0];
  const indices: number[] = [];
  const values: number[] = [];
  for (const row of dense) {
    row.forEach((value, j) => {
      if (value !== 0) {
        indices.push(j);
        values.push(value);
      }
    });
    rowStart.push(indices.length);
  }
  return {
    rows: dense.length,
    cols: dense[0]?.length ?? 0,
    rowStart: Uint32Array.from(rowStart),
    indices: Uint32Array.from(indices),
    values: Float32Array.from(values),
  };
}

/** A A^T, exactly. */
function similarities({ rows, cols, rowStart, indices, values }: SparseMatrix): Float64Array {
  const dense = Array.from({ length: rows }, (_, i) => {
    const row = new Float64Array(cols);
    for (let e = rowStart[i]; e < rowStart[i + 1]; e++) row[indices[e]] += values[e];
    return row;
  });
  return Float64Array.from({ length: rows * rows }, (_, at) => {
    const other = dense[at % rows];
    return dense[Math.floor(at / rows)].reduce((sum, x, c) => sum + x * other[c], 0);
  });
}

const product = ({ scores, rank }: TruncatedSvd, i: number, j: number) => {
  let sum = 0;
  for (let c = 0; c < rank; c++) sum += scores[i * rank + c] * scores[j * rank + c];
  return sum;
};

/** Every implementation against the exact eigenvalues of A A^T. */
function checksOut(matrix: SparseMatrix, svd: TruncatedSvd, wanted: number, tolerance: number): void {
  const { values } = symmetricEigen(similarities(matrix), matrix.rows);
  expect(svd.rank).toBe(Math.min(wanted, values.filter((value) => value > values[0] * 1e-6).length));
  for (let c = 0; c < svd.rank; c++)
    expect(Math.abs(svd.singular[c] - Math.sqrt(values[c]))).toBeLessThan(tolerance * svd.singular[0]);
}

describe('truncated SVD', () => {
  it('finds the singular values of a matrix in TypeScript', () => {
    const matrix = madeMatrix(60, 90, 6, 7);
    checksOut(matrix, truncatedSvd(matrix, OPTIONS), 5, 1e-3);
  });

  it('is exact where the range finder holds the whole space', () => {
    const matrix = madeMatrix(12, 30, 3, 3);
    const svd = truncatedSvd(matrix, { ...OPTIONS, rank: 12 });
    const exact = similarities(matrix);
    for (let i = 0; i < 12; i++)
      for (let j = 0; j < 12; j++) expect(product(svd, i, j)).toBeCloseTo(exact[i * 12 + j], 4);
  });

  withAddon('finds the same in the addon as in TypeScript', async () => {
    for (const [rows, cols, topics] of [
      [60, 90, 6],
      [200, 31, 4],
      [33, 400, 5],
      [300, 300, 40],
    ] as const) {
      const matrix = madeMatrix(rows, cols, topics, rows);
      const options = { ...OPTIONS, rank: Math.min(topics, 9) };
      const [slow, fast] = [truncatedSvd(matrix, options), await nativeTruncatedSvd(addon!, matrix, options)];
      expect(fast.rank).toBe(slow.rank);
      for (let c = 0; c < fast.rank; c++) expect(fast.singular[c]).toBeCloseTo(slow.singular[c], 3);
      for (let i = 0; i < rows; i += 7)
        for (let j = 0; j < rows; j += 11) expect(product(fast, i, j)).toBeCloseTo(product(slow, i, j), 2);
    }
  });

  withAddon('agrees on any matrix, also of low rank, with zero rows and columns, and empty', async () => {
    const value = fc.oneof(
      { weight: 3, arbitrary: fc.constant(0) },
      { weight: 2, arbitrary: fc.integer({ min: 1, max: 4 }) },
    );
    const matrices = fc
      .tuple(fc.integer({ min: 1, max: 12 }), fc.integer({ min: 1, max: 12 }))
      .chain(([rows, cols]) =>
        fc.array(fc.array(value, { minLength: cols, maxLength: cols }), { minLength: rows, maxLength: rows }),
      );
    await fc.assert(
      fc.asyncProperty(matrices, async (dense) => {
        const matrix = sparse(dense);
        const options = { ...OPTIONS, rank: 12 };
        const exact = similarities(matrix);
        for (const svd of [truncatedSvd(matrix, options), await nativeTruncatedSvd(addon!, matrix, options)]) {
          expect(svd.scores).toHaveLength(matrix.rows * svd.rank);
          exact.forEach((similarity, at) => {
            const found = product(svd, Math.floor(at / matrix.rows), at % matrix.rows);
            expect(Math.abs(found - similarity)).toBeLessThan(1e-3 * (1 + Math.abs(similarity)));
          });
        }
      }),
      { numRuns: 150, seed: 20 },
    );
  });

  withAddon('gives the same bits for any number of threads', async () => {
    const matrix = madeMatrix(400, 500, 20, 5);
    const options = { ...OPTIONS, rank: 40 };
    const one = await nativeTruncatedSvd(addon!, matrix, options, { threads: 1 });
    for (const threads of [2, 3, 7])
      expect(await nativeTruncatedSvd(addon!, matrix, options, { threads })).toEqual(one);
  });

  withAddon('reads a matrix that lies in the middle of a buffer', async () => {
    const matrix = madeMatrix(30, 40, 3, 9);
    const values = new Float32Array(matrix.values.length + 3);
    values.set(matrix.values, 3);
    const moved = { ...matrix, values: values.subarray(3) };
    expect(await nativeTruncatedSvd(addon!, moved, OPTIONS)).toEqual(await nativeTruncatedSvd(addon!, matrix, OPTIONS));
  });

  withAddon('refuses what is not a matrix before the addon sees it', async () => {
    const good = madeMatrix(4, 5, 2, 1);
    const bad: Partial<SparseMatrix>[] = [
      { rows: 5 },
      { cols: 2 },
      { rowStart: Uint32Array.of(0, 3, 1, 4, good.indices.length) },
      { values: good.values.subarray(1) },
      { values: good.values.map(() => Number.NaN) },
      { values: good.values.map(() => Number.POSITIVE_INFINITY) },
    ];
    for (const change of bad)
      await expect(nativeTruncatedSvd(addon!, { ...good, ...change }, OPTIONS)).rejects.toThrow(RangeError);
    await expect(nativeTruncatedSvd(addon!, good, { ...OPTIONS, rank: 1.5 })).rejects.toThrow(RangeError);
  });

  withAddon('stops with the reason of its signal', async () => {
    const matrix = madeMatrix(900, 900, 30, 2);
    const controller = new AbortController();
    const reason = new Error('cancelled');
    const running = nativeTruncatedSvd(
      addon!,
      matrix,
      { ...OPTIONS, rank: 200, iterations: 4000 },
      { signal: controller.signal },
    );
    controller.abort(reason);
    await expect(running).rejects.toBe(reason); // all 4,000 iterations would run into the test's time limit
  });
});
