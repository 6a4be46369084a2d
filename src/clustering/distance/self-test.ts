import { BackendUnavailable } from '../errors.js';
import type { Vectors } from '../types.js';
import type { DistanceBackend } from './backend.js';
import { bruteForce } from './brute-force.js';
import { nearestNeighbours } from './nearest.js';
import { refine } from './refine.js';

const ROWS = 96;
const DIMS = 24;
const K = 5;

/**
 * A known answer, asked of a backend before it is trusted: engines have been seen to return zeros for what they could not
 * hold, without a word.
 * @throws {BackendUnavailable} where the neighbours are not the right ones
 */
export async function selfTest(backend: DistanceBackend): Promise<void> {
  const vectors = knownVectors();
  const expected = refine(vectors, bruteForce(vectors, K), K);
  const found = await nearestNeighbours(backend, vectors, K, { threads: 1 });
  const wrong = expected.index.findIndex(
    (j, at) => found.index[at] !== j || found.distance[at] !== expected.distance[at],
  );
  if (wrong >= 0) {
    throw new BackendUnavailable(
      `The ${backend.name} backend failed its self-test: row ${Math.floor(wrong / K)} got wrong neighbours. Choose another with CLUSTERING_BACKEND.`,
    );
  }
}

/** Rows in tight groups (near-duplicates, 1e-4 apart) far from the origin, where float32 squares cancel out. */
function knownVectors(): Vectors {
  const data = new Float32Array(ROWS * DIMS);
  let state = 1;
  const next = () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 32 - 0.5;
  };
  for (let i = 0; i < ROWS; i++) {
    for (let c = 0; c < DIMS; c++) data[i * DIMS + c] = i % 4 === 0 ? next() : data[(i - 1) * DIMS + c] + next() * 1e-4;
  }
  return { data, rows: ROWS, dims: DIMS };
}
