import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { adjustedRand } from '../../benchmarks/adjusted-rand.js';
import { readVectors } from '../../src/clustering/files.js';
import type { HdbscanParams } from '../../src/clustering/hdbscan/hdbscan.js';
import type { Vectors } from '../../src/clustering/types.js';
import { loadAddon } from '../../src/compute/addon.js';
import { nativeHdbscan, nativeNeighbours } from '../../src/compute/clustering.js';
import { madeClusters, madeStrangers } from '../support/made-clusters.js';
import { madeVectors, randomNumbers, reordered, shuffledOrder, vectorsOf } from '../support/vectors.js';

const loaded = loadAddon();
const suite = loaded.addon === null ? describe.skip : describe;
const SHARED = fileURLToPath(new URL('../../../../shared/data/', import.meta.url)); // beside the checkout

type Params = Required<HdbscanParams>;
const DEFAULTS: Params = {
  minClusterSize: 5,
  minSamples: 5,
  selection: 'eom',
  allowSingleCluster: false,
  ties: 'rows',
};

async function run(vectors: Vectors, params: Params, path: object, threads = 2) {
  const { timings: _, ...found } = await nativeHdbscan(vectors, { ...params, ...path } as never, { threads });
  return found;
}
/** All distances in memory: what hdbscan-native.spec.ts holds against the TypeScript reference. */
const stored = (vectors: Vectors, params = DEFAULTS) => run(vectors, params, { storedBytes: 1e9, exactRows: 1e6 });
const passes = (vectors: Vectors, params = DEFAULTS, threads = 2, more: object = {}) =>
  run(vectors, params, { storedBytes: 0, exactRows: 1e6, ...more }, threads);
const approximate = (vectors: Vectors, params = DEFAULTS, threads = 2, more: object = {}) =>
  run(vectors, params, { storedBytes: 0, exactRows: 0, ...more }, threads);

const params = fc.record({
  minClusterSize: fc.integer({ min: 2, max: 8 }),
  minSamples: fc.integer({ min: 1, max: 20 }),
  selection: fc.constantFrom('eom' as const, 'leaf' as const),
  allowSingleCluster: fc.boolean(),
  ties: fc.constantFrom('rows' as const, 'content' as const),
});
const made = fc.record({
  // Some leaves' worth of rows, so that the search is one.
  rows: fc.oneof(fc.nat(40), fc.integer({ min: 200, max: 1200 })),
  dims: fc.integer({ min: 1, max: 20 }),
  seed: fc.nat(1e6),
  /** Numbers are rounded to multiples of this: ties and duplicates. */
  grain: fc.constantFrom(0, 0.25, 1),
  scale: fc.constantFrom(1, 1e-25, 1e25),
});
const vectorsFrom = ({ rows, dims, seed, grain, scale }: Record<string, number>): Vectors => {
  const vectors = madeVectors(rows, dims, seed);
  return { ...vectors, data: vectors.data.map((v) => (grain > 0 ? Math.round(v / grain) * grain : v) * scale) };
};

suite(`hdbscan without n^2 memory${loaded.addon === null ? `: not run, ${loaded.reason}` : ''}`, () => {
  it('gives the bits that stored distances give, whatever is tied', async () => {
    await fc.assert(
      fc.asyncProperty(made, params, async (of, given) => {
        const vectors = vectorsFrom(of);
        expect(await passes(vectors, given)).toEqual(await stored(vectors, given));
      }),
      { numRuns: 120 },
    );
  });

  it('with ties by content, shuffled rows keep labels, probabilities and scores, exact or not', async () => {
    await fc.assert(
      fc.asyncProperty(made, params, fc.nat(), async (of, given, seed) => {
        const vectors = vectorsFrom(of);
        const order = shuffledOrder(vectors.rows, seed);
        for (const path of [passes, approximate]) {
          const straight = await path(vectors, { ...given, ties: 'content' });
          const shuffled = await path(reordered(vectors, order), { ...given, ties: 'content' });
          expect(shuffled.labels).toEqual(Int32Array.from(order, (row) => straight.labels[row]));
          expect(shuffled.probabilities).toEqual(Float64Array.from(order, (row) => straight.probabilities[row]));
          expect(shuffled.outlierScores).toEqual(Float64Array.from(order, (row) => straight.outlierScores[row]));
        }
      }),
      { numRuns: 40 },
    );
  });

  it('gives the same bits with 1, 2 and 4 threads, exact or not', async () => {
    const vectors = madeVectors(2500, 24, 11);
    for (const path of [passes, approximate]) {
      const one = await path(vectors, DEFAULTS, 1);
      expect(one.persistence.length).toBeGreaterThan(20);
      expect(await path(vectors, DEFAULTS, 2)).toEqual(one);
      expect(await path(vectors, DEFAULTS, 4)).toEqual(one);
    }
  });

  it('is exact on rows without anything in common, where the search finds the wrong neighbours', async () => {
    const vectors = madeStrangers(1500, 60);
    expect(await passes(vectors)).toEqual(await stored(vectors));
  });

  it('is exact where so many distances are equal that pairs would fill the memory', async () => {
    // Every pair of unit rows along the axes is as far apart as any other.
    const rows = Array.from({ length: 6000 }, (_, i) => i);
    const data = new Float32Array(6000 * 80);
    const next = randomNumbers(3);
    for (const i of rows) for (let bit = 0; bit < 2; bit++) data[i * 80 + Math.floor(next() * 80)] = 1;
    const vectors = { data, rows: 6000, dims: 80 };
    expect(await passes(vectors)).toEqual(await stored(vectors));
  });

  it('541 exact duplicates among others are one point to the search', async () => {
    const others = madeVectors(1500, 8, 4);
    const row = [...others.data.subarray(0, 8)];
    const vectors = vectorsOf([...new Array(541).fill(row), ...chunks([...others.data], 8)]);
    for (const ties of ['rows', 'content'] as const)
      expect(await passes(vectors, { ...DEFAULTS, ties })).toEqual(await stored(vectors, { ...DEFAULTS, ties }));
  });

  it('takes neighbours that are known already: right ones, wrong ones and none at all', async () => {
    const vectors = madeVectors(1200, 12, 5);
    const exact = await stored(vectors);
    const { k, index } = await nativeNeighbours(vectors, 10);
    const next = randomNumbers(9);
    const wrong = index.map((j) => (next() < 0.3 ? -1 : next() < 0.5 ? Math.floor(next() * 1200) : j));
    for (const known of [index, wrong, index.map(() => -1)])
      expect(await passes(vectors, DEFAULTS, 2, { neighbours: { k, index: known } })).toEqual(exact);
    const near = await approximate(vectors, DEFAULTS, 2, { neighbours: { k, index } });
    expect(near.approximate).toBe(true);
    expect(adjustedRand([...near.labels], [...exact.labels])).toBeGreaterThanOrEqual(0.97);
  });

  it('refuses known neighbours that are too few or no rows', async () => {
    const vectors = madeVectors(50, 3, 1);
    const with_ = (k: number, index: Int32Array) => passes(vectors, DEFAULTS, 1, { neighbours: { k, index } });
    await expect(with_(3, new Int32Array(150))).rejects.toThrow('at least minSamples');
    await expect(with_(6, new Int32Array(200))).rejects.toThrow('rows x k');
    await expect(with_(6, new Int32Array(300).fill(50))).rejects.toThrow('must be rows');
    const none = { neighbours: { k: 6, index: new Int32Array(300).fill(-1) } };
    await expect(approximate(vectors, DEFAULTS, 1, none)).rejects.toThrow('fewer than min_samples');
  });

  it.each([passes, approximate])('stops within a second of an abort (%p)', async (path) => {
    const controller = new AbortController();
    const vectors = madeStrangers(4000, 400);
    const { storedBytes, exactRows } = { storedBytes: 0, exactRows: path === passes ? 1e6 : 0 };
    const running = nativeHdbscan(vectors, { ...DEFAULTS, storedBytes, exactRows }, { signal: controller.signal });
    controller.abort(new Error('enough'));
    await expect(running).rejects.toThrow('enough');
  });

  it('approximate: made clusters as the exact engine finds them', async () => {
    const vectors = madeClusters(80, 60, 48, 0.8);
    const exact = await stored(vectors);
    const near = await approximate(vectors);
    expect(near.approximate).toBe(true);
    expect(exact.persistence.length).toBeGreaterThan(40);
    expect(adjustedRand([...near.labels], [...exact.labels])).toBeGreaterThanOrEqual(0.97);
  });

  for (const [name, dims] of [
    ['mdn-lsa', 256],
    ['mdn-use', 512],
  ] as const) {
    const file = `${SHARED}${name}.f32`;
    if (!existsSync(file))
      it.skip(`approximate: ${name}: not run, the measuring data is not beside the checkout`, () => undefined);
    else
      it(`approximate: ${name} as the exact engine clusters it`, async () => {
        const vectors = await readVectors(file, dims);
        const [exact, near] = [await stored(vectors), await approximate(vectors)];
        expect(adjustedRand([...near.labels], [...exact.labels])).toBeGreaterThanOrEqual(0.97);
      });
  }
});

const chunks = (values: number[], width: number): number[][] =>
  Array.from({ length: values.length / width }, (_, i) => values.slice(i * width, (i + 1) * width));
