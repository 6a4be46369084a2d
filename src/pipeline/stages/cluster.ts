import { Inject, Injectable } from '@nestjs/common';
import { cluster } from '../../clustering/cluster.js';
import { pickBackend } from '../../clustering/distance/pick.js';
import { drawMap } from '../../clustering/map/map.js';
import { nearestClusters } from '../../clustering/outliers/nearest.js';
import { representatives } from '../../clustering/representatives/representatives.js';
import type { Clustering, Vectors } from '../../clustering/types.js';
import { watchingGpu } from '../../compute/gpu-utilisation.js';
import { CONFIG, type Config } from '../../config/config.js';
import { deviceOf } from '../clustering-device.js';
import { ClustersRepository, type PagePlace } from '../clusters.repository.js';
import type { Run } from '../run.js';
import { RunRepository } from '../run.repository.js';
import type { Stage, StageContext } from '../stage.js';
import { VectorsRepository } from '../vectors.repository.js';
import { keepClusters, keptPositions } from './keep-clusters.js';

const REPRESENTATIVES = 12;

/** Vectors to clusters. Runs on its own queue, so that a machine with a GPU can take just this. */
@Injectable()
export class ClusterStage implements Stage {
  readonly name = 'cluster';

  constructor(
    private readonly runs: RunRepository,
    private readonly vectors: VectorsRepository,
    private readonly clusters: ClustersRepository,
    @Inject(CONFIG) private readonly config: Config,
  ) {}

  async run({ run, signal }: StageContext): Promise<undefined> {
    const current = run.options.regenerate_clusters ? undefined : await this.clusters.current(run.wiki_id);
    if (current?.jobId === run.job_id) return undefined; // taken over already, before a crash
    const { pageIds, data, dims } = await this.vectors.read(run.wiki_id, run.vector_models);
    const vectors: Vectors = { data, rows: pageIds.length, dims };
    if (current !== undefined) {
      const positions = await this.draw(vectors, signal, keptPositions(pageIds, current));
      const kept = await keepClusters(vectors, pageIds, current, run.options.outlier_threshold, positions);
      signal.throwIfAborted();
      await this.runs.fenced(run, (db) => this.clusters.copy(db, run, current.jobId, kept));
      return undefined;
    }
    const { CLUSTERING_BACKEND: asked, CLUSTERING_THREADS: threads } = this.config;
    const { backend } = await pickBackend(asked, vectors);
    const [found, gpuUtilisation] = await watchingGpu(deviceOf(backend, threads), () =>
      cluster(vectors, {
        method: run.options.method,
        minClusterSize: run.options.min_cluster_size,
        backend: asked,
        threads,
        signal,
      }),
    );
    signal.throwIfAborted();
    const drawing = performance.now();
    const positions = await this.draw(vectors, signal);
    const seconds = { ...found.timings, map: (performance.now() - drawing) / 1000 };
    const places = await placesOf(run, pageIds, vectors, found, positions);
    const chosen = await representatives(vectors, found, REPRESENTATIVES);
    signal.throwIfAborted();
    await this.runs.fenced(run, (db) =>
      this.clusters.replace(db, run, {
        clusters: found.clusters.map((node) => ({
          ...node,
          representatives: (chosen.get(node.id) ?? []).map((row) => pageIds[row]!),
        })),
        places,
        compute: {
          backend: found.backend,
          device: found.device,
          gpu_utilization: gpuUtilisation,
          choices: found.choices,
          seconds,
        },
      }),
    );
    return undefined;
  }

  private draw(vectors: Vectors, signal: AbortSignal, placed?: Float32Array): Promise<Float32Array> {
    const { CLUSTERING_BACKEND: backend, CLUSTERING_THREADS: threads } = this.config;
    return drawMap(vectors, { backend, threads, placed, signal });
  }
}

/** A page with an outlier score above the threshold counts as an outlier, inside a cluster too; 1 turns that off. */
async function placesOf(
  run: Run,
  pageIds: readonly string[],
  vectors: Vectors,
  found: Clustering,
  positions: Float32Array,
): Promise<PagePlace[]> {
  const nearest = await nearestClusters(vectors, found.labels);
  return pageIds.map((pageId, row) => {
    const member = found.labels[row]! >= 0 && found.outlierScores[row]! <= run.options.outlier_threshold;
    return {
      pageId,
      clusterId: member ? found.labels[row]! : null,
      nearestClusterId: nearest.labels[row]! >= 0 ? nearest.labels[row]! : null,
      nearestConfidence: nearest.confidence[row]!,
      assignedClusterId: null,
      probability: member ? found.probabilities[row]! : 0,
      outlierScore: found.outlierScores[row]!,
      fresh: true,
      position: [positions[2 * row]!, positions[2 * row + 1]!],
    };
  });
}
