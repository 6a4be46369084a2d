import { describe, expect, it } from '@jest/globals';
import { hdbscanCluster } from '../../src/clustering/hdbscan/cluster.js';
import type { Vectors } from '../../src/clustering/types.js';
import { loadAddon } from '../../src/compute/addon.js';
import { madeVectors, vectorsOf } from '../support/vectors.js';

const backends = loadAddon().addon === null ? (['js'] as const) : (['js', 'native'] as const);

describe.each(backends)('hdbscanCluster on %s', (backend) => {
  const run = (vectors: Vectors, more: object = {}) => hdbscanCluster(vectors, { backend, ...more });

  it.each([NaN, Infinity, -Infinity])('refuses %p and says where it is', async (bad) => {
    const vectors = madeVectors(20, 3, 1);
    vectors.data[3 * 7 + 2] = bad;
    await expect(run(vectors)).rejects.toMatchObject({
      name: 'InvalidClusteringInput',
      code: 'not_finite',
      message: expect.stringContaining('row 7, column 2'),
    });
  });

  it.each([
    ['a length that is not rows x dims', { data: new Float32Array(7), rows: 2, dims: 3 }],
    ['rows of no numbers', { data: new Float32Array(0), rows: 3, dims: 0 }],
    ['half a row', { data: new Float32Array(3), rows: 1.5, dims: 2 }],
  ])('refuses %s', async (_, vectors) => {
    await expect(run(vectors)).rejects.toMatchObject({ name: 'InvalidClusteringInput', code: 'shape' });
  });

  it.each([{ minClusterSize: 1 }, { minClusterSize: 2.5 }, { minSamples: 0 }, { threads: -1 }])(
    'refuses %p',
    async (more) => {
      await expect(run(madeVectors(10, 2, 1), more)).rejects.toMatchObject({ code: 'option' });
    },
  );

  it.each([0, 1, 2, 3, 4])('%i different rows are too few for a cluster: all noise', async (rows) => {
    const found = await run(madeVectors(rows, 4, 5));
    expect([...found.labels]).toEqual(new Array(rows).fill(-1));
    expect(found.clusters).toEqual([]);
    for (const score of [...found.probabilities, ...found.outlierScores]) expect(score).toBeGreaterThanOrEqual(0);
  });

  it.each([
    ['equal rows', () => new Float32Array(5 * 3).fill(0.3)],
    ['zero rows', () => new Float32Array(5 * 3)],
    ['rows of 0 and -0', () => Float32Array.from({ length: 15 }, (_, i) => (i % 2 ? 0 : -0))],
  ])('5 %s are one cluster, all of them firmly in it', async (_, data) => {
    const found = await run({ data: data(), rows: 5, dims: 3 });
    expect([...found.labels]).toEqual([0, 0, 0, 0, 0]);
    expect([...found.probabilities]).toEqual([1, 1, 1, 1, 1]);
    expect([...found.outlierScores]).toEqual([0, 0, 0, 0, 0]);
    expect(found.clusters).toMatchObject([{ id: 0, layer: 0, parentId: null, size: 5 }]);
  });

  it('finds two groups on a line and the one far from both', async () => {
    const found = await run(vectorsOf([0, 0.1, 0.2, 0.3, 100, 9, 9.1, 9.2, 9.3].map((x) => [x])), {
      minClusterSize: 3,
      minSamples: 2,
    });
    expect([...found.labels]).toEqual([0, 0, 0, 0, -1, 1, 1, 1, 1]);
    expect(found.outlierScores[4]).toBeGreaterThan(0.9);
  });

  it('two groups of duplicates, infinitely dense, and no NaN', async () => {
    const rows = [...new Array(8).fill([1, 0]), ...new Array(8).fill([0, 1]), [5, 5]];
    const found = await run(vectorsOf(rows), { minClusterSize: 3, minSamples: 3 });
    expect([...found.labels]).toEqual([...new Array(8).fill(0), ...new Array(8).fill(1), -1]);
    for (const value of [...found.probabilities, ...found.outlierScores]) expect(value).toBeGreaterThanOrEqual(0);
    for (const { persistence } of found.clusters) expect(Number.isFinite(persistence)).toBe(true);
  });

  it('heeds the byte offset of a subarray', async () => {
    const vectors = madeVectors(80, 5, 8);
    const larger = new Float32Array(vectors.data.length + 3).fill(100);
    larger.set(vectors.data, 3);
    const found = await run({ ...vectors, data: larger.subarray(3) });
    const expected = await run(vectors);
    expect(found.labels).toEqual(expected.labels);
    expect(found.outlierScores).toEqual(expected.outlierScores);
  });

  it('clusters rows of 4096 dims', async () => {
    const found = await run(madeVectors(100, 4096, 2));
    expect(found.clusters.length).toBeGreaterThan(1);
  });

  it('stops with the reason of an abort', async () => {
    const reason = new Error('enough');
    const controller = new AbortController();
    const running = run(madeVectors(2000, 100, 2), { signal: controller.signal });
    controller.abort(reason);
    await expect(running).rejects.toBe(reason);
  });
});

describe('hdbscanCluster', () => {
  it('does not take another backend in place of tfjs-gpu', async () => {
    const asked = hdbscanCluster(madeVectors(10, 2, 1), { backend: 'tfjs-gpu' });
    await expect(asked).rejects.toMatchObject({ name: 'BackendUnavailable' });
  });
});
