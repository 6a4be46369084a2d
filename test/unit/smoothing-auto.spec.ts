import { MessageChannel } from 'node:worker_threads';
import { describe, expect, it } from '@jest/globals';
import { adjustedRand } from '../../benchmarks/adjusted-rand.js';
import type { DistanceBackend } from '../../src/clustering/distance/backend.js';
import { bruteForce } from '../../src/clustering/distance/brute-force.js';
import { nativeBackend } from '../../src/clustering/distance/native.js';
import { BackendUnavailable } from '../../src/clustering/errors.js';
import { autoCluster } from '../../src/clustering/smoothing/auto.js';
import runInThisThread from '../../src/clustering/smoothing/auto.worker.js';
import { smoothedClusters } from '../../src/clustering/smoothing/method.js';
import { kernelsOf } from '../../src/clustering/smoothing/pick-kernels.js';
import type { Clustering } from '../../src/clustering/types.js';
import { loadAddon } from '../../src/compute/addon.js';
import { lcg, type Made, madeClusters, madeStrangers, madeWiki, pick } from '../support/made-clusters.js';

const native = loadAddon();
const auto = { backend: 'auto' } as const;
const working = (c: Clustering) => c.clusters.filter((node) => node.layer === 0).length;
const outliers = (c: Clustering) => c.labels.filter((label) => label < 0).length;
const rand = (made: Made, c: Clustering) => adjustedRand(made.truth, [...c.labels]);
const shuffled = (n: number, seed: number) => {
  const next = lcg(seed);
  return Array.from({ length: n }, (_, i) => ({ i, at: next() }))
    .sort((a, b) => a.at - b.at)
    .map(({ i }) => i);
};

describe('autoCluster', () => {
  it.each([
    [4, 5, 384],
    [7, 8, 64],
    [7, 8, 384],
    [10, 10, 384],
    [3, 30, 384],
    [20, 30, 384],
  ])('finds %i topics of %i pages in %i dims, and nothing else', async (topics, size, dims) => {
    const made = madeClusters(topics, size, dims);
    const found = await autoCluster(made, auto);
    expect(rand(made, found)).toBeGreaterThan(0.95);
    expect(working(found)).toBe(topics);
    expect(outliers(found) / made.rows).toBeLessThanOrEqual(0.05);
  });

  it.each([
    [5, 64],
    [20, 64],
    [60, 384],
    [300, 384],
    [1000, 256],
  ])('calls all of %i pages without anything in common outliers (%i dims)', async (rows, dims) => {
    const found = await autoCluster(madeStrangers(rows, dims), auto);
    expect(outliers(found)).toBe(rows);
    expect(found.clusters).toEqual([]);
    expect([...found.outlierScores].every((score) => score > 0.5)).toBe(true);
  });

  it('calls axis directions outliers, which have not even chance in common', async () => {
    const data = new Float32Array(300 * 300);
    for (let i = 0; i < 300; i++) data[i * 301] = 1;
    expect(outliers(await autoCluster({ data, rows: 300, dims: 300 }, auto))).toBe(300);
  });

  it('handles no pages, one page and two', async () => {
    const none = await autoCluster({ data: new Float32Array(0), rows: 0, dims: 0 }, auto);
    expect([none.labels.length, none.clusters.length]).toEqual([0, 0]);
    const { data } = madeStrangers(2, 8);
    expect([...(await autoCluster({ data: data.slice(0, 8), rows: 1, dims: 8 }, auto)).labels]).toEqual([-1]);
    expect([...(await autoCluster({ data, rows: 2, dims: 8 }, auto)).labels]).toEqual([-1, -1]);
  });

  it.each([2, 5, 100])('makes one cluster of %i identical pages', async (rows) => {
    const data = Float32Array.from({ length: rows * 16 }, (_, i) => (i % 16) + 1);
    const found = await autoCluster({ data, rows, dims: 16 }, auto);
    expect([...found.labels]).toEqual(new Array(rows).fill(0));
    expect(found.clusters).toMatchObject([{ id: 0, layer: 0, parentId: null, size: rows }]);
  });

  it('gives copies the cluster of the page they copy', async () => {
    const made = madeClusters(5, 10, 64);
    const once = await autoCluster(made, auto);
    const order = Array.from({ length: 500 }, (_, i) => i % 50);
    const tenfold = await autoCluster(pick(made, order), auto);
    expect([...tenfold.labels]).toEqual(order.map((row) => once.labels[row]));
  });

  it('makes a cluster of one page stored 900 times beside others', async () => {
    const made = madeClusters(5, 20, 64);
    const order = [...Array.from({ length: 99 }, (_, i) => i), ...new Array(900).fill(99)];
    const found = await autoCluster(pick(made, order), auto);
    expect(new Set(found.labels.slice(99)).size).toBe(1);
    expect(found.labels[99]).toBeGreaterThanOrEqual(0);
    expect(adjustedRand(made.truth.slice(0, 99), [...found.labels.slice(0, 99)])).toBeGreaterThan(0.95);
  });

  it('calls zero rows outliers and clusters the rest as if they were not there', async () => {
    const made = madeClusters(5, 10, 64);
    const data = new Float32Array(made.data.length + 3 * 64);
    data.set(made.data, 2 * 64);
    const found = await autoCluster({ data, rows: 53, dims: 64 }, auto);
    expect([found.labels[0], found.labels[1], found.labels[52]]).toEqual([-1, -1, -1]);
    expect([...found.labels.slice(2, 52)]).toEqual([...(await autoCluster(made, auto)).labels]);
  });

  it.each([
    ['one tree of all rows', madeClusters(12, 25, 200, 1.2)],
    ['neighbours joined first', madeWiki(2500, 64, 7)],
  ])('gives the same bits for shuffled rows and for 1, 2 and 4 threads (%s)', async (_, made) => {
    const first = await autoCluster(made, auto);
    for (const threads of [1, 2, 4]) {
      const order = shuffled(made.rows, threads);
      const again = await autoCluster(pick(made, order), { ...auto, threads });
      expect([...again.labels]).toEqual(order.map((row) => first.labels[row]));
      expect([...again.outlierScores]).toEqual(order.map((row) => first.outlierScores[row]));
      expect([...again.probabilities]).toEqual(order.map((row) => first.probabilities[row]));
      expect(again.clusters).toEqual(first.clusters);
    }
  });

  it('heeds the byte offset of a subarray and leaves the input alone', async () => {
    const made = madeClusters(5, 10, 32);
    const larger = new Float32Array(made.data.length + 7);
    larger.set(made.data, 7);
    const found = await autoCluster({ ...made, data: larger.subarray(7) }, auto);
    expect([...found.labels]).toEqual([...(await autoCluster(made, auto)).labels]);
    expect([...larger.subarray(7)]).toEqual([...made.data]);
  });

  it('reads shared memory where it is', async () => {
    const made = madeClusters(5, 10, 32);
    const shared = new Float32Array(new SharedArrayBuffer(made.data.byteLength + 12), 12);
    shared.set(made.data);
    const found = await autoCluster({ ...made, data: shared }, auto);
    expect(found.labels).toEqual((await autoCluster(made, auto)).labels);
    expect([...shared]).toEqual([...made.data]);
  });

  it('scores strangers among topics as outliers', async () => {
    const topics = madeClusters(6, 30, 128, 0.7);
    const strangers = madeStrangers(20, 128, 9);
    const data = new Float32Array(200 * 128);
    data.set(topics.data);
    data.set(strangers.data, 180 * 128);
    const found = await autoCluster({ data, rows: 200, dims: 128 }, auto);
    expect(adjustedRand(topics.truth, [...found.labels.slice(0, 180)])).toBeGreaterThan(0.98);
    expect(found.labels.slice(180).filter((label) => label < 0).length).toBeGreaterThanOrEqual(16);
  });

  (native.addon === null ? it.skip : it).each([
    [1000, 384, 1],
    [1000, 384, 2],
    [1000, 384, 3],
    [1000, 384, 4],
    [2500, 384, 5],
    [1500, 1536, 6],
  ])(
    `finds the clusters of a made wiki and leaves out the rest (%i x %i, seed %i)${native.addon === null ? ` (not run: ${native.reason})` : ''}`,
    async (rows, dims, seed) => {
      const made = madeWiki(rows, dims, seed);
      const { labels, clusters } = await autoCluster(made, auto);
      const [members, others] = [true, false].map((member) =>
        made.truth.flatMap((t, i) => (t >= 0 === member ? [i] : [])),
      );
      const share = (of: number[], holds: (label: number) => boolean) =>
        of.filter((i) => holds(labels[i])).length / of.length;
      expect(
        adjustedRand(
          members.map((i) => made.truth[i]),
          members.map((i) => labels[i]),
        ),
      ).toBeGreaterThanOrEqual(0.98);
      expect(share(others, (label) => label < 0)).toBeGreaterThanOrEqual(0.8);
      expect(share(members, (label) => label >= 0)).toBeGreaterThanOrEqual(0.98);
      expect(clusters.length).toBeLessThanOrEqual(0.06 * rows);
    },
  );

  (native.addon === null ? it.skip : it)(
    `agrees with the TypeScript kernels${native.addon === null ? ` (not run: ${native.reason})` : ''}`,
    async () => {
      for (const [topics, size, dims] of [
        [7, 8, 64],
        [9, 30, 140],
      ]) {
        const made = madeClusters(topics, size, dims, 1.1);
        const fast = await autoCluster(made, { backend: 'native' });
        const slow = await autoCluster(made, { backend: 'js' });
        expect([...fast.labels]).toEqual([...slow.labels]);
        expect(fast.clusters.map((c) => [c.id, c.layer, c.parentId, c.size])).toEqual(
          slow.clusters.map((c) => [c.id, c.layer, c.parentId, c.size]),
        );
        fast.outlierScores.forEach((score, i) => {
          expect(score).toBeCloseTo(slow.outlierScores[i], 2);
        });
      }
    },
  );

  it('refuses what it cannot cluster', async () => {
    const data = Float32Array.from([1, 2, Number.NaN, 4]);
    await expect(autoCluster({ data, rows: 2, dims: 2 }, auto)).rejects.toThrow(
      'row 1 holds a number that is not finite',
    );
    await expect(autoCluster({ data, rows: 3, dims: 2 }, auto)).rejects.toThrow(RangeError);
    await expect(autoCluster({ data, rows: 2, dims: 2 }, { ...auto, minClusterSize: 1 })).rejects.toThrow(RangeError);
  });

  it.each(['js', 'auto'] as const)('stops when it is cancelled (%s)', async (backend) => {
    const made = madeClusters(10, 40, 64);
    const early = new AbortController();
    early.abort(new Error('before'));
    await expect(autoCluster(made, { backend, signal: early.signal })).rejects.toThrow('before');
    const late = new AbortController();
    const running = autoCluster(made, { backend, signal: late.signal });
    late.abort(new Error('changed my mind'));
    await expect(running).rejects.toThrow();
  });

  it('stops between two native steps and within one', async () => {
    const { truth: _, ...vectors } = madeClusters(40, 60, 64);
    for (const when of ['before', 'meanwhile']) {
      const { port1, port2 } = new MessageChannel();
      const running = runInThisThread({
        vectors,
        backend: 'auto',
        threads: 1,
        minClusterSize: undefined,
        cancel: port2,
      });
      if (when === 'meanwhile') await new Promise(setImmediate);
      port1.postMessage(null);
      await expect(running).rejects.toThrow('aborted');
      port1.close();
    }
  });

  (native.addon === null ? it.skip : it)(
    `lets another backend search the neighbours, with the same clusters${native.addon === null ? ` (not run: ${native.reason})` : ''}`,
    async () => {
      const made = madeClusters(9, 30, 140, 1.1);
      let searched = 0;
      const fakeOnnx: DistanceBackend = {
        name: 'onnx',
        device: () => 'a fake',
        propose: async (vectors, wanted) => {
          searched++;
          return bruteForce(vectors, wanted);
        },
      };
      const of = (backend: DistanceBackend) =>
        smoothedClusters(made, kernelsOf(backend, { threads: 2 }), { checkpoint: () => undefined });
      const found = await of(fakeOnnx);
      expect(searched).toBeGreaterThan(0);
      expect([found.backend, found.device]).toEqual(['onnx', 'a fake']);
      expect(found.labels).toEqual((await of(nativeBackend)).labels);
    },
  );

  it('says where a backend is missing', async () => {
    const made = madeClusters(2, 5, 8);
    const missing = native.addon === null ? 'native' : 'tfjs-gpu';
    await expect(autoCluster(made, { backend: missing })).rejects.toBeInstanceOf(BackendUnavailable);
  });
});
