import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { type HdbscanParams, hdbscan } from '../../src/clustering/hdbscan/hdbscan.js';
import type { Vectors } from '../../src/clustering/types.js';
import { loadAddon } from '../../src/compute/addon.js';
import { nativeHdbscan } from '../../src/compute/clustering.js';
import { madeVectors, reordered, shuffledOrder, vectorsOf } from '../support/vectors.js';

const loaded = loadAddon();
const suite = loaded.addon === null ? describe.skip : describe;
const STORED = 1e9;

async function native(vectors: Vectors, params: HdbscanParams, threads = 2, storedBytes = STORED) {
  const all = { ties: 'content' as const, ...params, storedBytes, exactRows: 100_000 };
  const { timings: _, approximate: __, ...result } = await nativeHdbscan(vectors, all, { threads });
  return result;
}

const params = fc.record({
  minClusterSize: fc.integer({ min: 2, max: 8 }),
  minSamples: fc.integer({ min: 1, max: 8 }),
  selection: fc.constantFrom('eom' as const, 'leaf' as const),
  allowSingleCluster: fc.boolean(),
  ties: fc.constantFrom('rows' as const, 'content' as const),
});

/** Small whole numbers: nearly every distance is a tie and many rows are equal. */
const tied = fc
  .integer({ min: 1, max: 4 })
  .chain((dims) =>
    fc
      .array(fc.array(fc.integer({ min: -2, max: 3 }), { minLength: dims, maxLength: dims }), { maxLength: 60 })
      .map((rows) => vectorsOf(rows, dims)),
  );
const scattered = fc.record({ rows: fc.nat(120), dims: fc.integer({ min: 1, max: 30 }), seed: fc.nat(1e6) });

suite(`native hdbscan${loaded.addon === null ? `: not run, ${loaded.reason}` : ''}`, () => {
  it('gives the bits of the TypeScript reference where everything is tied', async () => {
    await fc.assert(
      fc.asyncProperty(tied, params, async (vectors, given) => {
        expect(await native(vectors, given)).toEqual(hdbscan(vectors, given));
      }),
      { numRuns: 300 },
    );
  });

  it('gives the bits of the TypeScript reference on blobs with duplicates, at any scale', async () => {
    await fc.assert(
      fc.asyncProperty(scattered, params, fc.constantFrom(1, 1e-25, 1e25), async (made, given, scale) => {
        const { data, rows, dims } = madeVectors(made.rows, made.dims, made.seed);
        const vectors = { data: data.map((value) => value * scale), rows, dims };
        expect(await native(vectors, given)).toEqual(hdbscan(vectors, given));
      }),
      { numRuns: 100 },
    );
  });

  it('gives the same bits with and without stored distances, with 1, 2 and 4 threads', async () => {
    const vectors = madeVectors(1500, 40, 11);
    const given = { minClusterSize: 5, minSamples: 4, selection: 'eom', allowSingleCluster: false } as const;
    const one = await native(vectors, given, 1);
    expect(one.persistence.length).toBeGreaterThan(20);
    expect(await native(vectors, given, 2)).toEqual(one);
    expect(await native(vectors, given, 4)).toEqual(one);
    expect(await native(vectors, given, 4, 0)).toEqual(one);
  });

  it('with ties by content, shuffled rows keep their labels, probabilities and scores', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.oneof(
          tied,
          scattered.map((m) => madeVectors(m.rows, m.dims, m.seed)),
        ),
        params,
        fc.nat(),
        async (vectors, given, seed) => {
          const order = shuffledOrder(vectors.rows, seed);
          const straight = await native(vectors, { ...given, ties: 'content' });
          const shuffled = await native(reordered(vectors, order), { ...given, ties: 'content' });
          expect(shuffled.labels).toEqual(Int32Array.from(order, (row) => straight.labels[row]));
          expect(shuffled.probabilities).toEqual(Float64Array.from(order, (row) => straight.probabilities[row]));
          expect(shuffled.outlierScores).toEqual(Float64Array.from(order, (row) => straight.outlierScores[row]));
        },
      ),
      { numRuns: 150 },
    );
  });

  it('stops within a step of an abort, with its reason', async () => {
    const reason = new Error('enough');
    const controller = new AbortController();
    const given = {
      minClusterSize: 5,
      minSamples: 5,
      selection: 'eom',
      allowSingleCluster: false,
      ties: 'rows',
      storedBytes: 0,
      exactRows: 100_000,
    } as const;
    const running = nativeHdbscan(madeVectors(12000, 256, 2), given, { threads: 1, signal: controller.signal });
    controller.abort(reason);
    await expect(running).rejects.toBe(reason);
  });
});
