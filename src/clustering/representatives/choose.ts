import { unitRows } from '../smoothing/canonical.js';
import { centreIfSkewed } from '../smoothing/centre.js';
import { cosine } from '../smoothing/cosine.js';
import type { Vectors } from '../types.js';
import type { RepresentativesTask } from './representatives.js';

/** Share of centrality in the choice; the rest is difference from those chosen before. */
const CENTRALITY = 0.7;
/** Most central members that are looked at: a broad cluster has thousands, and its edge stands for nobody. */
const CANDIDATES = 256;

/** See representatives; in the calling thread. */
export function choose({
  vectors,
  labels,
  probabilities,
  clusters,
  count,
}: RepresentativesTask): Map<number, number[]> {
  const { rows } = centreIfSkewed(unitRows(vectors));
  const members = new Map<number, number[]>(clusters.map((cluster) => [cluster.id, []]));
  const parent = new Map(clusters.map((cluster) => [cluster.id, cluster.parentId]));
  labels.forEach((label, row) => {
    for (let id: number | null = label < 0 ? null : label; id !== null; id = parent.get(id) ?? null)
      members.get(id)?.push(row);
  });
  const chosen = new Map<number, number[]>();
  for (const [id, all] of members) chosen.set(id, chooseFrom(rows, all, probabilities, count));
  return chosen;
}

function chooseFrom(rows: Vectors, members: readonly number[], probabilities: Float32Array, count: number): number[] {
  const centre = meanOf(rows, members);
  const central = new Map(members.map((row) => [row, cosine(rows, row, centre, 0) * (0.5 + 0.5 * probabilities[row])]));
  const pool = [...members]
    .sort((a, b) => (central.get(b) as number) - (central.get(a) as number) || compare(rows, a, b) || a - b)
    .slice(0, Math.max(CANDIDATES, count));
  const likeness = new Float64Array(pool.length); // to the most alike of those chosen
  const taken = new Uint8Array(pool.length);
  const chosen: number[] = [];
  while (chosen.length < count) {
    let best = -1;
    let bestScore = -Infinity;
    for (let i = 0; i < pool.length; i++) {
      if (taken[i] || likeness[i] > 1 - 1e-6) continue; // a copy of one that is chosen
      const score = CENTRALITY * (central.get(pool[i]) as number) - (1 - CENTRALITY) * likeness[i];
      if (score > bestScore) {
        best = i;
        bestScore = score;
      }
    }
    if (best < 0) break;
    taken[best] = 1;
    chosen.push(pool[best]);
    for (let i = 0; i < pool.length; i++) likeness[i] = Math.max(likeness[i], cosine(rows, pool[i], rows, pool[best]));
  }
  return chosen;
}

function meanOf({ data, dims }: Vectors, members: readonly number[]): Vectors {
  const mean = new Float64Array(dims);
  for (const row of members) for (let j = 0; j < dims; j++) mean[j] += data[row * dims + j];
  return unitRows({ data: Float32Array.from(mean), rows: 1, dims });
}

/** Order by content, so that the order of the input decides only between copies. */
function compare({ data, dims }: Vectors, a: number, b: number): number {
  for (let j = 0; j < dims; j++)
    if (data[a * dims + j] !== data[b * dims + j]) return data[a * dims + j] - data[b * dims + j];
  return 0;
}
