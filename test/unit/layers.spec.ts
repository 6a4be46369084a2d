import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { joinPieces, layered } from '../../src/clustering/layers/layered.js';
import { broaderLayers, countAt, cut, lifetimes } from '../../src/clustering/layers/layers.js';
import { clusterDistances, cosineDistances } from '../../src/clustering/layers/likeness.js';
import { averageLinkage, type Merge } from '../../src/clustering/layers/linkage.js';
import { neighbourLinkage } from '../../src/clustering/layers/neighbour-linkage.js';
import { largeGroups, rowTree } from '../../src/clustering/layers/row-tree.js';
import { unitRows } from '../../src/clustering/smoothing/canonical.js';
import { referenceKernels } from '../../src/clustering/smoothing/kernels.js';
import { madeClusters, madeFamilies } from '../support/made-clusters.js';

/** Average linkage as its definition has it: at every step the two groups with the least mean distance, O(n^4). */
function slowHeights(distance: Float64Array, n: number): number[] {
  let groups = Array.from({ length: n }, (_, i) => [i]);
  const heights: number[] = [];
  while (groups.length > 1) {
    let best = { a: 0, b: 1, d: Infinity };
    for (let a = 0; a < groups.length; a++) {
      for (let b = a + 1; b < groups.length; b++) {
        const pairs = groups[a].flatMap((i) => groups[b].map((j) => distance[i * n + j]));
        const d = pairs.reduce((x, y) => x + y, 0) / pairs.length;
        if (d < best.d) best = { a, b, d };
      }
    }
    heights.push(best.d);
    groups = [...groups.filter((_, i) => i !== best.a && i !== best.b), [...groups[best.a], ...groups[best.b]]];
  }
  return heights;
}

/** Scatters whole numbers over 0 … 1, so that sums of a few are as good as never equal. */
const scattered = (n: number) => Math.abs(Math.sin(n * 12.9898) * 43758.5453) % 1;

/** All mean distances different: where two are equal there is more than one right answer. */
const symmetric = fc.integer({ min: 1, max: 9 }).chain((n) => {
  const pairs = (n * (n - 1)) / 2;
  return fc.uniqueArray(fc.integer({ min: 1, max: 1e6 }), { minLength: pairs, maxLength: pairs }).map((values) => {
    const distance = new Float64Array(n * n);
    let next = 0;
    for (let i = 0; i < n; i++)
      for (let j = 0; j < i; j++) distance[i * n + j] = distance[j * n + i] = scattered(values[next++]);
    return { n, distance };
  });
});

describe('averageLinkage', () => {
  it('merges at the heights of the definition, lowest first, children before parents', () => {
    fc.assert(
      fc.property(symmetric, ({ n, distance }) => {
        const merges = averageLinkage(distance, n);
        const slow = slowHeights(distance, n);
        expect(merges.length).toBe(n - 1);
        merges.forEach((merge, i) => {
          expect(merge.height).toBeCloseTo(slow[i], 9);
          expect(Math.max(merge.left, merge.right)).toBeLessThan(n + i);
        });
      }),
    );
  });
});

/** Every row is among the neighbours of every other. */
const allNear = (rows: number) => ({
  k: rows - 1,
  index: Int32Array.from({ length: rows * (rows - 1) }, (_, at) => {
    const row = Math.floor(at / (rows - 1));
    const other = at % (rows - 1);
    return other < row ? other : other + 1;
  }),
  distance: new Float64Array(rows * (rows - 1)),
});

const linkage = referenceKernels.linkage;

describe('neighbourLinkage', () => {
  it('is average linkage where all are neighbours', () => {
    for (const scatter of [0.5, 1, 2]) {
      const rows = unitRows(madeClusters(6, 8, 24, scatter));
      const each = Int32Array.from({ length: 48 }, (_, i) => i);
      const { distances, sizes } = cosineDistances(rows, each, 48);
      const whole = averageLinkage(distances, 48, sizes);
      const walked = neighbourLinkage(rows, allNear(48));
      expect(walked.length).toBe(47);
      walked.forEach((merge, m) => {
        expect(merge.height).toBeCloseTo(whole[m].height, 6);
        expect(Math.max(merge.left, merge.right)).toBeLessThan(48 + m);
      });
      for (const count of [2, 6, 20]) expect(cut(walked, 48, count).of).toEqual(cut(whole, 48, count).of);
    }
  });

  it('joins nothing that is not near, and rowTree joins the rest', async () => {
    const made = madeClusters(5, 10, 64);
    const rows = unitRows(made);
    const all = allNear(50);
    const own = {
      ...all,
      index: all.index.map((j, at) => (made.truth[j] === made.truth[Math.floor(at / 49)] ? j : Math.floor(at / 49))),
    };
    const merges = neighbourLinkage(rows, own);
    expect(merges.length).toBe(45);
    const tree = await rowTree(rows, own, 5, { linkage });
    expect(tree.length).toBe(49);
    expect([...cut(tree, 50, 5).of]).toEqual([...made.truth]);
  });
});

describe('largeGroups', () => {
  it('makes as many groups of the least size as asked, or as there can be, and leaves the rest out', async () => {
    const made = madeClusters(6, 7, 64);
    const tree = await rowTree(unitRows(made), allNear(42), 42, { linkage });
    expect([...largeGroups(tree, 42, 6, 3)]).toEqual([...made.truth]);
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 42 }), fc.integer({ min: 1, max: 9 }), (count, least) => {
        const groups = largeGroups(tree, 42, count, least);
        const sizes = new Map<number, number>();
        for (const group of groups) if (group >= 0) sizes.set(group, (sizes.get(group) ?? 0) + 1);
        const possible = Array.from({ length: 42 }, (_, left) => {
          const { of, node } = cut(tree, 42, left + 1);
          return node.filter((_, group) => of.filter((own) => own === group).length >= least).length;
        });
        expect(sizes.size).toBeGreaterThanOrEqual(Math.min(count, Math.max(...possible)));
        for (const size of sizes.values()) expect(size).toBeGreaterThanOrEqual(least);
      }),
    );
  });
});

describe('cut', () => {
  const merges: Merge[] = [
    { left: 0, right: 2, height: 0.1 },
    { left: 1, right: 3, height: 0.2 },
    { left: 4, right: 5, height: 0.6 },
  ];
  it('leaves as many groups as asked, numbered by their first leaf', () => {
    expect([...cut(merges, 4, 4).of]).toEqual([0, 1, 2, 3]);
    expect([...cut(merges, 4, 3).of]).toEqual([0, 1, 0, 2]);
    expect(cut(merges, 4, 2)).toMatchObject({ of: Int32Array.from([0, 1, 0, 1]), node: [4, 5] });
    expect([...cut(merges, 4, 1).of]).toEqual([0, 0, 0, 0]);
  });
  it('counts the groups below a height and how long each lives', () => {
    expect([0, 0.15, 0.3, 1].map((height) => countAt(merges, 4, height))).toEqual([4, 3, 2, 1]);
    expect([...lifetimes(merges, 4)].map((x) => +x.toFixed(6))).toEqual([0.1, 0.2, 0.1, 0.2, 0.5, 0.4, 0.4]);
  });
  it('makes ever broader layers, never one of three clusters or fewer', () => {
    expect(broaderLayers(48, Infinity, 1)).toEqual([16, 5]);
    expect(broaderLayers(12, Infinity, 1)).toEqual([4]);
    for (const few of [10, 3, 0]) expect(broaderLayers(few, Infinity, 1)).toEqual([]);
  });
  it('makes no more clusters in the broader layers than are left', () => {
    expect(broaderLayers(286, 57, 2)).toEqual([38, 12, 4]);
    expect(broaderLayers(50, 10, 1)).toEqual([6]);
    fc.assert(
      fc.property(fc.nat(2000), fc.nat(2000), fc.nat(2000), (count, rest, apart) => {
        const layers = broaderLayers(count, rest, apart);
        expect(layers.reduce((sum, layer) => sum + layer, 0)).toBeLessThanOrEqual(rest);
        layers.forEach((layer, i) => {
          expect(layer).toBeGreaterThanOrEqual(Math.max(4, apart));
          expect(layer).toBeLessThanOrEqual((i === 0 ? count : layers[i - 1]) / 2);
        });
      }),
    );
  });
  it('joins no clusters that have nothing in common', () => {
    expect(broaderLayers(48, Infinity, 20)).toEqual([20]);
    expect(broaderLayers(48, Infinity, 40)).toEqual([]);
  });
});

describe('clusterDistances', () => {
  it('sees two halves of one cluster as one, and two topics apart, whatever the scatter', () => {
    for (const scatter of [0.3, 1, 2]) {
      const made = madeClusters(2, 60, 256, scatter);
      const rows = unitRows(made);
      const halves = Int32Array.from(made.truth, (t, i) => t * 2 + (i % 4 < 2 ? 0 : 1)); // clusters 0 and 1 are halves of topic 0
      const d = clusterDistances(rows, halves, 4);
      expect(d[0 * 4 + 1]).toBeLessThan(0.2);
      expect(d[0 * 4 + 2]).toBeGreaterThan(0.6);
      expect([...joinPieces(rows, halves)]).toEqual([...made.truth]);
    }
  });
});

describe('layered', () => {
  it('gives every cluster of a layer a parent in the next, of at least its size', () => {
    const made = madeFamilies(10, 3, 6, 64);
    const { labels, clusters } = layered(
      unitRows(made),
      unitRows(made),
      Int32Array.from(made.truth),
      new Int32Array(180).fill(1),
      {
        working: 30,
        all: Infinity,
      },
    );
    expect(clusters.map((c) => c.id)).toEqual(clusters.map((_, i) => i));
    const top = Math.max(...clusters.map((c) => c.layer));
    expect(top).toBeGreaterThan(0);
    for (const { parentId, layer, size } of clusters) {
      if (layer === top) expect(parentId).toBeNull();
      else {
        expect(clusters[parentId as number].layer).toBe(layer + 1);
        expect(clusters[parentId as number].size).toBeGreaterThanOrEqual(size);
      }
    }
    for (let layer = 0; layer <= top; layer++)
      expect(clusters.filter((c) => c.layer === layer).reduce((n, c) => n + c.size, 0)).toBe(180);
    expect(new Set(labels).size).toBe(30);
  });

  it('has one layer where the clusters have nothing in common', () => {
    const made = madeClusters(30, 6, 2048);
    const { clusters } = layered(
      unitRows(made),
      unitRows(made),
      Int32Array.from(made.truth),
      new Int32Array(180).fill(1),
      {
        working: 30,
        all: Infinity,
      },
    );
    expect(clusters.map((c) => c.layer)).toEqual(new Array(30).fill(0));
  });

  it('has no more clusters in all layers than it may, whatever their distance', () => {
    for (const made of [madeClusters(60, 5, 128), madeFamilies(12, 5, 5, 128)]) {
      const all = 36;
      const most = { working: 30, all };
      const { clusters } = layered(
        unitRows(made),
        unitRows(made),
        Int32Array.from(made.truth),
        new Int32Array(300).fill(1),
        most,
      );
      expect(clusters.length).toBeLessThanOrEqual(all);
      expect(clusters.filter((c) => c.layer === 0).length).toBe(30);
    }
  });

  it('has no layers where nothing was found', () => {
    const made = unitRows(madeClusters(1, 4, 8));
    expect(
      layered(made, made, new Int32Array(4).fill(-1), new Int32Array(4).fill(1), { working: 5, all: 60 }),
    ).toMatchObject({ clusters: [] });
  });
});
