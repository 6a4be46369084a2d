import { NotEnoughMemory } from '../errors.js';

/** Bytes of all distances of 20,000 rows: stored on any machine that can hold them. */
const ALWAYS_STORED = 1_600_000_000;

/**
 * How many bytes of distances may be stored for exact HDBSCAN* of rows x dims vectors: those of 20,000 rows, or more
 * where over half of the free memory is left after them.
 * @param available bytes that the process can still get
 * @throws {NotEnoughMemory} where the run would not fit, before it starts
 */
export function storedBytes(rows: number, dims: number, threads: number, available: number): number {
  const allowed = Math.max(ALWAYS_STORED, Math.floor(available / 2));
  const distances = 4 * rows * rows;
  const panel = threads * 4 * 96 * (rows + dims);
  const needed = 4 * rows * dims + 64 * rows + (distances <= allowed ? distances : panel);
  if (needed > available) {
    const mb = (bytes: number) => `${Math.ceil(bytes / 1e6).toLocaleString('en')} MB`;
    throw new NotEnoughMemory(
      `Exact clustering of ${rows} rows of ${dims} needs about ${mb(needed)}, and ${mb(available)} are free. Give the process more memory, fewer rows or fewer dims.`,
    );
  }
  return allowed;
}
