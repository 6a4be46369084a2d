import { nearest } from './fit.js';
import type { NearestClusters, NearestTask } from './nearest.js';

/** The thread that compares rows with clusters. */
export default function run({ vectors, labels }: NearestTask): NearestClusters {
  return nearest(vectors, labels);
}
