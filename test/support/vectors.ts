import type { Vectors } from '../../src/clustering/types.js';

/** Numbers 0 … 1 from a seed: the same on every run. */
export function randomNumbers(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}

export function vectorsOf(rows: readonly (readonly number[])[], dims = rows[0]?.length ?? 1): Vectors {
  return { data: Float32Array.from(rows.flat()), rows: rows.length, dims };
}

/** Blobs around random centres, and a share of duplicates and of near-duplicates (1e-5 apart). */
export function madeVectors(rows: number, dims: number, seed: number): Vectors {
  const next = randomNumbers(seed);
  const centres = Array.from({ length: Math.ceil(rows / 25) }, () => Array.from({ length: dims }, () => next() * 4));
  const data = new Float32Array(rows * dims);
  for (let i = 0; i < rows; i++) {
    const copy = i > 0 && next() < 0.2 ? Math.floor(next() * i) : -1;
    const centre = centres[Math.floor(next() * centres.length)];
    const noise = next() < 0.5 ? 0 : 1e-5;
    for (let c = 0; c < dims; c++) {
      data[i * dims + c] = copy >= 0 ? data[copy * dims + c] + noise * next() : centre[c] + next();
    }
  }
  return { data, rows, dims };
}

/** The rows in another order: row i of the result is row order[i] of the given ones. */
export function reordered({ data, rows, dims }: Vectors, order: readonly number[]): Vectors {
  const out = new Float32Array(data.length);
  order.forEach((from, to) => {
    out.set(data.subarray(from * dims, (from + 1) * dims), to * dims);
  });
  return { data: out, rows, dims };
}

export function shuffledOrder(count: number, seed: number): number[] {
  const next = randomNumbers(seed);
  const order = Array.from({ length: count }, (_, i) => i);
  for (let i = count - 1; i > 0; i--) {
    const j = Math.floor(next() * (i + 1));
    [order[i], order[j]] = [order[j], order[i]];
  }
  return order;
}
