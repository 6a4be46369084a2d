import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { Neighbours } from '../../src/clustering/distance/backend.js';
import { unitRows } from '../../src/clustering/smoothing/canonical.js';
import { referenceKernels } from '../../src/clustering/smoothing/kernels.js';
import { nativeKernels } from '../../src/clustering/smoothing/native-kernels.js';
import { refresh } from '../../src/clustering/smoothing/refresh.js';
import { loadAddon } from '../../src/compute/addon.js';
import { madeClusters } from '../support/made-clusters.js';
import { madeVectors } from '../support/vectors.js';

const native = loadAddon();
const itNative = native.addon === null ? it.skip : it;
const why = native.addon === null ? ` (not run: ${native.reason})` : '';
const exact = referenceKernels.neighbours;

function recall(found: Neighbours, truth: Neighbours): number {
  const { k } = truth;
  let both = 0;
  for (let i = 0; i < truth.index.length; i += k) {
    const wanted = new Set(truth.index.subarray(i, i + k));
    for (let r = i; r < i + k; r++) if (wanted.has(found.index[r])) both++;
  }
  return both / truth.index.length;
}

describe('refresh', () => {
  it('changes nothing where nothing moved', async () => {
    const rows = madeVectors(120, 7, 3);
    const near = await exact(rows, 6);
    expect(refresh(rows, near)).toEqual(near);
  });

  it('finds nearly all true neighbours after each step of the mean shift', async () => {
    let rows = unitRows(madeClusters(15, 20, 64, 1.3));
    let near = await exact(rows, 10);
    for (let step = 0; step < 5; step++) {
      rows = await referenceKernels.shift(rows, near);
      near = refresh(rows, near);
      expect(recall(near, await exact(rows, 10))).toBeGreaterThan(0.98);
    }
  });

  it('looks no further than the neighbours of neighbours', () => {
    // Two far pairs that change places: nobody knows of the newcomers.
    const rows = { data: Float32Array.from([0, 9, 1, 8]), rows: 4, dims: 1 };
    const near = { k: 1, index: Int32Array.from([1, 0, 3, 2]), distance: Float64Array.from([9, 9, 7, 7]) };
    expect([...refresh(rows, near).index]).toEqual([1, 0, 3, 2]);
  });

  itNative(`natively gives the same bits, for any number of threads${why}`, async () => {
    const moved = fc.record({
      rows: fc.integer({ min: 2, max: 150 }),
      dims: fc.integer({ min: 1, max: 40 }),
      k: fc.integer({ min: 1, max: 14 }),
      seed: fc.nat(1e6),
      scale: fc.constantFrom(1, 1e-12),
      threads: fc.constantFrom(1, 2, 4),
    });
    await fc.assert(
      fc.asyncProperty(moved, async ({ rows, dims, k, seed, scale, threads }) => {
        const before = await exact(madeVectors(rows, dims, seed), Math.min(k, rows - 1));
        const after = madeVectors(rows, dims, seed + 1);
        const scaled = { ...after, data: after.data.map((value) => value * scale) };
        expect(await nativeKernels({ threads }).refresh(scaled, before)).toEqual(refresh(scaled, before));
      }),
      { numRuns: 150 },
    );
  });
});
