import type { Vectors } from '../types.js';
import type { Candidates } from './backend.js';
import { nearestTo } from './brute-force.js';
import { lowestScores } from './lowest-scores.js';
import { nearestOf } from './refine.js';
import type { ScoreEngine } from './score-engine.js';
import { type ScoredRows, scoredRows } from './scored-rows.js';

/** Candidates beyond the k wanted, in the first pass. Simulated TF32 lost 4 of 3,660 neighbours with none, 0 with 8. */
const SPARE = 8;
/** Each further pass asks for so many times the candidates. */
const WIDER = 4;
/** Widest pass. A row with more candidates that float32 cannot tell apart is compared with every row in float64. */
const WIDEST = 2048;
/** Most scores kept of one pass over a chunk of queries. */
const KEPT_AT_ONCE = 2 ** 22;

/**
 * The rows among which the k (at most rows - 1) nearest of each row are, for certain: the lowest scores of a float32 engine,
 * with a proven bound on what they are wrong by. Rows for which k + 8 candidates are not provably enough (groups of
 * near-duplicates) are asked about again, wider, alone.
 * @param checkpoint called between blocks of work; throws to stop
 */
export async function scoredNeighbours(
  engine: ScoreEngine,
  vectors: Vectors,
  k: number,
  checkpoint: () => void,
): Promise<Candidates> {
  const { rows } = vectors;
  const width = Math.min(k + SPARE, rows - 1);
  const index = new Int32Array(rows * Math.max(0, width)).fill(-1);
  if (width < 1 || k < 1) return { width: Math.max(0, width), index };
  const scored = scoredRows(vectors, engine.factorError);

  let open = Int32Array.from({ length: rows }, (_, i) => i);
  for (let asked = width + 1; open.length > 0 && asked <= Math.min(WIDEST, rows); asked *= WIDER) {
    const unsettled: number[] = [];
    const chunk = Math.max(1, Math.floor(KEPT_AT_ONCE / asked));
    for (let from = 0; from < open.length; from += chunk) {
      const queries = open.subarray(from, from + chunk);
      const found = await lowestScores(engine, scored, queries, asked, checkpoint);
      for (let q = 0; q < queries.length; q++) {
        const row = queries[q];
        const value = found.value.subarray(q * asked, (q + 1) * asked);
        const near = found.index.subarray(q * asked, (q + 1) * asked);
        if (asked < rows && !complete(scored, row, value, near, k)) unsettled.push(row);
        else index.set(fitting(vectors, row, near, width), row * width);
      }
    }
    open = Int32Array.from(unsettled);
  }
  for (const row of open) {
    checkpoint();
    nearestTo(vectors, row, index.subarray(row * width, (row + 1) * width));
  }
  return { width, index };
}

/** Whether no row outside the candidates can be as near as the k-th of them: every other row's score is at least the last. */
function complete(scored: ScoredRows, row: number, value: Float32Array, near: Int32Array, k: number): boolean {
  const most: number[] = [];
  for (let c = 0; c < near.length; c++) if (near[c] !== row) most.push(value[c] + scored.slack(row, near[c]));
  most.sort((a, b) => a - b);
  return value[value.length - 1] > most[k - 1];
}

/** The candidates other than the row itself; where there are more than `width`, its nearest. */
function fitting(vectors: Vectors, row: number, near: Int32Array, width: number): Int32Array {
  const others = near.filter((j) => j !== row);
  return others.length <= width ? others : nearestOf(vectors, row, others, width).index;
}
