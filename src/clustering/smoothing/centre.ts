import type { Vectors } from '../types.js';
import { unitRows } from './canonical.js';

/** Share of the squared length that the mean direction may have before it is taken off. */
const SKEW = 0.1;

/**
 * Takes the mean off where all rows lean one way, as neural encoders make them (mean cosine of two random pages .5 to .7
 * there, near 0 for LSA). The direction that all pages share says nothing about any of them.
 * @param mean the mean of the rows, as `meanRow` or its native twin gives it
 */
export function centreIfSkewed(unit: Vectors, mean = meanRow(unit)): { readonly rows: Vectors; readonly skew: number } {
  const { data, rows, dims } = unit;
  const skew = mean.reduce((sum, m) => sum + m * m, 0);
  // With few rows the mean is mostly the rows themselves: n unrelated ones have a squared mean length of 1 / n.
  if (rows < 3 || skew - (1 - skew) / (rows - 1) <= SKEW) return { rows: unit, skew };
  const centred = new Float32Array(data.length);
  for (let i = 0; i < rows; i++) for (let j = 0; j < dims; j++) centred[i * dims + j] = data[i * dims + j] - mean[j];
  return { rows: unitRows({ data: centred, rows, dims }), skew };
}

/** Mean of the rows in float64, summed in row order; native/core/smoothing/inner_products.cc is its twin, to the bit. */
export function meanRow({ data, rows, dims }: Vectors): Float64Array {
  const mean = new Float64Array(dims);
  for (let i = 0; i < rows; i++) for (let j = 0; j < dims; j++) mean[j] += data[i * dims + j];
  for (let j = 0; j < dims; j++) mean[j] /= Math.max(rows, 1);
  return mean;
}
