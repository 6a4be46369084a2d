import type { LowestScores, ScoreEngine, ScoreTable } from './score-engine.js';
import type { ScoredRows } from './scored-rows.js';

/**
 * The `width` (at most rows) lowest scores of some rows against all: block after block, so that neither a table, nor its
 * queries, nor their scores are larger than a tensor may be.
 * @param checkpoint called before each block; throws to stop
 */
export async function lowestScores(
  engine: ScoreEngine,
  scored: ScoredRows,
  queries: Int32Array,
  width: number,
  checkpoint: () => void,
): Promise<LowestScores> {
  const tables = tablesOf(scored, engine.largestTensor);
  const value = new Float32Array(queries.length * width).fill(Infinity);
  const index = new Int32Array(queries.length * width).fill(-1);
  let first = 0;
  for (const table of tables) {
    const count = Math.min(width, table.rows);
    const most = Math.min(engine.scoresAtOnce / table.rows, engine.largestTensor / scored.dims);
    const block = Math.max(1, Math.floor(most));
    for (let from = 0; from < queries.length; from += block) {
      checkpoint();
      const some = queries.subarray(from, from + block);
      const found = await engine.lowest(gathered(scored, some), table, count);
      for (let q = 0; q < some.length; q++) {
        merge(value, index, (from + q) * width, width, found, q * count, count, first);
      }
    }
    first += table.rows;
  }
  return { value, index };
}

function tablesOf({ rows, dims, table, offset }: ScoredRows, largestTensor: number): ScoreTable[] {
  const most = Math.max(1, Math.floor(largestTensor / dims));
  const tables: ScoreTable[] = [];
  for (let from = 0; from < rows; from += most) {
    const to = Math.min(rows, from + most);
    tables.push({
      data: table.subarray(from * dims, to * dims),
      offset: offset.subarray(from, to),
      rows: to - from,
      dims,
    });
  }
  return tables;
}

function gathered({ queries, dims }: ScoredRows, rows: Int32Array): Float32Array {
  const last = rows[rows.length - 1];
  if (last - rows[0] === rows.length - 1) return queries.subarray(rows[0] * dims, (last + 1) * dims); // in a row
  const out = new Float32Array(rows.length * dims);
  for (let q = 0; q < rows.length; q++) out.set(queries.subarray(rows[q] * dims, (rows[q] + 1) * dims), q * dims);
  return out;
}

/** Merges `count` ascending scores into the `width` ascending ones at `at`. */
function merge(
  value: Float32Array,
  index: Int32Array,
  at: number,
  width: number,
  found: LowestScores,
  foundAt: number,
  count: number,
  first: number,
): void {
  const oldValue = value.slice(at, at + width);
  const oldIndex = index.slice(at, at + width);
  for (let c = 0, o = 0, f = 0; c < width; c++) {
    if (f < count && !(oldValue[o] <= found.value[foundAt + f])) {
      value[at + c] = found.value[foundAt + f];
      index[at + c] = first + found.index[foundAt + f++];
    } else {
      value[at + c] = oldValue[o];
      index[at + c] = oldIndex[o++];
    }
  }
}
