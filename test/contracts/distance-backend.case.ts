import { describe, expect, it } from '@jest/globals';
import type { DistanceBackend } from '../../src/clustering/distance/backend.js';
import { bruteForce } from '../../src/clustering/distance/brute-force.js';
import { nearestNeighbours } from '../../src/clustering/distance/nearest.js';
import { refine } from '../../src/clustering/distance/refine.js';
import { selfTest } from '../../src/clustering/distance/self-test.js';
import type { Vectors } from '../../src/clustering/types.js';
import { madeVectors, randomNumbers, reordered, shuffledOrder, vectorsOf } from '../support/vectors.js';

/** What every distance backend owes the engine. @param name of the implementation, where a backend has several */
export function distanceBackendContract(backend: DistanceBackend, name: string = backend.name): void {
  const truth = (vectors: Vectors, k: number) => refine(vectors, bruteForce(vectors, k), k);

  describe(`${name} keeps the distance backend contract`, () => {
    it('passes the self-test', async () => {
      await expect(selfTest(backend)).resolves.toBeUndefined();
    });

    it.each([
      [2, 1, 1],
      [5, 3, 4],
      [97, 1, 5],
      [200, 300, 15],
      [500, 17, 7],
      [120, 4096, 3],
    ])('finds the true neighbours of %i rows of %i dims', async (rows, dims, k) => {
      const vectors = madeVectors(rows, dims, rows + dims);
      expect(await nearestNeighbours(backend, vectors, k)).toEqual(truth(vectors, k));
    });

    it('keeps near-duplicates apart: no distance is 0 or NaN but that of equal rows', async () => {
      const base = Array.from({ length: 1536 }, (_, c) => 0.02 + (c % 7) * 0.001);
      const vectors = vectorsOf([0, 1, 2, 3].map((n) => base.map((value, c) => (c === 0 ? value + n * 1e-6 : value))));
      const { distance } = await nearestNeighbours(backend, vectors, 1);
      for (const d of distance) {
        expect(d).toBeGreaterThan(5e-7);
        expect(d).toBeLessThan(2e-6);
      }
    });

    it('gives duplicates distance 0, in the order of the rows', async () => {
      const { index, distance } = await nearestNeighbours(
        backend,
        vectorsOf([
          [1, 2],
          [1, 2],
          [1, 2],
          [9, 9],
        ]),
        2,
      );
      expect([...index.subarray(0, 6)]).toEqual([1, 2, 0, 2, 0, 1]);
      expect([...distance.subarray(0, 6)]).toEqual([0, 0, 0, 0, 0, 0]);
    });

    it.each([1e-30, 1e30])('neither overflows nor underflows at lengths of %p', async (scale) => {
      const made = madeVectors(60, 5, 3);
      const vectors = { ...made, data: made.data.map((value) => value * scale) };
      expect(await nearestNeighbours(backend, vectors, 4)).toEqual(truth(vectors, 4));
    });

    it('proposes every true neighbour within groups that float32 cannot tell apart', async () => {
      // 3 groups of 60 rows, 1e-5 apart within, and 20 copies of one row
      const next = randomNumbers(8);
      const vectors = vectorsOf(
        Array.from({ length: 200 }, (_, i) =>
          Array.from({ length: 32 }, (_, c) => (i < 180 ? Math.sin(c * ((i % 3) + 1)) + 1e-5 * next() : Math.cos(c))),
        ),
      );
      expect(await nearestNeighbours(backend, vectors, 6)).toEqual(truth(vectors, 6));
    });

    it('is not misled by one row that is a million times as long', async () => {
      const { data, ...shape } = madeVectors(150, 12, 6);
      const vectors = { ...shape, data: data.map((value, at) => (at < 12 ? value * 1e6 : value)) };
      expect(await nearestNeighbours(backend, vectors, 4)).toEqual(truth(vectors, 4));
    });

    it('heeds the byte offset of a subarray', async () => {
      const vectors = madeVectors(40, 6, 9);
      const larger = new Float32Array(vectors.data.length + 13).fill(7);
      larger.set(vectors.data, 13);
      const offset = { ...vectors, data: larger.subarray(13) };
      expect(await nearestNeighbours(backend, offset, 5)).toEqual(truth(vectors, 5));
    });

    it('finds the same distances whatever the order of the rows and the number of threads', async () => {
      const vectors = madeVectors(150, 20, 4);
      const order = shuffledOrder(150, 5);
      const straight = await nearestNeighbours(backend, vectors, 6, { threads: 1 });
      const shuffled = await nearestNeighbours(backend, reordered(vectors, order), 6, { threads: 4 });
      order.forEach((from, to) => {
        const there = shuffled.distance.subarray(to * 6, to * 6 + 6);
        expect([...there]).toEqual([...straight.distance.subarray(from * 6, from * 6 + 6)]);
      });
    });

    it('has no neighbours to give for 0 rows and for 1', async () => {
      for (const rows of [0, 1]) {
        expect((await nearestNeighbours(backend, madeVectors(rows, 3, 1), 5)).index).toHaveLength(0);
      }
    });

    it('stops with the reason of an abort', async () => {
      const reason = new Error('changed my mind');
      const aborted = AbortSignal.abort(reason);
      await expect(backend.propose(madeVectors(50, 8, 1), 3, { signal: aborted })).rejects.toBe(reason);
    });
  });
}
