import type { Vectors } from '../types.js';

/** The different rows of an input as unit vectors, in an order that depends on their content alone. */
export interface CanonicalRows {
  /** Unit rows, sorted by content, none twice. */
  readonly rows: Vectors;
  /** For every input row its canonical row; -1 for a zero row, which has no direction. */
  readonly canonicalOf: Int32Array;
  /** How many input rows each canonical row stands for. */
  readonly copies: Int32Array;
}

/**
 * Normalises, sorts and deduplicates. All later arithmetic sees this order, so the order of the input changes no bit of
 * the result, and a page stored a thousand times counts as one page.
 */
export function canonicalRows(vectors: Vectors): CanonicalRows {
  const { rows, dims } = vectors;
  const unit = unitRows(vectors);
  const present: number[] = [];
  for (let i = 0; i < rows; i++) if (isNonZero(unit.data, i * dims, dims)) present.push(i);
  present.sort((a, b) => compareRows(unit.data, a * dims, b * dims, dims));

  const canonicalOf = new Int32Array(rows).fill(-1);
  const first: number[] = [];
  const copies: number[] = [];
  for (const row of present) {
    const last = first.length - 1;
    if (last >= 0 && compareRows(unit.data, first[last] * dims, row * dims, dims) === 0) copies[last]++;
    else {
      first.push(row);
      copies.push(1);
    }
    canonicalOf[row] = first.length - 1;
  }
  const data = new Float32Array(first.length * dims);
  first.forEach((row, at) => {
    data.set(unit.data.subarray(row * dims, (row + 1) * dims), at * dims);
  });
  return { rows: { data, rows: first.length, dims }, canonicalOf, copies: Int32Array.from(copies) };
}

/** Rows scaled to length 1, norms in float64; zero rows stay zero. */
export function unitRows({ data, rows, dims }: Vectors): Vectors {
  const unit = new Float32Array(data.length);
  for (let i = 0; i < rows; i++) {
    let norm = 0;
    for (let j = i * dims; j < (i + 1) * dims; j++) norm += data[j] * data[j];
    const scale = norm > 0 ? 1 / Math.sqrt(norm) : 0;
    for (let j = i * dims; j < (i + 1) * dims; j++) unit[j] = data[j] * scale + 0; // + 0: no negative zero
  }
  return { data: unit, rows, dims };
}

function isNonZero(data: Float32Array, from: number, dims: number): boolean {
  for (let j = from; j < from + dims; j++) if (data[j] !== 0) return true;
  return false;
}

function compareRows(data: Float32Array, a: number, b: number, dims: number): number {
  for (let j = 0; j < dims; j++) {
    const difference = data[a + j] - data[b + j];
    if (difference !== 0) return difference;
  }
  return 0;
}
