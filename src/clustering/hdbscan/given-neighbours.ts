import type { DistanceBackend, DistanceOptions, Neighbours } from '../distance/backend.js';
import { nearestNeighbours } from '../distance/nearest.js';
import type { Vectors } from '../types.js';

/** As many as the native search for a spanning tree asks of itself; fewer leave it more pairs to look at. */
const FOR_A_TREE = 15;

/**
 * The neighbours that make the core distances and the first spanning tree, where the backend is one that searches
 * neighbours for others; undefined where the engine that clusters searches itself. The result of HDBSCAN* is the same.
 */
export async function givenNeighbours(
  backend: DistanceBackend,
  vectors: Vectors,
  minSamples: number,
  options: DistanceOptions,
): Promise<Neighbours | undefined> {
  if (backend.name === 'native' || backend.name === 'js') return undefined;
  return nearestNeighbours(backend, vectors, Math.max(minSamples, FOR_A_TREE), options);
}
