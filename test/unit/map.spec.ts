import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { bruteForce } from '../../src/clustering/distance/brute-force.js';
import { refine } from '../../src/clustering/distance/refine.js';
import { framed } from '../../src/clustering/map/frame.js';
import { layout } from '../../src/clustering/map/layout.js';
import { drawMap } from '../../src/clustering/map/map.js';
import { principalPlane } from '../../src/clustering/map/principal-plane.js';
import { settle } from '../../src/clustering/map/settle.js';
import { unitRows } from '../../src/clustering/smoothing/canonical.js';
import { fuzzyGraph } from '../../src/clustering/smoothing/fuzzy-graph.js';
import type { Vectors } from '../../src/clustering/types.js';
import { loadAddon } from '../../src/compute/addon.js';
import { nativeLayout } from '../../src/compute/layout.js';
import { madeClusters } from '../support/made-clusters.js';
import { reordered, shuffledOrder, vectorsOf } from '../support/vectors.js';

const native = loadAddon();
const itNative = native.addon === null ? it.skip : it;
const why = native.addon === null ? ` (not run: ${native.reason})` : '';

const pointsOf = (at: ArrayLike<number>) =>
  Array.from({ length: at.length / 2 }, (_, i) => [at[2 * i], at[2 * i + 1]] as const);
const distance = (a: readonly number[], b: readonly number[]) => Math.hypot(a[0] - b[0], a[1] - b[1]);

/** Share of the points whose nearest other point has the same truth. */
function besideTheirOwn(at: ArrayLike<number>, truth: readonly number[]): number {
  const points = pointsOf(at);
  const right = points.filter((p, i) => {
    const others = points.map((q, j) => (j === i ? Infinity : distance(p, q)));
    return truth[others.indexOf(Math.min(...others))] === truth[i];
  });
  return right.length / points.length;
}

describe('the layout', () => {
  itNative(`is the same to the bit natively, for any number of threads${why}`, async () => {
    for (const [topics, size, dims, k] of [
      [1, 2, 3, 1],
      [1, 3, 4, 2],
      [3, 10, 16, 5],
      [12, 30, 40, 14],
    ]) {
      const rows = unitRows(madeClusters(topics, size, dims));
      const neighbours = refine(rows, bruteForce(rows, k), k);
      const initial = principalPlane(rows, rows);
      const slow = layout(fuzzyGraph(neighbours), initial);
      for (const threads of [1, 2, 4]) expect(await nativeLayout(neighbours, initial, { threads })).toEqual(slow);
    }
  });

  itNative(`refuses natively what does not fit together${why}`, async () => {
    const neighbours = { k: 1, index: Int32Array.of(1, 0), distance: Float64Array.of(1, 1) };
    await expect(nativeLayout(neighbours, new Float64Array(6))).rejects.toThrow(RangeError);
    await expect(nativeLayout(neighbours, Float64Array.of(0, 0, NaN, 0))).rejects.toThrow('not finite');
    const outside = { ...neighbours, index: Int32Array.of(1, 2) };
    await expect(nativeLayout(outside, new Float64Array(4))).rejects.toThrow('not one of the rows');
  });

  it('keeps groups without an edge between them at a distance, not out of sight', () => {
    const pairs = { k: 1, index: Int32Array.of(1, 0, 3, 2), distance: Float64Array.of(0.1, 0.1, 0.1, 0.1) };
    const [a, b, c] = pointsOf(layout(fuzzyGraph(pairs), Float64Array.of(0, 0, 1, 0, 0, 1, 1, 1)));
    expect(distance(a, c)).toBeGreaterThan(distance(a, b));
    expect(distance(a, c)).toBeLessThan(100);
  });
});

describe('an aborted map', () => {
  const reason = new Error('enough');

  itNative(`ends the native layout within an epoch${why}`, async () => {
    // All answers of this promise come from the native side: it would lay out to the end, and resolve.
    const rows = 60_000;
    const index = Int32Array.from({ length: rows * 10 }, (_, i) => (Math.floor(i / 10) + 1 + (i % 10)) % rows);
    const near = { k: 10, index, distance: Float64Array.from(index, (_, i) => 1 + (i % 10)) };
    const initial = Float64Array.from({ length: 2 * rows }, (_, i) => Math.sin(i));
    const controller = new AbortController();
    const running = nativeLayout(near, initial, { threads: 1, signal: controller.signal });
    controller.abort(reason);
    await expect(running).rejects.toBe(reason);
  });

  it.each(native.addon === null ? (['js'] as const) : (['native', 'js'] as const))(
    'is no map, and the next one is drawn (%s)',
    async (backend) => {
      const made = madeClusters(30, 40, 64);
      const controller = new AbortController();
      const running = drawMap(made, { backend, signal: controller.signal });
      setImmediate(() => controller.abort(reason));
      await expect(running).rejects.toBe(reason);
      await expect(drawMap(made, { backend, signal: controller.signal })).rejects.toBe(reason);
      expect(await drawMap(vectorsOf([[3, 4]]), { backend })).toHaveLength(2);
    },
  );
});

describe('framed', () => {
  it('puts the median in the middle and any positions within -1 to 1', () => {
    const number = fc.double({ min: -1e6, max: 1e6, noNaN: true });
    fc.assert(
      fc.property(fc.array(fc.tuple(number, number), { maxLength: 60 }), (points) => {
        const out = framed(Float64Array.from(points.flat()));
        expect(out.every((v) => v >= -1 && v <= 1)).toBe(true);
        expect(out).toHaveLength(2 * points.length);
      }),
      {
        examples: [
          [
            [
              [5e-324, 0],
              [0, 0],
            ],
          ],
          [
            [
              [2e-308, 0],
              [1e-309, 1e-308],
              [0, 0],
            ],
          ],
        ],
      },
    );
    expect([...framed(Float64Array.of(3, 5, 4, 5, 5, 7))]).toEqual([-0.5, 0, 0, 0, 0.5, 1]);
  });

  it('draws points far off in to the margin, in their order', () => {
    const many = Array.from({ length: 200 }, (_, i) => [Math.cos(i), Math.sin(i)]);
    const out = pointsOf(framed(Float64Array.from([...many, [50, 0], [100, 0]].flat())));
    expect(out.slice(0, 200).every(([x, y]) => Math.max(Math.abs(x), Math.abs(y)) > 0.4)).toBe(true);
    expect(out[200][0]).toBeGreaterThan(0.9);
    expect(out[201][0]).toBeGreaterThan(out[200][0]);
  });
});

describe('settle', () => {
  // 0 - 1 - 2 - 3 in a row, and 4 - 5 apart
  const chain = {
    start: Int32Array.of(0, 1, 3, 5, 6, 7, 8),
    column: Int32Array.of(1, 0, 2, 1, 3, 2, 5, 4),
    weight: Float64Array.of(1, 1, 1, 1, 1, 1, 1, 1),
  };
  it('puts new points to the mean of their placed neighbours, and leaves old ones alone', () => {
    const at = settle(chain, Float64Array.of(0, 0, NaN, NaN, 1, 3, NaN, NaN, NaN, NaN, NaN, NaN));
    expect([...at]).toEqual([0, 0, 0.5, 1.5, 1, 3, 1, 3, NaN, NaN, NaN, NaN]);
  });
  it('goes from neighbour to neighbour', () => {
    const at = settle(chain, Float64Array.of(7, 8, NaN, NaN, NaN, NaN, NaN, NaN, 1, 1, NaN, NaN));
    expect([...at]).toEqual([7, 8, 7, 8, 7, 8, 7, 8, 1, 1, 1, 1]);
  });
});

describe('drawMap', () => {
  const made = madeClusters(8, 20, 32, 0.8);
  const backends = native.addon === null ? (['js'] as const) : (['js', 'native'] as const);

  it.each(backends)('stands pages of a topic together (%s)', async (backend) => {
    const at = await drawMap(made, { backend });
    expect(besideTheirOwn(at, made.truth)).toBeGreaterThan(0.97);
    expect(at.every((v) => v >= -1 && v <= 1)).toBe(true);
    expect(Math.max(...at)).toBeGreaterThan(0.5);
  });

  it.each(backends)('is the same for shuffled rows, any threads and every run (%s)', async (backend) => {
    const wide = madeClusters(20, 14, 150, 0.8); // goes through the principal components
    const at = await drawMap(wide, { backend, threads: 1 });
    const order = shuffledOrder(wide.rows, 3);
    const again = pointsOf(await drawMap(reordered(wide, order), { backend, threads: 2 }));
    const points = pointsOf(at);
    expect(again).toEqual(order.map((row) => points[row]));
    expect(await drawMap(wide, { backend, threads: 4 })).toEqual(at);
  });

  it('draws anything: no rows, few, equal and zero ones', async () => {
    const small = fc.array(fc.tuple(fc.integer({ min: -2, max: 2 }), fc.integer({ min: -2, max: 2 })), {
      maxLength: 12,
    });
    const backend = fc.constantFrom(...backends);
    await fc.assert(
      fc.asyncProperty(small, backend, async (rows, on) => {
        const at = pointsOf(await drawMap(vectorsOf(rows, 2), { backend: on }));
        expect(at).toHaveLength(rows.length);
        rows.forEach(([x, y], i) => {
          expect(at[i].every((v) => v >= -1 && v <= 1)).toBe(true);
          if (x === 0 && y === 0) expect(at[i]).toEqual([-1, -1]);
          rows.forEach(([u, v], j) => {
            if (x === u && y === v) expect(at[j]).toEqual(at[i]);
          });
        });
      }),
      { numRuns: 60 },
    );
    expect([...(await drawMap(vectorsOf([[3, 4]]), { backend: 'auto' }))]).toEqual([0, 0]);
  });

  it.each(backends)('gives two or three different pages spots of their own (%s)', async (backend) => {
    for (const rows of [
      [
        [3, 4],
        [4, 3],
      ],
      [
        [1, 0],
        [0, 1],
        [-1, 0.5],
      ],
    ]) {
      const points = pointsOf(await drawMap(vectorsOf(rows), { backend }));
      expect(new Set(points.map(String)).size).toBe(rows.length);
      expect(Math.max(...points.flat().map(Math.abs))).toBe(1);
    }
  });

  it('refuses numbers that are not finite, and placed positions of other rows', async () => {
    await expect(drawMap(vectorsOf([[1, NaN]]), { backend: 'auto' })).rejects.toThrow('finite');
    const placed = new Float32Array(3);
    await expect(drawMap(vectorsOf([[1, 0]]), { backend: 'auto', placed })).rejects.toThrow(RangeError);
  });

  it('leaves placed rows where they are and puts new ones beside their like', async () => {
    const at = await drawMap(made, { backend: 'auto' });
    const fresh = [3, 11, 77, 100];
    const placed = at.slice();
    for (const row of fresh) placed.fill(NaN, 2 * row, 2 * row + 2);
    const again = await drawMap(made, { backend: 'auto', placed });
    pointsOf(again).forEach((point, row) => {
      if (!fresh.includes(row)) expect(point).toEqual(pointsOf(at)[row]);
      else {
        const likes = pointsOf(at).filter((_, i) => made.truth[i] === made.truth[row]);
        expect(Math.min(...likes.map((p) => distance(p, point)))).toBeLessThan(0.2);
      }
    });
  });

  it('gives a new copy of a page its spot, and a new page without a direction the corner', async () => {
    const rows: Vectors = vectorsOf([
      [1, 0.1],
      [1, 0.2],
      [1, 0.1],
      [0, 0],
    ]);
    const placed = Float32Array.of(0.5, 0.25, -0.5, 0.75, NaN, NaN, NaN, NaN);
    expect([...(await drawMap(rows, { backend: 'auto', placed }))]).toEqual([0.5, 0.25, -0.5, 0.75, 0.5, 0.25, -1, -1]);
  });
});
