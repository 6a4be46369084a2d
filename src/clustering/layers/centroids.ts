import type { Vectors } from '../types.js';

/**
 * Unit mean vector of the rows of each label 0 … count-1 (row-major, in label order); a label without rows gets zeros.
 * @param weights how much each row counts; absent: all the same
 */
export function centroids(
  { data, rows, dims }: Vectors,
  labels: Int32Array,
  count: number,
  weights?: ArrayLike<number>,
): Vectors {
  const sum = new Float64Array(count * dims);
  for (let i = 0; i < rows; i++) {
    if (labels[i] < 0) continue;
    const weight = weights === undefined ? 1 : weights[i];
    const to = labels[i] * dims;
    for (let j = 0; j < dims; j++) sum[to + j] += weight * data[i * dims + j];
  }
  const out = new Float32Array(count * dims);
  for (let c = 0; c < count; c++) {
    let norm = 0;
    for (let j = c * dims; j < (c + 1) * dims; j++) norm += sum[j] * sum[j];
    const scale = norm > 0 ? 1 / Math.sqrt(norm) : 0;
    for (let j = c * dims; j < (c + 1) * dims; j++) out[j] = sum[j] * scale;
  }
  return { data: out, rows: count, dims };
}

/** Cosine of row i of a and row j of b, both of unit rows of the same length. */
export function cosine(a: Vectors, i: number, b: Vectors, j: number): number {
  let sum = 0;
  const { dims } = a;
  for (let x = i * dims, y = j * dims, end = x + dims; x < end; x++, y++) sum += a.data[x] * b.data[y];
  return sum;
}
