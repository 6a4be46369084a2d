import type { SparseGraph } from '../smoothing/fuzzy-graph.js';

/** Points in the plane: x and y of point i stand at 2i and 2i + 1. */
export type Plane = Float64Array;

/** Most steps towards the neighbours before the optimisation, so that what belongs together starts together. */
const DIFFUSIONS = 10;
/** Standard deviation of the starting positions along each axis, in units in which neighbours are about 1 apart. */
const SPREAD = 5;
/** Other points that push a point away in each epoch, standing for all. */
const PUSHES = 64;
const MOMENTUM = 0.5;
/** No step is longer, before momentum. */
const LONGEST = 4;
/** Weights are rounded to multiples of 1 / 4096, so that the last bits of exp(), which libraries disagree on, are gone. */
const WEIGHT_STEPS = 4096;

/**
 * Lays a fuzzy neighbour graph out in the plane, as UMAP does (McInnes et al. 2018, section 3.2) with four changes:
 * the kernel is Student's t, 1 / (1 + d^2), as in t-SNE, for pushing too (its force has no pole, so a few samples tell
 * it well); all edges pull in each epoch instead of a drawn few; all points move at once, from the positions of the epoch
 * before; and how strongly others push grows with the number of points. Whom a point is pushed by is drawn from a hash of
 * the epoch: the same on every run. Only + - * / and square roots: native/core/layout/layout.cc gives the same bits.
 * @param initial starting positions, 2 numbers a row of the graph
 */
export function layout(fuzzy: SparseGraph, initial: Plane): Plane {
  const points = fuzzy.start.length - 1;
  const graph = rounded(fuzzy);
  const degree = degrees(graph, points);
  const at = spreadOut(diffused(graph, degree, initial));
  const velocity = new Float64Array(2 * points);
  const push = pushOf(points);
  const epochs = epochsFor(points);
  for (let epoch = 0; epoch < epochs; epoch++) {
    const before = at.slice();
    const offsets = offsetsOf(epoch, points);
    const rate = (1 - epoch / epochs) * (1 - epoch / epochs);
    for (let i = 0; i < points; i++) movePoint(i, graph, before, offsets, rate, push * degree[i], velocity, at);
  }
  return at;
}

/** More for small wikis, where they cost nothing. */
function epochsFor(points: number): number {
  return Math.max(100, Math.min(300, Math.ceil(1_200_000 / Math.max(points, 1))));
}

/** How strongly all others together push, for a pull of 1: as measured on wikis of 576 and 5,720 pages. */
const pushOf = (points: number): number => Math.max(5, Math.sqrt(points / 5));

function movePoint(
  i: number,
  { start, column, weight }: SparseGraph,
  before: Plane,
  offsets: Int32Array,
  rate: number,
  push: number,
  velocity: Float64Array,
  at: Plane,
): void {
  const points = start.length - 1;
  const x = before[2 * i];
  const y = before[2 * i + 1];
  let pushX = 0;
  let pushY = 0;
  for (const offset of offsets) {
    const j = (i + offset) % points;
    const dx = x - before[2 * j];
    const dy = y - before[2 * j + 1];
    const near = 1 + (dx * dx + dy * dy);
    const force = 2 / (near * near);
    pushX += force * dx;
    pushY += force * dy;
  }
  let pull = 0;
  let pullX = 0;
  let pullY = 0;
  for (let e = start[i]; e < start[i + 1]; e++) {
    const j = column[e];
    const dx = before[2 * j] - x;
    const dy = before[2 * j + 1] - y;
    const force = (2 * weight[e]) / (1 + (dx * dx + dy * dy));
    pull += force;
    pullX += force * dx;
    pullY += force * dy;
  }
  // Divided by the pull, or two neighbours that move at once would jump over each other.
  const step = rate / (1 + 2 * rate * pull);
  const share = offsets.length === 0 ? 0 : push / offsets.length;
  const stepX = step * (pullX + share * pushX);
  const stepY = step * (pullY + share * pushY);
  const length = Math.sqrt(stepX * stepX + stepY * stepY);
  const kept = length > LONGEST ? LONGEST / length : 1;
  velocity[2 * i] = kept * stepX + MOMENTUM * velocity[2 * i];
  velocity[2 * i + 1] = kept * stepY + MOMENTUM * velocity[2 * i + 1];
  at[2 * i] = x + velocity[2 * i];
  at[2 * i + 1] = y + velocity[2 * i + 1];
}

/** In this epoch point i is pushed by the points i + offset, counted round: every pair is as likely, none is itself. */
function offsetsOf(epoch: number, points: number): Int32Array {
  const seed = mixed(Math.imul(epoch + 1, 0x9e3779b9));
  return Int32Array.from(
    { length: points > 1 ? PUSHES : 0 },
    (_, s) => 1 + Math.floor((mixed(seed ^ Math.imul(s + 1, 0x85ebca6b)) * (points - 1)) / 2 ** 32),
  );
}

/** A 32-bit hash in which every bit of the input moves half of the output's (lowbias32, C. Wellons). */
export function mixed(value: number): number {
  let h = value;
  h = Math.imul(h ^ (h >>> 16), 0x21f0aaad);
  h = Math.imul(h ^ (h >>> 15), 0xd35a2d97);
  return (h ^ (h >>> 15)) >>> 0;
}

function rounded(graph: SparseGraph): SparseGraph {
  return { ...graph, weight: graph.weight.map((w) => Math.floor(w * WEIGHT_STEPS + 0.5) / WEIGHT_STEPS) };
}

function degrees({ start, weight }: SparseGraph, points: number): Float64Array {
  const degree = new Float64Array(points);
  for (let i = 0; i < points; i++) for (let e = start[i]; e < start[i + 1]; e++) degree[i] += weight[e];
  return degree;
}

/** Every point half way to the mean of its neighbours, several times. */
function diffused({ start, column, weight }: SparseGraph, degree: Float64Array, initial: Plane): Plane {
  let at = initial;
  // Of a few points all are neighbours, and would meet in one spot.
  const passes = Math.min(DIFFUSIONS, Math.floor(degree.length / 4));
  for (let pass = 0; pass < passes; pass++) {
    const next = at.slice();
    for (let i = 0; i < degree.length; i++) {
      if (degree[i] === 0) continue;
      for (let axis = 0; axis < 2; axis++) {
        let sum = 0;
        for (let e = start[i]; e < start[i + 1]; e++) sum += weight[e] * at[2 * column[e] + axis];
        next[2 * i + axis] = 0.5 * at[2 * i + axis] + (0.5 * sum) / degree[i];
      }
    }
    at = next;
  }
  return at;
}

/** Each axis less its mean, at a standard deviation of SPREAD; an axis on which all points are the same stays so. */
function spreadOut(at: Plane): Plane {
  const points = at.length / 2;
  const out = new Float64Array(at.length);
  for (let axis = 0; axis < 2; axis++) {
    let mean = 0;
    for (let i = 0; i < points; i++) mean += at[2 * i + axis];
    mean /= points;
    let variance = 0;
    for (let i = 0; i < points; i++) variance += (at[2 * i + axis] - mean) * (at[2 * i + axis] - mean);
    variance /= points;
    const scale = variance > 1e-24 ? SPREAD / Math.sqrt(variance) : 0;
    for (let i = 0; i < points; i++) out[2 * i + axis] = (at[2 * i + axis] - mean) * scale;
  }
  return out;
}
