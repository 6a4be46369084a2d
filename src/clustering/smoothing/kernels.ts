import { hdbscan } from '../hdbscan/hdbscan.js';
import type { BackendName, Vectors } from '../types.js';
import { type Blurred, blur } from './mean-shift.js';
import { principal } from './principal.js';

/** The three steps that cost; everything else is cheap and the same for every backend. */
export interface SmoothingKernels {
  readonly backend: Exclude<BackendName, 'auto'>;
  readonly device: string;
  principal(x: Vectors, dims: number): Promise<Vectors>;
  blur(x: Vectors, k: number): Promise<Blurred>;
  /** Cluster of each row, -1 for noise. */
  cluster(x: Vectors, minClusterSize: number): Promise<Int32Array>;
}

/** In TypeScript: slow, readable, the truth for the native kernels, and what serves where there is no compiler. */
export const referenceKernels: SmoothingKernels = {
  backend: 'js',
  device: 'cpu, JavaScript',
  principal: async (x, dims) => principal(x, dims),
  blur: async (x, k) => blur(x, k),
  cluster: async (x, minClusterSize) =>
    hdbscan(x, { minClusterSize, minSamples: 1, selection: 'eom', allowSingleCluster: false, ties: 'content' }).labels,
};
