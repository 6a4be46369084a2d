import type { SparseGraph } from '../smoothing/fuzzy-graph.js';
import type { Plane } from './layout.js';

/**
 * Gives the points that have no position (NaN) one: the weighted mean of their placed neighbours'. Points whose neighbours
 * have none either wait until those do. Points that nothing placed leads to keep NaN.
 */
export function settle({ start, column, weight }: SparseGraph, placed: Plane): Plane {
  let at = placed;
  let waiting = Array.from({ length: placed.length / 2 }, (_, i) => i).filter((i) => Number.isNaN(placed[2 * i]));
  for (;;) {
    const next = at.slice();
    for (const i of waiting) {
      let total = 0;
      let x = 0;
      let y = 0;
      for (let e = start[i]; e < start[i + 1]; e++) {
        const j = column[e];
        if (Number.isNaN(at[2 * j])) continue;
        total += weight[e];
        x += weight[e] * at[2 * j];
        y += weight[e] * at[2 * j + 1];
      }
      if (total > 0) {
        next[2 * i] = x / total;
        next[2 * i + 1] = y / total;
      }
    }
    const still = waiting.filter((i) => Number.isNaN(next[2 * i]));
    if (still.length === waiting.length) return next;
    waiting = still;
    at = next;
  }
}
