import type { Vectors } from '../types.js';

/** Inner products of the sums of groups of rows, count x count; label -1 is no group. */
export type GroupProducts = (rows: Vectors, labels: Int32Array, count: number) => Float64Array;

/** Least mean cosine of a cluster's pairs that is taken at its word; looser clusters are like nothing. */
const LEAST = 0.02;

/**
 * Distances between clusters, count x count: 1 less the cosine of their mean directions as it would be without the
 * scatter of single pages. The cosine of two centroids falls with the scatter and rises with the sizes, so that small
 * clusters look further apart than they are; the mean cosine over pairs of different pages does not. It is divided by
 * the geometric mean of the same over the pairs within each cluster (Spearman's correction for attenuation): two halves
 * of one cluster come out at 0, whatever its scatter.
 * @param productsOf the backend's, native or not
 */
export function clusterDistances(
  rows: Vectors,
  labels: Int32Array,
  count: number,
  productsOf?: GroupProducts,
): Float64Array {
  const { products, size } = sums(rows, labels, count, productsOf);
  const within = Float64Array.from(size, (n, c) => {
    const pairs = n * (n - 1);
    return pairs === 0 ? 1 : Math.max((products[c * count + c] - n) / pairs, LEAST);
  });
  const distance = new Float64Array(count * count);
  for (let a = 0; a < count; a++) {
    for (let b = 0; b < a; b++) {
      const between = products[a * count + b] / (size[a] * size[b]);
      const d = Math.max(0, 1 - between / Math.sqrt(within[a] * within[b]));
      distance[a * count + b] = d;
      distance[b * count + a] = d;
    }
  }
  return distance;
}

/** Mean cosine distance over the pairs of rows of two groups, count x count, and the sizes of the groups. */
export function cosineDistances(
  rows: Vectors,
  labels: Int32Array,
  count: number,
  productsOf?: GroupProducts,
): { distances: Float64Array; sizes: Int32Array } {
  const { products, size } = sums(rows, labels, count, productsOf);
  for (let a = 0; a < count; a++) {
    for (let b = 0; b < count; b++)
      products[a * count + b] = Math.max(0, 1 - products[a * count + b] / (size[a] * size[b]));
  }
  return { distances: products, sizes: size };
}

function sums(rows: Vectors, labels: Int32Array, count: number, productsOf: GroupProducts = groupProducts) {
  const size = new Int32Array(count);
  for (const label of labels) if (label >= 0) size[label]++;
  return { products: productsOf(rows, labels, count), size };
}

/** In TypeScript; native/core/smoothing/inner_products.cc is its twin. */
export function groupProducts({ data, rows, dims }: Vectors, labels: Int32Array, count: number): Float64Array {
  const sum = new Float64Array(count * dims);
  for (let i = 0; i < rows; i++) {
    if (labels[i] < 0) continue;
    for (let j = 0; j < dims; j++) sum[labels[i] * dims + j] += data[i * dims + j];
  }
  const products = new Float64Array(count * count);
  for (let a = 0; a < count; a++) {
    for (let b = 0; b <= a; b++) {
      let total = 0;
      for (let i = a * dims, j = b * dims, end = i + dims; i < end; i++, j++) total += sum[i] * sum[j];
      products[a * count + b] = total;
      products[b * count + a] = total;
    }
  }
  return products;
}
