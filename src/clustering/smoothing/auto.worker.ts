import { cancelledBy } from '../cancelled-by.js';
import { pickBackend } from '../distance/pick.js';
import { BackendUnavailable } from '../errors.js';
import type { AutoResult, AutoTask } from './auto.js';
import { smoothedClusters } from './method.js';
import { kernelsOf } from './pick-kernels.js';
import { planFor } from './plan.js';

/** The thread that clusters: the main thread's event loop never waits for arithmetic. */
export default async function run({
  vectors,
  backend,
  threads,
  minClusterSize,
  cancel,
}: AutoTask): Promise<AutoResult> {
  const { signal, checkpoint } = cancelledBy(cancel);
  try {
    const { rows, dims } = vectors;
    const searched = { rows, dims: planFor(rows, rows, dims).principalDims ?? dims };
    const picked = await pickBackend(backend, searched);
    const kernels = kernelsOf(picked.backend, { threads, signal });
    const found = await smoothedClusters(vectors, kernels, { minClusterSize, checkpoint });
    return { ...found, choices: { backend: picked.reason, ...found.choices } };
  } catch (error) {
    // Errors cross threads without their class.
    if (error instanceof BackendUnavailable) return { unavailable: error.message };
    throw error;
  } finally {
    cancel.close();
  }
}
