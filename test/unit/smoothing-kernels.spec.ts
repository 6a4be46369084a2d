import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { groupProducts } from '../../src/clustering/layers/likeness.js';
import { canonicalRows, unitRows } from '../../src/clustering/smoothing/canonical.js';
import { centreIfSkewed, meanRow } from '../../src/clustering/smoothing/centre.js';
import { expNegative, fuzzyGraph } from '../../src/clustering/smoothing/fuzzy-graph.js';
import { referenceKernels, type SmoothingKernels } from '../../src/clustering/smoothing/kernels.js';
import { nativeKernels } from '../../src/clustering/smoothing/native-kernels.js';
import { principal } from '../../src/clustering/smoothing/principal.js';
import type { Vectors } from '../../src/clustering/types.js';
import { loadAddon } from '../../src/compute/addon.js';
import { nativeGroupProducts, nativeMeanRow } from '../../src/compute/smoothing.js';
import { madeClusters, madeStrangers } from '../support/made-clusters.js';

const native = loadAddon();
const itNative = native.addon === null ? it.skip : it;
const why = native.addon === null ? ` (not run: ${native.reason})` : '';
const cosine = ({ data, dims }: Vectors, a: number, b: number) => {
  let sum = 0;
  for (let j = 0; j < dims; j++) sum += data[a * dims + j] * data[b * dims + j];
  return sum;
};
const greatestDifference = (a: ArrayLike<number>, b: ArrayLike<number>) =>
  Math.max(...Array.from(a, (x, i) => Math.abs(x - b[i])));

describe('canonicalRows', () => {
  it('sorts and deduplicates whatever the order', () => {
    const small = fc.array(fc.tuple(fc.integer({ min: -2, max: 2 }), fc.integer({ min: -2, max: 2 })), {
      maxLength: 20,
    });
    fc.assert(
      fc.property(small, (rows) => {
        const of = (list: typeof rows) =>
          canonicalRows({ data: Float32Array.from(list.flat()), rows: list.length, dims: 2 });
        const one = of(rows);
        const other = of([...rows].reverse());
        expect(other.rows.data).toEqual(one.rows.data);
        expect(other.copies).toEqual(one.copies);
        expect([...other.canonicalOf].reverse()).toEqual([...one.canonicalOf]);
        expect(one.copies.reduce((a, b) => a + b, 0)).toBe(rows.filter(([x, y]) => x !== 0 || y !== 0).length);
      }),
    );
  });
});

describe('native canonicalRows', () => {
  itNative(`gives the same bits, for any number of threads${why}`, async () => {
    const numbers = fc.oneof(fc.integer({ min: -2, max: 2 }), fc.float({ noNaN: true, noDefaultInfinity: true }));
    const tables = fc
      .integer({ min: 1, max: 9 })
      .chain((dims) => fc.array(fc.array(numbers, { minLength: dims, maxLength: dims }), { maxLength: 150 }));
    await fc.assert(
      fc.asyncProperty(tables, fc.constantFrom(1, 2, 4), async (table, threads) => {
        const dims = table[0]?.length ?? 1;
        const vectors = { data: Float32Array.from(table.flat()), rows: table.length, dims };
        expect(await nativeKernels({ threads }).canonical(vectors)).toEqual(canonicalRows(vectors));
      }),
    );
    const made = madeClusters(10, 40, 100);
    expect(await nativeKernels({ threads: 4 }).canonical(made)).toEqual(canonicalRows(made));
  });

  it.each([referenceKernels, ...(native.addon === null ? [] : [nativeKernels({})])])(
    'refuses numbers that are not finite ($backend)',
    async ({ canonical }) => {
      for (const [row, value] of [
        [0, Number.NaN],
        [7, Number.POSITIVE_INFINITY],
        [5000, Number.NEGATIVE_INFINITY],
      ]) {
        const data = new Float32Array(5001 * 3).fill(1e38);
        data[row * 3 + 2] = value;
        await expect(canonical({ data, rows: 5001, dims: 3 })).rejects.toThrow(`row ${row} holds`);
      }
    },
  );
});

describe('native inner products', () => {
  itNative(`are those of TypeScript${why}`, () => {
    const made = unitRows(madeClusters(6, 9, 37));
    const pairs = Int32Array.from({ length: 200 }, (_, i) => (i * 7) % made.rows);
    expect(
      greatestDifference(nativeKernels({}).cosines(made, pairs), referenceKernels.cosines(made, pairs)),
    ).toBeLessThan(1e-12);
    const labels = Int32Array.from({ length: made.rows }, (_, i) => (i % 5) - 1);
    const products = nativeGroupProducts(made, labels, 4);
    expect(products).toHaveLength(16);
    expect(greatestDifference(products, groupProducts(made, labels, 4))).toBeLessThan(1e-10);
    const many = Int32Array.from({ length: made.rows }, (_, i) => i % 40);
    expect(greatestDifference(nativeGroupProducts(made, many, 40), groupProducts(made, many, 40))).toBeLessThan(1e-10);
  });

  itNative(`and the mean row, to the bit${why}`, () => {
    const made = unitRows(madeClusters(6, 9, 37));
    expect(nativeMeanRow(made)).toEqual(meanRow(made));
    expect(() => nativeMeanRow({ ...made, rows: 3 })).toThrow(RangeError);
  });

  itNative(`refuse rows and groups that are not there${why}`, () => {
    const made = unitRows(madeClusters(2, 3, 4));
    expect(() => nativeKernels({}).cosines(made, Int32Array.from([0, 6]))).toThrow(RangeError);
    expect(() => nativeGroupProducts(made, new Int32Array(6).fill(2), 2)).toThrow(RangeError);
  });
});

describe('centreIfSkewed', () => {
  it('takes a shared direction off and leaves balanced rows alone', () => {
    const made = unitRows(madeStrangers(200, 32));
    expect(centreIfSkewed(made).rows).toBe(made);
    const leaning = unitRows({ ...made, data: made.data.map((x, i) => x + (i % 32 === 0 ? 1 : 0)) });
    const { rows } = centreIfSkewed(leaning);
    const mean = rows.data.filter((_, i) => i % 32 === 0).reduce((a, b) => a + b, 0) / 200;
    expect(Math.abs(mean)).toBeLessThan(0.05);
  });
});

describe('expNegative', () => {
  it('is e^-x to within 1e-13 of it', () => {
    fc.assert(
      fc.property(fc.double({ min: 0, max: 700, noNaN: true }), (x) => {
        expect(Math.abs(expNegative(x) / Math.exp(-x) - 1)).toBeLessThan(1e-13);
      }),
    );
    expect(expNegative(0)).toBe(1);
    expect(expNegative(1e300)).toBe(expNegative(700));
  });
});

describe('fuzzyGraph', () => {
  it('makes the directed weights of a row sum to log2(k + 1)', () => {
    // Row 0 alone has neighbours that do not have it: its weights stay as they were.
    const distances = fc.array(fc.double({ min: 0.05, max: 1.9, noNaN: true }), { minLength: 3, maxLength: 14 });
    fc.assert(
      fc.property(distances, (given) => {
        const k = given.length;
        const rows = k + 2;
        const index = Int32Array.from({ length: rows * k }, (_, at) => {
          const [i, r] = [Math.floor(at / k), at % k];
          return i === 0 ? r + 1 : 1 + ((i + r) % (rows - 1)); // any other than itself and row 0
        });
        const own = Float64Array.from(given).sort();
        const distance = Float64Array.from({ length: rows * k }, (_, at) => own[at % k]);
        const { start, weight } = fuzzyGraph({ k, index, distance });
        const sum = weight.subarray(start[0], start[1]).reduce((total, w) => total + w, 0);
        const gap = (own[k - 1] ** 2 - own[1] ** 2) / 2;
        if (gap < 0.05) return; // nearly equal ones need a steeper fall than is allowed
        expect(sum).toBeGreaterThanOrEqual(Math.log2(k + 1) - 1e-9);
        if (own[1] ** 2 - own[0] ** 2 > 0.05) expect(sum).toBeLessThanOrEqual(Math.log2(k + 1) + 1e-6);
      }),
    );
  });

  it('is symmetric, and a row of directed weights sums to log2(k + 1)', async () => {
    const neighbours = await referenceKernels.neighbours(unitRows(madeClusters(3, 10, 16)), 6);
    const { start, column, weight } = fuzzyGraph(neighbours);
    const at = (i: number, j: number) => {
      for (let e = start[i]; e < start[i + 1]; e++) if (column[e] === j) return weight[e];
      return 0;
    };
    for (let i = 0; i < 30; i++) {
      for (let e = start[i]; e < start[i + 1]; e++) {
        expect(at(column[e], i)).toBe(weight[e]);
        expect(weight[e]).toBeGreaterThan(0);
        expect(weight[e]).toBeLessThanOrEqual(1);
      }
      expect(at(i, neighbours.index[i * 6])).toBeCloseTo(1, 12); // the nearest one counts in full
    }
  });
});

describe('shift', () => {
  it('draws the rows of a cluster together', async () => {
    const made = unitRows(madeClusters(3, 12, 32));
    let rows: Vectors = made;
    for (let step = 0; step < 4; step++)
      rows = await referenceKernels.shift(rows, await referenceKernels.neighbours(rows, 8));
    expect(cosine(rows, 0, 3)).toBeGreaterThan(cosine(made, 0, 3) + 0.2); // rows 0 and 3 are of one topic
  });

  itNative(`natively gives the same rows and neighbours${why}`, async () => {
    for (const [topics, size, dims, k] of [
      [3, 10, 16, 5],
      [5, 20, 70, 14],
      [1, 2, 3, 9],
    ]) {
      const made = unitRows(madeClusters(topics, size, dims));
      const near = await referenceKernels.neighbours(made, k);
      const slow = await referenceKernels.shift(made, near);
      for (const threads of [1, 2, 4]) {
        const kernels = nativeKernels({ threads });
        expect(await kernels.neighbours(made, k)).toEqual(near);
        expect(greatestDifference((await kernels.shift(made, near)).data, slow.data)).toBeLessThan(1e-6);
      }
    }
  });

  itNative(`refuses neighbours that are not among the rows${why}`, async () => {
    const made = unitRows(madeClusters(2, 3, 4));
    const near = await referenceKernels.neighbours(made, 2);
    const broken = { ...near, index: near.index.map((j, at) => (at === 5 ? 6 : j)) };
    await expect(nativeKernels({}).shift(made, broken)).rejects.toThrow('not among the rows');
    await expect(nativeKernels({}).shift(made, { ...near, k: 3 })).rejects.toThrow(RangeError);
  });
});

describe('principal', () => {
  it('keeps all that lies in a subspace', () => {
    const low = unitRows(madeStrangers(300, 6));
    const data = new Float32Array(300 * 40);
    for (let i = 0; i < 300; i++) data.set(low.data.subarray(i * 6, i * 6 + 6), i * 40 + 11);
    const mean = low.data.reduce((sums, x, i) => {
      sums[i % 6] += x / 300;
      return sums;
    }, new Float64Array(6));
    const expected = unitRows({ ...low, data: low.data.map((x, i) => x - mean[i % 6]) });
    const kept = principal({ data, rows: 300, dims: 40 }, 8); // two columns more than there are directions
    for (let i = 1; i < 300; i++) expect(cosine(kept, i, i - 1)).toBeCloseTo(cosine(expected, i, i - 1), 5);
  });

  itNative(`natively gives the same rows, for any number of threads${why}`, async () => {
    const made = unitRows(madeClusters(20, 15, 90, 0.8));
    const slow = principal(made, 20);
    const fast = await nativeKernels({ threads: 1 }).principal(made, 20);
    expect(greatestDifference(fast.data, slow.data)).toBeLessThan(1e-3);
    expect((await nativeKernels({ threads: 4 }).principal(made, 20)).data).toEqual(fast.data);
  });
});

describe('native kernels', () => {
  itNative(`stop within a step, with the reason of the abort${why}`, async () => {
    const made = unitRows(madeStrangers(6000, 200));
    const near = { k: 1, index: new Int32Array(6000), distance: new Float64Array(6000) };
    const steps: ((kernels: SmoothingKernels) => Promise<unknown>)[] = [
      (kernels) => kernels.principal(made, 100),
      (kernels) => kernels.neighbours(made, 14),
      (kernels) => kernels.shift(made, near),
      (kernels) => kernels.cluster(made, 5, near),
    ];
    for (const step of steps) {
      const controller = new AbortController();
      const running = step(nativeKernels({ threads: 1, signal: controller.signal }));
      controller.abort(new Error('enough'));
      await expect(running).rejects.toThrow('enough');
    }
  });
});
