import type { ClusterNode, Vectors } from '../types.js';
import { broaderLayers, countAt, cut, type Groups, lifetimes } from './layers.js';
import { clusterDistances, cosineDistances, type GroupProducts } from './likeness.js';
import { averageLinkage } from './linkage.js';

/** How many clusters the layers may have. */
export interface Most {
  /** The working layer has no more where the nearest of its clusters have something in common. */
  readonly working: number;
  /** All layers together have no more in any case. */
  readonly all: number;
}

export interface Layered {
  /** Working-layer cluster of each row, -1 for noise. */
  readonly labels: Int32Array;
  /** All layers; ids 0 … k-1 are the working one. */
  readonly clusters: ClusterNode[];
  readonly choices: Readonly<Record<string, string>>;
}

/** Groups nearer than that are pieces of one cluster. */
const ONE_CLUSTER = 0.2;
/** Groups further apart than that are not joined to save clusters, as long as there may be more. */
const LITTLE_IN_COMMON = 0.55;
/** Groups further apart than that are not joined for a broader layer: at 1 they are as like as any two directions. */
const NOTHING_IN_COMMON = 0.95;
/** The part of all clusters that the working layer may take; the broader layers share the rest. */
export const WORKING_SHARE = 5 / 6;

/** Joins groups that are pieces of one cluster; a large one can come out of the smoothing in several. */
export function joinPieces(rows: Vectors, found: Int32Array, products?: GroupProducts): Int32Array {
  const { labels, count } = renumber(found);
  const merges = averageLinkage(clusterDistances(rows, labels, count, products), count);
  const { of } = cut(merges, count, countAt(merges, count, ONE_CLUSTER));
  return labels.map((label) => (label < 0 ? -1 : of[label]));
}

/** The groups that the working layer would have if these were all: pieces joined, then the nearest, until `most.working` are left. */
export function workingGroups(rows: Vectors, found: Int32Array, most: Most, products?: GroupProducts): Int32Array {
  const { labels, count } = renumber(found);
  const merges = averageLinkage(clusterDistances(rows, labels, count, products), count);
  const distinct = Math.min(countAt(merges, count, ONE_CLUSTER), most.working);
  const { of } = cut(
    merges,
    count,
    Math.max(1, within(most, Math.max(distinct, countAt(merges, count, LITTLE_IN_COMMON)))),
  );
  return labels.map((label) => (label < 0 ? -1 : of[label]));
}

/** How many clusters the working layer may have: more than `most.working` where that many of these groups have little in common. */
export function workingCount(rows: Vectors, found: Int32Array, most: Most, products?: GroupProducts): number {
  const { labels, count } = renumber(found);
  const merges = averageLinkage(clusterDistances(rows, labels, count, products), count);
  return within(most, Math.max(most.working, countAt(merges, count, LITTLE_IN_COMMON)));
}

const within = (most: Most, count: number): number => Math.min(count, Math.floor(most.all * WORKING_SHARE));

/**
 * Makes the layers above the working one, whose clusters are given: ever fewer, by average linkage of the smoothed rows.
 * How many have something in common the rows themselves say.
 * @param rows unit rows in the space of the embeddings
 * @param smoothed the same rows after the smoothing, unit length
 * @param found working-layer cluster of each row, -1 for noise
 * @param copies pages that each row stands for: sizes count pages, linkage counts rows
 * @param products the backend's inner products of groups; TypeScript's where absent
 */
export function layered(
  rows: Vectors,
  smoothed: Vectors,
  found: Int32Array,
  copies: Int32Array,
  most: Most,
  products?: GroupProducts,
): Layered {
  const { labels, count } = renumber(found);
  if (count === 0) return { labels, clusters: [], choices: { layers: 'None: no clusters.' } };
  const alike = averageLinkage(clusterDistances(rows, labels, count, products), count);
  const { distances, sizes } = cosineDistances(smoothed, labels, count, products);
  const merges = averageLinkage(distances, count, sizes);
  const working = Math.max(1, within(most, count)); // pages stored many times can make more clusters than there may be
  const apart = countAt(alike, count, NOTHING_IN_COMMON);
  const counts = [working, ...broaderLayers(working, most.all - working, apart)];
  const groups = counts.map((left) => cut(merges, count, left));
  return {
    labels: labels.map((label) => (label < 0 ? -1 : groups[0].of[label])),
    clusters: nodes(groups, sizesOf(labels, count, copies), lifetimes(merges, count)),
    choices: {
      layers:
        counts.length === 1
          ? `One, of ${working} clusters: too few of them have enough in common for a broader one.`
          : `${counts.join(', ')} clusters, narrow to broad, by average linkage.`,
    },
  };
}

/** Labels 0 … count-1 in the order in which they first appear. */
function renumber(labels: Int32Array): { labels: Int32Array; count: number } {
  const number = new Map<number, number>();
  const out = labels.map((label) => {
    if (label < 0) return -1;
    if (!number.has(label)) number.set(label, number.size);
    return number.get(label) as number;
  });
  return { labels: out, count: number.size };
}

function sizesOf(labels: Int32Array, count: number, copies: Int32Array): Int32Array {
  const sizes = new Int32Array(count);
  labels.forEach((label, row) => {
    if (label >= 0) sizes[label] += copies[row];
  });
  return sizes;
}

function nodes(groups: readonly Groups[], leafSizes: Int32Array, life: Float64Array): ClusterNode[] {
  const offset = [0];
  for (const group of groups) offset.push(offset[offset.length - 1] + group.node.length);
  return groups.flatMap((group, layer) => {
    const size = new Int32Array(group.node.length);
    const parent = new Int32Array(group.node.length).fill(-1);
    group.of.forEach((own, leaf) => {
      size[own] += leafSizes[leaf];
      if (layer + 1 < groups.length) parent[own] = offset[layer + 1] + groups[layer + 1].of[leaf];
    });
    return group.node.map((node, own) => ({
      id: offset[layer] + own,
      layer,
      parentId: parent[own] < 0 ? null : parent[own],
      size: size[own],
      persistence: life[node],
    }));
  });
}
