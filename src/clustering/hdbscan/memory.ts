import { NotEnoughMemory } from '../errors.js';

/** Up to so many rows neighbours and spanning tree are the true ones; beyond, those that a search finds. */
export const EXACT_ROWS = 100_000;

/** A distance is stored as a 16-bit code of its lower bound. */
const CODE_BYTES = 2;
/** Bytes of all distances of 20,000 rows. */
const MOST_STORED = 800_000_000;
/** Threads, their code and what the allocator keeps, however few the rows: as measured. */
const FIXED = 64e6;
/** Neighbours of a row in the graph that a tree is made of, where minSamples does not ask for more. */
const GRAPH_NEIGHBOURS = 15;

/**
 * How the spanning tree is made. `stored`: from all distances, in memory. `passes`: exact too, in two passes of O(rows)
 * memory. `approximate`: from the neighbours that a search finds. `javascript`: exact, distances measured again and again.
 */
export type TreePath = 'stored' | 'passes' | 'approximate' | 'javascript';

export interface MemoryPlan {
  readonly path: TreePath;
  /** What the run needs beyond the vectors, at its peak. */
  readonly bytes: number;
  /** The most that stored distances may take, for the native core. */
  readonly storedBytes: number;
}

/**
 * Bytes that HDBSCAN* of rows x dims vectors needs at its peak beyond the vectors themselves and an idle Node. Checked
 * against measured peaks by `npm run bench -- scale`, and meant to be above them.
 */
export function hdbscanBytes(path: TreePath, rows: number, dims: number, minSamples: number, threads: number): number {
  const copy = 4 * rows * dims;
  const scratch = threads * 4 * 96 * (8 * dims + 800);
  const tree = 400 * rows;
  const graph = rows * 64 * Math.max(GRAPH_NEIGHBOURS, Math.min(minSamples, rows));
  switch (path) {
    case 'stored':
      return FIXED + copy + scratch + tree + CODE_BYTES * rows * rows;
    case 'passes':
      return FIXED + copy + scratch + tree + graph + 1600 * rows;
    case 'approximate':
      return FIXED + scratch + tree + graph + threads * 4 * rows;
    case 'javascript':
      return FIXED + copy + tree;
  }
}

/** Numbers a row that the default method works on once the principal components are taken. */
const PRINCIPAL_DIMS = 128;
/** Neighbours of a row in the graph that the default method smooths along and links by. */
const NEIGHBOURS = 14;
/** Of so many groups, or one in so many rows where that is more, the linkage takes all distances. */
const LINKED = { groups: 1000, rows: 12 };

/**
 * Bytes that the default method needs at its peak beyond the vectors: three more of them (copied, sorted, centred), four
 * of the principal components and their smoothed rows, and the most that one step takes and gives back: the fuzzy graph (its
 * edges as they come, by the row they lead to, and united) with the marks of each thread that brings neighbours up to date;
 * HDBSCAN*; the linkage (the rows that take part and their sums, edges, merges, the distances of the last groups and a copy).
 */
export function autoBytes(rows: number, dims: number, threads: number): number {
  const reduced = Math.min(dims, PRINCIPAL_DIMS);
  const tree = hdbscanBytes(rows > EXACT_ROWS ? 'approximate' : 'passes', rows, reduced, 1, threads);
  const graph = 88 * rows * NEIGHBOURS + 4 * rows * threads;
  const groups = Math.min(rows, Math.max(LINKED.groups, rows / LINKED.rows));
  const linkage = rows * (12 * reduced + 56 * NEIGHBOURS + 200) + 2 * 8 * groups ** 2;
  return FIXED + 3 * 4 * rows * dims + 4 * 4 * rows * reduced + Math.max(graph, tree - FIXED, linkage);
}

/**
 * Chooses the fastest way to the spanning tree that fits, before anything starts.
 * @param available bytes that the process can still get
 * @throws {NotEnoughMemory} where none fits
 */
export function planMemory(
  rows: number,
  dims: number,
  minSamples: number,
  threads: number,
  native: boolean,
  available: number,
): MemoryPlan {
  const need = (path: TreePath) => ({ path, bytes: hdbscanBytes(path, rows, dims, minSamples, threads) });
  const stored = need('stored');
  const storable = CODE_BYTES * rows * rows <= MOST_STORED && stored.bytes <= available;
  const plan = !native
    ? need('javascript')
    : rows > EXACT_ROWS
      ? need('approximate')
      : storable
        ? stored
        : need('passes');
  requireMemory(`Clustering ${rows} rows of ${dims} with hdbscan`, plan.bytes, available);
  return { ...plan, storedBytes: plan.path === 'stored' ? MOST_STORED : 0 };
}

/** @throws {NotEnoughMemory} where a run needs more than there is, with what to do about it */
export function requireMemory(what: string, bytes: number, available: number): void {
  if (bytes <= available) return;
  const mb = (count: number) => `${Math.ceil(count / 1e6).toLocaleString('en')} MB`;
  throw new NotEnoughMemory(
    `${what} needs about ${mb(bytes)} beside the vectors, and ${mb(available)} are free. Give the process more memory, or cluster fewer rows or fewer dims.`,
  );
}
