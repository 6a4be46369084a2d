import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { squaredDistance } from '../../src/clustering/distance/exact.js';
import { squaredCoreDistances } from '../../src/clustering/hdbscan/core-distances.js';
import { distinctPoints, rowsAsPoints } from '../../src/clustering/hdbscan/points.js';
import { quicksortOrder } from '../../src/clustering/hdbscan/quicksort.js';
import { singleLinkage } from '../../src/clustering/hdbscan/single-linkage.js';
import { spanningTree, squaredMutualReachability } from '../../src/clustering/hdbscan/spanning-tree.js';
import type { Vectors } from '../../src/clustering/types.js';
import { madeVectors, randomNumbers } from '../support/vectors.js';

const made = fc
  .record({ rows: fc.integer({ min: 2, max: 40 }), dims: fc.integer({ min: 1, max: 11 }), seed: fc.nat(1e6) })
  .map(({ rows, dims, seed }) => madeVectors(rows, dims, seed));

/** All distances of a row to the others, by the plainest formula. */
function distancesOf({ data, rows, dims }: Vectors, i: number): number[] {
  const others = Array.from({ length: rows }, (_, j) => j).filter((j) => j !== i);
  return others.map((j) =>
    Math.hypot(...Array.from({ length: dims }, (_, c) => data[i * dims + c] - data[j * dims + c])),
  );
}

/** Rows that are connected over edges of at most `limit`, each named by its first row. */
function components(count: number, squared: (i: number, j: number) => number, limit: number): number[] {
  const group = Array.from({ length: count }, (_, i) => i);
  for (let i = 0; i < count; i++)
    for (let j = 0; j < i; j++)
      if (squared(i, j) <= limit && group[i] !== group[j]) {
        const [keep, drop] = [Math.min(group[i], group[j]), Math.max(group[i], group[j])];
        group.forEach((g, at) => {
          if (g === drop) group[at] = keep;
        });
      }
  return group;
}

describe('the steps of HDBSCAN*', () => {
  it('exact distance: that of the definition, for any number of dims', () => {
    fc.assert(
      fc.property(made, (vectors) => {
        const expected = distancesOf(vectors, 0);
        expected.forEach((distance, at) => {
          expect(Math.sqrt(squaredDistance(vectors.data, vectors.dims, 0, at + 1))).toBeCloseTo(distance, 10);
        });
      }),
    );
  });

  it('core distance: that to the minSamples-th other row, copies counted', () => {
    fc.assert(
      fc.property(made, fc.integer({ min: 1, max: 9 }), fc.boolean(), (vectors, minSamples, distinct) => {
        const points = distinct ? distinctPoints(vectors) : rowsAsPoints(vectors);
        const core = squaredCoreDistances(points, minSamples);
        for (let row = 0; row < vectors.rows; row++) {
          const sorted = distancesOf(vectors, row).sort((a, b) => a - b);
          const expected = sorted[Math.min(minSamples, vectors.rows - 1) - 1];
          expect(Math.sqrt(core[points.ofRow[row]])).toBeCloseTo(expected, 10);
        }
      }),
    );
  });

  it('single linkage: cut at any height, the components of the mutual reachability graph', () => {
    fc.assert(
      fc.property(made, fc.integer({ min: 1, max: 5 }), (vectors, minSamples) => {
        const points = rowsAsPoints(vectors);
        const core = squaredCoreDistances(points, minSamples);
        const walk = spanningTree(points, core);
        const tree = singleLinkage(points, core, walk);
        const squared = (i: number, j: number) =>
          squaredMutualReachability(core[i], core[j], squaredDistance(vectors.data, vectors.dims, i, j));
        const steps = [...walk.distance.subarray(1)].sort((a, b) => a - b);
        steps.forEach((height, m) => {
          if (steps[m + 1] === height) return;
          const below: number[][] = Array.from({ length: points.count }, (_, i) => [i]);
          for (let merge = 0; merge <= m; merge++)
            below.push([...below[tree.left[merge]], ...below[tree.right[merge]]]);
          const named = Array.from({ length: points.count }, (_, i) =>
            Math.min(...below.filter((group) => group.includes(i)).reduce((a, b) => (b.length > a.length ? b : a))),
          );
          expect(named).toEqual(components(points.count, squared, height * height * (1 + 1e-12)));
        });
      }),
      { numRuns: 40 },
    );
  });

  it('quicksort: sorts any values, and falls back where they would take it n^2 steps', () => {
    const check = (values: Float64Array) => {
      const order = quicksortOrder(values);
      expect([...order].sort((a, b) => a - b)).toEqual(Array.from(values, (_, i) => i));
      expect(Float64Array.from(order, (i) => values[i])).toEqual(values.slice().sort());
    };
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 9 }), { maxLength: 200 }), (v) => check(Float64Array.from(v))),
    );
    check(medianOfThreeKiller(4096));
    const next = randomNumbers(1);
    check(Float64Array.from({ length: 3000 }, next));
  });
});

/** Musser 1997: the input on which median-of-three always finds the second smallest. */
function medianOfThreeKiller(count: number): Float64Array {
  const half = count / 2;
  return Float64Array.from({ length: count }, (_, i) =>
    i >= half ? 2 * (i - half + 1) : i % 2 === 0 ? i + 1 : half + i + (half % 2),
  );
}
