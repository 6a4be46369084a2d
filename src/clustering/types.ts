/** Row-major float32 vectors, one row a page. Rows need not have length 1. */
export interface Vectors {
  readonly data: Float32Array;
  readonly rows: number;
  readonly dims: number;
}

export type ClusteringMethod = 'auto' | 'hdbscan';
export type ClusterSelection = 'eom' | 'leaf';
export type BackendName = 'auto' | 'native' | 'onnx' | 'tfjs-gpu' | 'js';

export interface ClusteringOptions {
  /** `auto`: what serves wikis best. `hdbscan`: plain HDBSCAN* on the vectors as they are, Euclidean distance. */
  readonly method: ClusteringMethod;
  /** Smallest group of pages that counts as a cluster. Absent: chosen from the wiki. */
  readonly minClusterSize?: number;
  /** The core distance reaches to this neighbour, counted as the reference implementation counts (docs/clustering.md). */
  readonly minSamples?: number;
  readonly selection?: ClusterSelection;
  /**
   * Method hdbscan: what decides between equal distances. `rows` (default): the order of the rows, as in the reference
   * implementation. `content`: what is in the rows, so that shuffled rows give the same clusters, as `auto` always does.
   */
  readonly ties?: 'rows' | 'content';
  readonly backend: BackendName;
  /** 0 or absent: one thread a core. The result does not depend on it. */
  readonly threads?: number;
  readonly seed?: number;
  readonly signal?: AbortSignal;
}

/** One cluster of one layer. Ids are unique over all layers: 0 … k-1 in the working layer, broader layers above k. */
export interface ClusterNode {
  readonly id: number;
  /** 0 is the working layer; each broader layer counts one up. */
  readonly layer: number;
  readonly parentId: number | null;
  readonly size: number;
  /** How long the cluster lives: in the condensed tree, in units of lambda; for method auto in the linkage, 0 … 1. */
  readonly persistence: number;
}

export interface Clustering {
  /** Working-layer cluster of each row, -1 for noise. */
  readonly labels: Int32Array;
  /** Membership probability 0 … 1 of each row; 0 for noise. */
  readonly probabilities: Float32Array;
  /** Outlier score 0 … 1 of each row (GLOSH for method hdbscan). */
  readonly outlierScores: Float32Array;
  readonly clusters: readonly ClusterNode[];
  readonly backend: Exclude<BackendName, 'auto'>;
  /** Human-readable device, such as `cpu avx512 x 2 threads`. */
  readonly device: string;
  /** What was chosen for this input and why, a short sentence each. */
  readonly choices: Readonly<Record<string, string>>;
  /** Seconds of each step. */
  readonly timings: Readonly<Record<string, number>>;
}
