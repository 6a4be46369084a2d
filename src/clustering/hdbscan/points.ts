import type { Vectors } from '../types.js';

/** The points to cluster, each standing for one row or for several equal ones. Ties are broken by a point's position. */
export interface Points {
  readonly data: Float32Array;
  readonly dims: number;
  readonly count: number;
  /** Row of `data` that stands for each point. */
  readonly row: Int32Array;
  /** How many equal rows each point stands for. */
  readonly weight: Int32Array;
  /** Point of each row. */
  readonly ofRow: Int32Array;
}

/** Every row a point, in the order given. */
export function rowsAsPoints({ data, rows, dims }: Vectors): Points {
  const row = Int32Array.from({ length: rows }, (_, i) => i);
  return { data, dims, count: rows, row, weight: new Int32Array(rows).fill(1), ofRow: row };
}

/**
 * The distinct rows, sorted by their numbers, column by column. The order in which the rows came in then changes
 * nothing, and equal rows, being one point, cannot be told apart. O(rows log rows) comparisons of rows.
 */
export function distinctPoints({ data, rows, dims }: Vectors): Points {
  const compare = (a: number, b: number): number => {
    const p = a * dims;
    const q = b * dims;
    for (let c = 0; c < dims; c++) if (data[p + c] !== data[q + c]) return data[p + c] < data[q + c] ? -1 : 1;
    return 0;
  };
  const order = Int32Array.from({ length: rows }, (_, i) => i).sort(compare);
  const ofRow = new Int32Array(rows);
  const row: number[] = [];
  const weight: number[] = [];
  for (const r of order) {
    if (row.length === 0 || compare(row[row.length - 1], r) !== 0) {
      row.push(r);
      weight.push(0);
    }
    weight[weight.length - 1]++;
    ofRow[r] = row.length - 1;
  }
  return { data, dims, count: row.length, row: Int32Array.from(row), weight: Int32Array.from(weight), ofRow };
}
