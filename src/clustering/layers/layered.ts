import type { ClusterNode, Vectors } from '../types.js';
import { broaderLayers, countAt, cut, type Groups, lifetimes } from './layers.js';
import { clusterDistances, type GroupProducts } from './likeness.js';
import { averageLinkage, type Merge } from './linkage.js';

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
  const { of } = cut(merges, count, workingCount(merges, count, most));
  return labels.map((label) => (label < 0 ? -1 : of[label]));
}

function workingCount(merges: readonly Merge[], count: number, most: Most): number {
  const distinct = Math.min(countAt(merges, count, ONE_CLUSTER), most.working);
  const apart = countAt(merges, count, LITTLE_IN_COMMON);
  return Math.max(1, Math.min(Math.max(distinct, apart), Math.floor(most.all * WORKING_SHARE)));
}

/**
 * Makes the layers: average linkage of what density found. Pieces of one cluster are joined in any case, then the nearest
 * until `most.working` are left for the working layer; ever broader layers follow above it.
 * @param rows unit rows in the space of the embeddings
 * @param found cluster of each row, -1 for noise
 * @param products the backend's inner products of groups; TypeScript's where absent
 * @param copies pages that each row stands for: sizes count pages, centroids count rows
 */
export function layered(
  rows: Vectors,
  found: Int32Array,
  copies: Int32Array,
  most: Most,
  products?: GroupProducts,
): Layered {
  const fine = renumber(found);
  if (fine.count === 0) return { labels: fine.labels, clusters: [], choices: { layers: 'None: no clusters.' } };
  const merges = averageLinkage(clusterDistances(rows, fine.labels, fine.count, products), fine.count);
  const distinct = countAt(merges, fine.count, ONE_CLUSTER);
  const counts = [workingCount(merges, fine.count, most)];
  counts.push(...broaderLayers(counts[0], most.all - counts[0], countAt(merges, fine.count, NOTHING_IN_COMMON)));
  const life = lifetimes(merges, fine.count);
  const groups = counts.map((count) => cut(merges, fine.count, count));
  const working = groups[0];
  const labels = fine.labels.map((label) => (label < 0 ? -1 : working.of[label]));
  return {
    labels,
    clusters: nodes(groups, sizesOf(fine.labels, fine.count, copies), life),
    choices: {
      layers:
        counts.length === 1
          ? `One, of ${counts[0]} clusters: too few of them have enough in common for a broader one.`
          : `${counts.join(', ')} clusters, narrow to broad, by average linkage.`,
      working_layer:
        counts[0] < distinct
          ? `${fine.count} dense groups were found; the most alike were joined until ${counts[0]} were left, about as many as a wiki of this size is worth.`
          : `${fine.count} dense groups were found, ${distinct} of them different enough to stand alone.`,
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
