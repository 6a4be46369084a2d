import type { Neighbours } from '../distance/backend.js';
import { joinPieces, layered, workingCount, workingGroups } from '../layers/layered.js';
import { linkedGroups } from '../layers/row-tree.js';
import { belonging } from '../outliers/belonging.js';
import type { Clustering, Vectors } from '../types.js';
import { absorb } from './absorb.js';
import { centreIfSkewed } from './centre.js';
import type { SmoothingKernels } from './kernels.js';
import { membership } from './membership.js';
import { OUTLIER, outlierScores } from './outlierness.js';
import { type Plan, planFor } from './plan.js';
import { isRelated, relatedness } from './relatedness.js';
import { type Stopwatch, stopwatch } from './stopwatch.js';

export interface SmoothOptions {
  readonly minClusterSize?: number;
  /** Called between the steps; throws where the run is cancelled. */
  readonly checkpoint: () => void;
}

/** Squared length of the mean unit row above which all pages are one. */
const ONE_PAGE = 0.95;

/**
 * The default method, from vectors to layers: decision by decision in docs/clustering.md. No random number, and the
 * same bits for any order of the rows and any number of threads.
 */
export async function smoothedClusters(
  vectors: Vectors,
  kernels: SmoothingKernels,
  options: SmoothOptions,
): Promise<Clustering> {
  const watch = stopwatch(options.checkpoint);
  const canonical = await watch.time('prepare', () => kernels.canonical(vectors));
  const plan = planFor(canonical.rows.rows, vectors.rows, vectors.dims, options.minClusterSize);
  const found = await clusterDistinct(canonical.rows, plan, kernels, options, watch);
  const labels = ownClusterForManyCopies(found.labels, canonical.copies, plan.minClusterSize);
  const layers = watch.time('layers', () =>
    layered(found.rows, found.smoothed, labels, canonical.copies, plan.most, kernels.groupProducts),
  );
  const probabilities = watch.time('membership', () => membership(layers.labels, found.neighbours));

  const spread = <T extends Int32Array | Float32Array>(out: T, values: ArrayLike<number>, absent: number): T => {
    canonical.canonicalOf.forEach((row, i) => {
      out[i] = row < 0 ? absent : values[row];
    });
    return out;
  };
  return {
    labels: spread(new Int32Array(vectors.rows), layers.labels, -1),
    probabilities: spread(new Float32Array(vectors.rows), probabilities, 0),
    outlierScores: spread(new Float32Array(vectors.rows), found.outlierScores, 1),
    clusters: layers.clusters,
    backend: kernels.backend,
    device: kernels.device,
    choices: { ...found.choices, ...layers.choices },
    timings: watch.seconds,
  };
}

interface Found {
  /** Centred unit rows. */
  readonly rows: Vectors;
  /** The same, smoothed. */
  readonly smoothed: Vectors;
  readonly labels: Int32Array;
  readonly outlierScores: Float32Array;
  readonly neighbours: Neighbours;
  readonly choices: Readonly<Record<string, string>>;
}

async function clusterDistinct(
  unit: Vectors,
  plan: Plan,
  kernels: SmoothingKernels,
  options: SmoothOptions,
  watch: Stopwatch,
): Promise<Found> {
  const { rows, skew } = watch.time('centre', () => centreIfSkewed(unit, kernels.meanRow(unit)));
  const choices = {
    ...plan.choices,
    centring:
      rows === unit
        ? 'None: the pages share no direction.'
        : `The direction that all pages share (${skew.toFixed(2)} of the squared length) taken off.`,
  };
  const base = { rows, smoothed: rows, choices };
  if (rows.rows < 2) return { ...base, ...nothing(rows.rows) };
  if (skew > ONE_PAGE) {
    const alike = 'All pages are nearly the same: one cluster.';
    return {
      ...base,
      ...nothing(rows.rows),
      labels: new Int32Array(rows.rows),
      outlierScores: new Float32Array(rows.rows),
      choices: { ...choices, relatedness: alike },
    };
  }
  const reduced =
    plan.principalDims === null
      ? rows
      : await watch.time('principal', () => kernels.principal(rows, plan.principalDims as number));
  const near = await watch.time('neighbours', () => kernels.neighbours(reduced, plan.neighbours));
  const { smoothed, last } = await watch.time('smooth', () =>
    smooth(reduced, near, plan.steps, kernels, options.checkpoint),
  );
  const surplus = watch.time('relatedness', () =>
    Math.min(relatedness(rows, near, kernels.cosines), relatedness(reduced, near, kernels.cosines)),
  );
  if (!isRelated(surplus, rows.rows)) {
    const unrelated = `The pages have nothing in common (neighbours of a page are ${surplus.toFixed(2)} as close to each other as topics make them): all are outliers.`;
    return { ...base, ...nothing(rows.rows), choices: { ...choices, relatedness: unrelated } };
  }
  const dense = await watch.time('hdbscan', () => kernels.cluster(smoothed, plan.minClusterSize, last));
  // Pages that are related and fall into no groups are one group.
  const groups = dense.some((label) => label >= 0) ? dense : new Int32Array(rows.rows);
  const scores = watch.time('outliers', () => {
    const working = workingGroups(rows, groups, plan.most, kernels.groupProducts);
    return outlierScores(near, belonging(reduced, working, near, kernels.groupProducts));
  });
  const ordinary = (row: number) => scores[row] <= OUTLIER;
  const kept = groups.map((label, row) => (ordinary(row) ? label : -1));
  const count = workingCount(rows, kept, plan.most, kernels.groupProducts);
  const labels = await watch.time('linkage', async () => {
    const linked = await linkedGroups(smoothed, last, ordinary, count, plan.leastPages, kernels);
    return absorb(joinPieces(rows, linked, kernels.groupProducts), near, ordinary);
  });
  const strange = scores.filter((score) => score > OUTLIER).length;
  const outliers = `${strange} of ${rows.rows} different pages: they fit their group worse, or more groups alike, and lie in a sparser place than the rest of this wiki explains.`;
  const working = `Average linkage of the smoothed pages, cut where at most ${count} clusters of ${plan.leastPages} pages or more are left, as many as this wiki is worth; pieces of one cluster joined.`;
  const reasons = { ...choices, outliers, working_layer: working };
  return { rows, smoothed, labels, outlierScores: scores, neighbours: near, choices: reasons };
}

/** Blurring mean shift, with the neighbours brought up to date before each step but the first; and the last neighbours. */
async function smooth(
  rows: Vectors,
  near: Neighbours,
  steps: number,
  kernels: SmoothingKernels,
  checkpoint: () => void,
): Promise<{ smoothed: Vectors; last: Neighbours }> {
  let smoothed = await kernels.shift(rows, near);
  let last = near;
  for (let step = 1; step < steps; step++) {
    checkpoint();
    last = await kernels.refresh(smoothed, last);
    smoothed = await kernels.shift(smoothed, last);
  }
  return { smoothed, last };
}

/** Every row an outlier. */
function nothing(rows: number): Pick<Found, 'labels' | 'outlierScores' | 'neighbours'> {
  return {
    labels: new Int32Array(rows).fill(-1),
    outlierScores: new Float32Array(rows).fill(1),
    neighbours: { k: 0, index: new Int32Array(0), distance: new Float64Array(0) },
  };
}

/** A page that is stored at least min_cluster_size times makes a cluster where it belongs to none. */
function ownClusterForManyCopies(labels: Int32Array, copies: Int32Array, minClusterSize: number): Int32Array {
  let next = labels.reduce((most, label) => Math.max(most, label), -1) + 1;
  const alone = labels.length === 1;
  return labels.map((label, row) => (label < 0 && copies[row] >= (alone ? 2 : minClusterSize) ? next++ : label));
}
