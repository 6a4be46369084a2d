import { availableParallelism } from 'node:os';
import { loadAddon } from '../../compute/addon.js';
import { nativeHdbscan } from '../../compute/clustering.js';
import { inWorker } from '../distance/js-pool.js';
import { pickBackend } from '../distance/pick.js';
import { checkVectors, checkWhole } from '../input.js';
import type { Clustering, ClusteringOptions, ClusterNode, Vectors } from '../types.js';
import { givenNeighbours } from './given-neighbours.js';
import type { HdbscanResult } from './hdbscan.js';
import { EXACT_ROWS, planMemory, type TreePath } from './memory.js';

const WHY: Readonly<Record<TreePath, string>> = {
  stored: 'Exact, from all distances, which fit in memory.',
  passes: 'Exact, in one pass over all pairs that completes a tree found by search: all distances would not fit.',
  approximate: `Approximate, from the neighbours that a search finds: more than ${EXACT_ROWS.toLocaleString('en')} rows.`,
  javascript: 'Exact, distances measured again where they are needed: slow beyond some thousand rows.',
};

/**
 * Plain HDBSCAN* on the vectors as they are, Euclidean distance, up to 100,000 rows with the results of
 * scikit-learn-contrib/hdbscan (`algorithm='generic'`), whose defaults it has too: minClusterSize 5, minSamples as minClusterSize. Off the event loop;
 * `vectors.data` must not change meanwhile. Bit-identical for any number of threads; equal distances are decided by the
 * order of the rows, as there, unless options.ties says otherwise. A backend that only knows distances searches the
 * neighbours; the native core, or JavaScript, does the rest, with the same result.
 * @throws {InvalidClusteringInput} for vectors or options that make no sense
 * @throws {BackendUnavailable | NotEnoughMemory}
 * @throws the signal's reason once it is aborted
 */
export async function hdbscanCluster(
  vectors: Vectors,
  options: Omit<ClusteringOptions, 'method'>,
): Promise<Clustering> {
  checkVectors(vectors);
  checkWhole('minClusterSize', options.minClusterSize, 2);
  checkWhole('minSamples', options.minSamples, 1);
  checkWhole('threads', options.threads, 0);
  options.signal?.throwIfAborted();
  const started = performance.now();
  const { backend, reason } = await pickBackend(options.backend);
  const threads = options.threads || availableParallelism();
  const minClusterSize = options.minClusterSize ?? 5;
  const params = {
    minClusterSize,
    minSamples: options.minSamples ?? minClusterSize,
    selection: options.selection ?? ('eom' as const),
    allowSingleCluster: false,
    ties: options.ties ?? ('rows' as const),
  };
  const { signal } = options;
  const native = backend.name !== 'js' && loadAddon().addon !== null;
  const { rows, dims } = vectors;
  const plan = planMemory(rows, dims, params.minSamples, threads, native, process.availableMemory());
  const neighbours = await givenNeighbours(backend, vectors, params.minSamples, { threads, signal });
  const searched = (performance.now() - started) / 1000;
  // Whoever searched the neighbours elsewhere has no distances to store here.
  const storedBytes = neighbours === undefined ? plan.storedBytes : 0;
  const path = neighbours !== undefined && plan.path === 'stored' ? 'passes' : plan.path;
  const result: HdbscanResult & { timings?: Record<string, number> } = native
    ? await nativeHdbscan(vectors, { ...params, exactRows: EXACT_ROWS, storedBytes, neighbours }, { threads, signal })
    : await inWorker({ step: 'hdbscan', vectors, params, neighbours }, signal);
  return {
    labels: result.labels,
    probabilities: Float32Array.from(result.probabilities),
    outlierScores: Float32Array.from(result.outlierScores),
    clusters: nodes(result),
    backend: backend.name,
    device: backend.device(threads),
    choices: {
      backend: reason,
      min_cluster_size: options.minClusterSize === undefined ? 'The default, 5.' : 'Asked for.',
      min_samples: options.minSamples === undefined ? 'As min_cluster_size.' : 'Asked for.',
      spanning_tree: WHY[path],
      memory: `About ${Math.ceil(plan.bytes / 1e6).toLocaleString('en')} MB beside the vectors, estimated before the start.`,
    },
    timings: {
      ...(neighbours && { [backend.name]: searched }),
      ...(result.timings ?? { hdbscan: (performance.now() - started) / 1000 }),
    },
  };
}

function nodes({ labels, persistence }: HdbscanResult): ClusterNode[] {
  const size = new Int32Array(persistence.length);
  for (const label of labels) if (label >= 0) size[label]++;
  return Array.from(persistence, (lifetime, id) => ({
    id,
    layer: 0,
    parentId: null,
    size: size[id],
    persistence: lifetime,
  }));
}
