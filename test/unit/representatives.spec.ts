import { describe, expect, it } from '@jest/globals';
import { nearestClusters } from '../../src/clustering/outliers/nearest.js';
import { representatives } from '../../src/clustering/representatives/representatives.js';
import type { ClusterNode } from '../../src/clustering/types.js';
import { madeClusters, madeStrangers, pick } from '../support/made-clusters.js';

const node = (id: number, layer: number, parentId: number | null): ClusterNode => ({
  id,
  layer,
  parentId,
  size: 0,
  persistence: 0,
});

it('vectors in shared memory give the same, and stay where they are', async () => {
  const made = madeClusters(4, 20, 64);
  const shared = { ...made, data: new Float32Array(new SharedArrayBuffer(made.data.byteLength)) };
  shared.data.set(made.data);
  const labels = Int32Array.from(made.truth);
  const clusters = [0, 1, 2, 3].map((id) => node(id, 0, null));
  const clustering = { labels, probabilities: new Float32Array(80).fill(1), clusters };
  expect(await representatives(shared, clustering, 6)).toEqual(await representatives(made, clustering, 6));
  expect(await nearestClusters(shared, labels)).toEqual(await nearestClusters(made, labels));
  expect(shared.data).toEqual(made.data);
  expect(labels).toEqual(Int32Array.from(made.truth));
});

describe('representatives', () => {
  const made = madeClusters(4, 20, 64);
  const clustering = {
    labels: Int32Array.from(made.truth),
    probabilities: new Float32Array(80).fill(1),
    clusters: [node(0, 0, 4), node(1, 0, 4), node(2, 0, 5), node(3, 0, 5), node(4, 1, null), node(5, 1, null)],
  };

  it('come from their cluster, in every layer, each once', async () => {
    const chosen = await representatives(made, clustering, 6);
    expect([...chosen.keys()]).toEqual([0, 1, 2, 3, 4, 5]);
    for (const [id, rows] of chosen) {
      expect(new Set(rows).size).toBe(6);
      for (const row of rows) expect(id < 4 ? made.truth[row] : 4 + (made.truth[row] >> 1)).toBe(id);
    }
    // A broad cluster is shown from all its sides.
    expect(new Set(chosen.get(4)?.map((row) => made.truth[row]))).toEqual(new Set([0, 1]));
  });

  it('start with the most central page and leave copies out', async () => {
    const row = (x: number, y: number, z: number) => [x, y, z, 0, 1];
    const data = Float32Array.from(
      [row(1, 0, 0), row(1, 0, 0), row(1, 0.3, 0), row(1, -0.3, 0), row(0.2, 1, 1)].flat(),
    );
    const one = { labels: new Int32Array(5), probabilities: new Float32Array(5).fill(1), clusters: [node(0, 0, null)] };
    const rows = (await representatives({ data, rows: 5, dims: 5 }, one, 5)).get(0) as number[];
    expect([...rows].sort()).toHaveLength(4);
    expect(rows.includes(0) && rows.includes(1)).toBe(false);
    expect(rows[0]).not.toBe(4);
  });

  it('do not depend on the order of the pages', async () => {
    const order = Array.from({ length: 80 }, (_, i) => (i * 37) % 80);
    const there = await representatives(made, clustering, 5);
    const labels = Int32Array.from(order, (row) => made.truth[row]);
    const again = await representatives(pick(made, order), { ...clustering, labels }, 5);
    for (const [id, rows] of again) expect(rows.map((row) => order[row])).toEqual(there.get(id));
  });

  it('refuse a clustering of other pages', async () => {
    await expect(representatives(made, { ...clustering, labels: new Int32Array(3) }, 5)).rejects.toThrow(RangeError);
    await expect(representatives(made, clustering, 0)).rejects.toThrow(RangeError);
  });
});

describe('nearestClusters', () => {
  it('finds the cluster of rows that were left out, and is sure of them but not of strangers', async () => {
    const made = madeClusters(5, 20, 64);
    const strangers = madeStrangers(10, 64, 5);
    const data = new Float32Array(110 * 64);
    data.set(made.data);
    data.set(strangers.data, 100 * 64);
    const labels = Int32Array.from({ length: 110 }, (_, i) => (i < 100 && i % 7 !== 0 ? made.truth[i] : -1));
    const nearest = await nearestClusters({ data, rows: 110, dims: 64 }, labels);
    for (let i = 0; i < 100; i++) {
      expect(nearest.labels[i]).toBe(made.truth[i]);
      expect(nearest.confidence[i]).toBeGreaterThan(0.35);
      expect(nearest.confidence[i]).toBeLessThanOrEqual(1);
    }
    for (let i = 100; i < 110; i++) expect(nearest.confidence[i]).toBeLessThan(0.4);
  });

  it('has no answer without clusters and for zero rows', async () => {
    const { data } = madeStrangers(3, 4);
    data.fill(0, 4, 8);
    expect([...(await nearestClusters({ data, rows: 3, dims: 4 }, Int32Array.from([-1, -1, -1]))).labels]).toEqual([
      -1, -1, -1,
    ]);
    const one = await nearestClusters({ data, rows: 3, dims: 4 }, Int32Array.from([0, -1, -1]));
    expect(one.labels[1]).toBe(-1);
    expect(one.confidence[1]).toBe(0);
  });
});
