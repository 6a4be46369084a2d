import { unitRows } from '../smoothing/canonical.js';
import { centreIfSkewed } from '../smoothing/centre.js';
import type { Vectors } from '../types.js';
import type { NearestClusters } from './nearest.js';

/** See nearestClusters; in the calling thread. */
export function nearest(vectors: Vectors, labels: Int32Array): NearestClusters {
  const { rows } = centreIfSkewed(unitRows(vectors));
  const count = labels.reduce((most, label) => Math.max(most, label), -1) + 1;
  const sums = clusterSums(rows, labels, count);
  const size = new Int32Array(count);
  for (const label of labels) if (label >= 0) size[label]++;
  const typical = typicalFit(rows, labels, sums, size);

  const out = new Int32Array(rows.rows).fill(-1);
  const confidence = new Float32Array(rows.rows);
  for (let i = 0; i < rows.rows; i++) {
    if (isZero(rows, i)) continue;
    let best = -Infinity;
    for (let c = 0; c < count; c++) {
      if (size[c] === 0 || (labels[i] >= 0 && labels[i] !== c)) continue; // a member fits its own cluster
      const fit = meanCosine(rows, i, labels[i] === c, sums, size, c);
      if (fit > best) {
        best = fit;
        out[i] = c;
      }
    }
    const against = out[i] < 0 ? 0 : best / typical[out[i]];
    confidence[i] = Math.max(0, Math.min(1, against / (1 + against) || 0));
  }
  return { labels: out, confidence };
}

function clusterSums({ data, rows, dims }: Vectors, labels: Int32Array, count: number): Float64Array {
  const sums = new Float64Array(count * dims);
  for (let i = 0; i < rows; i++) {
    if (labels[i] >= 0) for (let j = 0; j < dims; j++) sums[labels[i] * dims + j] += data[i * dims + j];
  }
  return sums;
}

/** Mean cosine of row i to the rows of cluster c other than itself. */
function meanCosine(
  { data, dims }: Vectors,
  i: number,
  member: boolean,
  sums: Float64Array,
  size: Int32Array,
  c: number,
): number {
  let dot = 0;
  for (let a = i * dims, b = c * dims, end = a + dims; a < end; a++, b++) dot += data[a] * sums[b];
  const others = size[c] - (member ? 1 : 0);
  return others === 0 ? 1 : (dot - (member ? 1 : 0)) / others;
}

/** Median over the members of each cluster of how they fit it, at least .05: a cluster of strangers makes nobody a member. */
function typicalFit(rows: Vectors, labels: Int32Array, sums: Float64Array, size: Int32Array): Float64Array {
  const fits: number[][] = Array.from(size, () => []);
  labels.forEach((label, i) => {
    if (label >= 0) fits[label].push(meanCosine(rows, i, true, sums, size, label));
  });
  return Float64Array.from(fits, (all) => Math.max(all.sort((a, b) => a - b)[all.length >> 1] ?? 0, 0.05));
}

function isZero({ data, dims }: Vectors, row: number): boolean {
  for (let j = row * dims; j < (row + 1) * dims; j++) if (data[j] !== 0) return false;
  return true;
}
