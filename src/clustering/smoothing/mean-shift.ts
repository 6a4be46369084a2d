import type { Neighbours } from '../distance/backend.js';
import type { Vectors } from '../types.js';
import { unitRows } from './canonical.js';
import { fuzzyGraph } from './fuzzy-graph.js';

/** How much of a row stays where it was in one step. */
export const STAY = 0.5;

/**
 * One step of blurring mean shift on the sphere (Cheng 1995; Carreira-Perpinan 2006) over the fuzzy neighbour graph
 * instead of a kernel of fixed width: every row moves half way to the weighted mean of its neighbours, all at once.
 * @param x unit rows
 * @returns unit rows
 */
export function shift(x: Vectors, neighbours: Neighbours): Vectors {
  const { data, rows, dims } = x;
  const graph = fuzzyGraph(neighbours);
  const moved = new Float32Array(data.length);
  const sum = new Float64Array(dims);
  for (let i = 0; i < rows; i++) {
    sum.fill(0);
    let total = 0;
    for (let e = graph.start[i]; e < graph.start[i + 1]; e++) {
      total += graph.weight[e];
      const from = graph.column[e] * dims;
      for (let j = 0; j < dims; j++) sum[j] += graph.weight[e] * data[from + j];
    }
    const pull = total > 0 ? (1 - STAY) / total : 0;
    for (let j = 0; j < dims; j++) moved[i * dims + j] = STAY * data[i * dims + j] + pull * sum[j];
  }
  return unitRows({ data: moved, rows, dims });
}
