import { loadAddon } from '../../compute/addon.js';
import { nativeRefine } from '../../compute/clustering.js';
import type { Vectors } from '../types.js';
import type { DistanceBackend, DistanceOptions, Neighbours } from './backend.js';
import { inWorker } from './js-pool.js';

/**
 * The k (at most rows - 1) nearest other rows of every row: proposed by the backend, decided in float64, the same for
 * every backend.
 */
export async function nearestNeighbours(
  backend: DistanceBackend,
  vectors: Vectors,
  k: number,
  options: DistanceOptions = {},
): Promise<Neighbours> {
  const wanted = Math.max(0, Math.min(k, vectors.rows - 1));
  if (wanted === 0) return { k: 0, index: new Int32Array(0), distance: new Float64Array(0) };
  const candidates = await backend.propose(vectors, wanted, options);
  if (backend.name !== 'js' && loadAddon().addon !== null)
    return nativeRefine(vectors, candidates.index, wanted, options);
  return inWorker({ step: 'refine', vectors, candidates, k: wanted }, options.signal);
}
