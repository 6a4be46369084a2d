import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from '@jest/globals';
import { adjustedRand } from '../../benchmarks/adjusted-rand.js';
import { readVectors } from '../../src/clustering/files.js';
import { hdbscanCluster } from '../../src/clustering/hdbscan/cluster.js';

const SHARED = fileURLToPath(new URL('../../../../shared/data/', import.meta.url)); // beside the checkout

interface Truth {
  readonly labels: number[];
  readonly probabilities: number[];
  readonly outlier_scores: number[];
}

const shareWithin = (found: ArrayLike<number>, truth: readonly number[], tolerance: number) =>
  truth.filter((value, i) => Math.abs(found[i] - value) <= tolerance).length / truth.length;

describe('hdbscan agrees with scikit-learn-contrib/hdbscan 0.8.43 on real vectors', () => {
  const cases = ['til-lsa', 'mdn-lsa'].flatMap((name) =>
    (
      [
        [2, 3, 'eom'],
        [3, 5, 'leaf'],
        [5, 5, 'eom'],
      ] as const
    ).map((settings) => [name, ...settings] as const),
  );
  for (const [name, minSamples, minClusterSize, selection] of cases) {
    const title = `${name}, min_samples ${minSamples}, min_cluster_size ${minClusterSize}, ${selection}`;
    const truthFile = `${SHARED}${name}.hdbscan-ms${minSamples}-mcs${minClusterSize}-${selection}.json`;
    if (!existsSync(truthFile)) {
      it.skip(`${title}: not run, the measuring data is not beside the checkout`, () => undefined);
      continue;
    }
    it(title, async () => {
      const vectors = await readVectors(`${SHARED}${name}.f32`, 256);
      const truth = JSON.parse(readFileSync(truthFile, 'utf8')) as Truth;
      const found = await hdbscanCluster(vectors, { minSamples, minClusterSize, selection, backend: 'auto' });
      expect(adjustedRand([...found.labels], truth.labels)).toBeGreaterThanOrEqual(0.995);
      expect(shareWithin(found.probabilities, truth.probabilities, 0.01)).toBeGreaterThanOrEqual(0.99);
      expect(shareWithin(found.outlierScores, truth.outlier_scores, 0.01)).toBeGreaterThanOrEqual(0.99);
    });
  }
});
