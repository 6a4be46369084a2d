import { describe, expect, it } from '@jest/globals';
import { adjustedRand } from '../../benchmarks/adjusted-rand.js';
import { cluster } from '../../src/clustering/cluster.js';
import { bruteForce } from '../../src/clustering/distance/brute-force.js';
import { refine } from '../../src/clustering/distance/refine.js';
import { hdbscan } from '../../src/clustering/hdbscan/hdbscan.js';
import { referenceKernels } from '../../src/clustering/smoothing/kernels.js';
import { nativeKernels } from '../../src/clustering/smoothing/native-kernels.js';
import type { Vectors } from '../../src/clustering/types.js';
import { loadAddon } from '../../src/compute/addon.js';
import { nativeHdbscan } from '../../src/compute/clustering.js';
import { madeClusters, madeStrangers, pick } from '../support/made-clusters.js';
import { madeVectors, shuffledOrder } from '../support/vectors.js';

const loaded = loadAddon();
const itNative = loaded.addon === null ? it.skip : it;
const why = loaded.addon === null ? ` (not run: ${loaded.reason})` : '';
const backends = loaded.addon === null ? (['js'] as const) : (['js', 'native'] as const);

const PLAIN = { minClusterSize: 5, minSamples: 5, selection: 'eom', allowSingleCluster: false, ties: 'rows' } as const;
const STORED = { storedBytes: 1.6e9, exactRows: 1e6 };
const PASSES = { storedBytes: 0, exactRows: 1e6 };

/** Made clusters with their last row stored `copies` times, in shuffled order; and the same with it once. */
function withDuplicates(topics: number, size: number, dims: number, copies: number) {
  const made = madeClusters(topics, size, dims, 0.7);
  const last = made.rows - 1;
  const order = shuffledOrder(last + copies, 5).map((row) => Math.min(row, last));
  const at = (row: number) => order.indexOf(row);
  return {
    vectors: pick(made, order),
    once: made,
    same: order.flatMap((row, at) => (row === last ? [at] : [])),
    /** Labels of the rows of `once`, taken from those of `vectors`. */
    ofOnce: (labels: Int32Array) => Array.from({ length: made.rows }, (_, row) => labels[at(row)]),
  };
}

const greatestDifference = (a: ArrayLike<number>, b: ArrayLike<number>) =>
  Array.from(a, (x, i) => Math.abs(x - b[i])).reduce((most, d) => Math.max(most, d), 0);

function expectSound(found: { probabilities: ArrayLike<number>; outlierScores: ArrayLike<number> }) {
  for (const values of [found.probabilities, found.outlierScores])
    expect(Array.from(values).every((value) => value >= 0 && value <= 1)).toBe(true); // NaN is neither
}

describe('many exact duplicates', () => {
  itNative(`54 among 1,900 rows: as the readable engine${why}`, async () => {
    const { vectors } = withDuplicates(74, 25, 12, 54);
    expect(vectors.rows).toBeGreaterThan(1890);
    const expected = hdbscan(vectors, PLAIN);
    for (const path of [STORED, PASSES])
      expect(await nativeHdbscan(vectors, { ...PLAIN, ...path })).toMatchObject({ ...expected });
  });

  const clustersOf = (labels: ArrayLike<number>) => new Set(Array.from(labels).filter((label) => label >= 0)).size;

  itNative.each(['hdbscan', 'auto'] as const)(
    `541 among 19,000 rows are in one cluster, and the others keep theirs (%s)${why}`,
    async (method) => {
      const { vectors, once, same, ofOnce } = withDuplicates(738, 25, 32, 541);
      expect([vectors.rows, same.length]).toEqual([18_990, 541]);
      const run = (of: Vectors) => cluster(of, { method, backend: 'native' });
      const [found, expected] = [await run(vectors), await run(once)];
      expectSound(found);
      expect(clustersOf(same.map((row) => found.labels[row]))).toBe(1);
      expect(Math.min(...same.map((row) => found.labels[row]))).toBeGreaterThanOrEqual(0);
      expect(clustersOf(expected.labels)).toBeGreaterThan(400);
      expect(Math.abs(clustersOf(found.labels) / clustersOf(expected.labels) - 1)).toBeLessThan(0.05);
      expect(adjustedRand(ofOnce(found.labels), [...expected.labels])).toBeGreaterThan(0.95);
    },
  );
});

describe('dims', () => {
  itNative(`3,072: plain HDBSCAN* has the bits of the readable engine${why}`, async () => {
    const vectors = madeVectors(150, 3072, 4);
    const expected = hdbscan(vectors, PLAIN);
    expect(expected.persistence.length).toBeGreaterThan(1);
    for (const path of [STORED, PASSES])
      expect(await nativeHdbscan(vectors, { ...PLAIN, ...path })).toMatchObject({ ...expected });
  });

  it.each(backends)('3,072: the default method finds the topics (%s)', async (backend) => {
    const made = madeClusters(6, 20, 3072);
    const found = await cluster(made, { method: 'auto', backend });
    expectSound(found);
    expect(adjustedRand(made.truth, [...found.labels])).toBe(1);
  });

  // Around the widths of lanes (8), of kernel tiles (6, 8), of panels (16) and of blocks of rows (96).
  itNative.each([
    [5, 1],
    [95, 7],
    [96, 9],
    [97, 15],
    [101, 17],
    [191, 47],
    [193, 97],
    [130, 129],
    [130, 385],
  ])(`%i rows x %i: every native step as its readable twin${why}`, async (rows, dims) => {
    const vectors = madeVectors(rows, dims, rows + dims);
    const native = nativeKernels({ threads: 2 });
    const canonical = await native.canonical(vectors);
    expect(canonical).toEqual(await referenceKernels.canonical(vectors));
    const x = canonical.rows;
    const k = Math.min(14, x.rows - 1);
    if (k < 1) return; // one direction: there is nothing to search
    const near = await native.neighbours(x, k);
    expect(near).toEqual(refine(x, bruteForce(x, k), k));
    const shifted = await native.shift(x, near);
    expect(greatestDifference(shifted.data, (await referenceKernels.shift(x, near)).data)).toBeLessThan(1e-5);
    expect(await native.refresh(shifted, near)).toEqual(await referenceKernels.refresh(shifted, near));
    expect(await native.cluster(x, 3, near)).toEqual(await referenceKernels.cluster(x, 3, near));
    const { timings: _, approximate: __, ...found } = await nativeHdbscan(vectors, { ...PLAIN, ...PASSES });
    expect(found).toEqual(hdbscan(vectors, PLAIN));
  });
});

describe.each(backends)('the default method on %s', (backend) => {
  const auto = (vectors: Vectors) => cluster(vectors, { method: 'auto', backend });

  it.each([1, 2, 3])('calls %i rows without anything in common outliers', async (rows) => {
    const found = await auto(madeStrangers(rows, 24));
    expect([...found.labels]).toEqual(new Array(rows).fill(-1));
    expect(found.clusters).toEqual([]);
    expectSound(found);
  });

  it.each([1, 2, 3, 40])('calls %i zero rows outliers: they have no direction', async (rows) => {
    const found = await auto({ data: new Float32Array(rows * 24), rows, dims: 24 });
    expect([...found.labels]).toEqual(new Array(rows).fill(-1));
    expect([...found.outlierScores]).toEqual(new Array(rows).fill(1));
    expect(found.clusters).toEqual([]);
  });

  it.each([NaN, Infinity, -Infinity])('refuses %p and names the row', async (bad) => {
    const vectors = madeVectors(60, 24, 3);
    vectors.data[24 * 41 + 5] = bad;
    await expect(auto(vectors)).rejects.toThrow(/row 41 holds/);
  });

  it('heeds the byte offset of a subarray', async () => {
    const made = madeClusters(6, 20, 30);
    const larger = new Float32Array(made.data.length + 3).fill(100);
    larger.set(made.data, 3);
    const found = await auto({ ...made, data: larger.subarray(3) });
    const expected = await auto(made);
    expect(found.labels).toEqual(expected.labels);
    expect(found.outlierScores).toEqual(expected.outlierScores);
  });
});
