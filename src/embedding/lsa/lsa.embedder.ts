import { WorkerPool } from '../../common/worker-pool.js';
import { loadAddon } from '../../compute/addon.js';
import { nativeTruncatedSvd, type SparseMatrix, type SvdOptions, type TruncatedSvd } from '../../compute/lsa.js';
import { type Embedder, type EmbeddingInput, type Embeddings, type EmbedOptions } from '../types.js';
import { normaliseRows } from '../vectors.js';
import { shrinkSpectrum } from './spectrum.js';
import { type TfidfOptions } from './tfidf.js';

/** Raised whenever the same pages would get other vectors: stored ones are found by the model's name and would live on. */
const VERSION = 1;
const MAX_DIMS = 256;
const TFIDF: TfidfOptions = { titleWeight: 2, maxChars: 20_000 };
/** Neighbour agreement is the same from one iteration to four, and .03 to .09 lower with none. */
const SVD = { oversampling: 16, iterations: 2, seed: 1 };
const WORKER = new URL('./lsa.worker.js', import.meta.url);

export interface LsaOptions {
  /** `auto`: the addon where it loads. */
  readonly svd?: 'auto' | 'native' | 'js';
  /** 0 or absent: one a core. The result does not depend on it. */
  readonly threads?: number;
}

/**
 * Latent semantic analysis (Deerwester et al. 1990): TF-IDF and a truncated SVD, fitted on the very pages it is given.
 * Needs no model and no network. The same pages in the same order give the same bits.
 */
export class LsaEmbedder implements Embedder {
  readonly model = `lsa-${MAX_DIMS}@${VERSION}`;
  readonly fitted = true;

  constructor(private readonly options: LsaOptions = {}) {}

  /** @throws the signal's reason where it is aborted */
  async embed(inputs: readonly EmbeddingInput[], { signal, onProgress }: EmbedOptions = {}): Promise<Embeddings> {
    signal?.throwIfAborted();
    const rows = inputs.length;
    if (rows === 0) return { data: new Float32Array(0), rows, dims: 0 };
    const pages = inputs.map(({ title, text }) => ({ title, text: text.slice(0, TFIDF.maxChars) }));
    const workers = new WorkerPool(WORKER, { maxThreads: 1 });
    const inWorker = <T>(name: string, task: object) => workers.run<T>(task, { name, signal });
    try {
      const matrix = await inWorker<SparseMatrix>('weigh', { pages, options: TFIDF });
      const options: SvdOptions = { ...SVD, rank: Math.min(MAX_DIMS, rows) };
      const svd: TruncatedSvd = await this.decompose(matrix, options, inWorker, signal);
      onProgress?.(rows);
      if (svd.rank === 0) return { data: new Float32Array(rows), rows, dims: 1 };
      shrinkSpectrum(svd);
      normaliseRows(svd.scores, rows, svd.rank);
      return { data: svd.scores, rows, dims: svd.rank };
    } catch (error) {
      signal?.throwIfAborted();
      throw error;
    } finally {
      await workers.close();
    }
  }

  private decompose(
    matrix: SparseMatrix,
    options: SvdOptions,
    inWorker: (name: string, task: object) => Promise<TruncatedSvd>,
    signal?: AbortSignal,
  ): Promise<TruncatedSvd> {
    const { svd, threads } = this.options;
    const loaded = loadAddon();
    if (loaded.addon && svd !== 'js') return nativeTruncatedSvd(loaded.addon, matrix, options, { threads, signal });
    if (loaded.addon === null && svd === 'native') throw new Error(loaded.reason);
    return inWorker('decompose', { matrix, options });
  }
}
