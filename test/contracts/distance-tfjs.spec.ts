import '@tensorflow/tfjs-backend-cpu';
import '@tensorflow/tfjs-backend-wasm';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import * as tf from '@tensorflow/tfjs-core';
import type { DistanceBackend } from '../../src/clustering/distance/backend.js';
import { openEngine } from '../../src/clustering/distance/engine-pool.js';
import { scoredNeighbours } from '../../src/clustering/distance/scored-neighbours.js';
import { tfjsScores } from '../../src/clustering/distance/tfjs-engine.js';
import { madeVectors } from '../support/vectors.js';
import { distanceBackendContract } from './distance-backend.case.js';

tf.env().set('IS_TEST', true); // or it advertises tfjs-node

/** The code that runs on tfjs-node-gpu, here on this thread and on the backends of tfjs that need no GPU. */
const onThisThread: DistanceBackend = {
  name: 'tfjs-gpu',
  device: () => `cpu tfjs ${tf.getBackend()}`,
  propose: (vectors, k, { signal }) => scoredNeighbours(tfjsScores(tf), vectors, k, () => signal?.throwIfAborted()),
};

for (const name of ['cpu', 'wasm']) {
  describe(`tfjs on its ${name} backend`, () => {
    beforeAll(async () => {
      expect(await tf.setBackend(name)).toBe(true);
    });
    afterAll(() => tf.removeBackend(name));

    distanceBackendContract(onThisThread, `tfjs on ${name}`);

    it('keeps no tensor', async () => {
      const before = tf.memory().numTensors;
      await onThisThread.propose(madeVectors(300, 30, 1), 10, {});
      expect(tf.memory().numTensors).toBe(before);
    });

    it('keeps no tensor of a search that is stopped', async () => {
      const before = tf.memory().numTensors;
      let blocks = 0;
      const engine = { ...tfjsScores(tf), scoresAtOnce: 3000 };
      const stop = () => {
        if (++blocks === 3) throw new Error('enough');
      };
      await expect(scoredNeighbours(engine, madeVectors(300, 30, 1), 10, stop)).rejects.toThrow('enough');
      expect(tf.memory().numTensors).toBe(before);
    });
  });
}

try {
  const { backend } = await openEngine({ name: 'tfjs-gpu' });
  distanceBackendContract(backend, 'tfjs-gpu on its GPU');
} catch (error) {
  describe('tfjs-gpu on its GPU', () => it.skip(`not run: ${(error as Error).message}`, () => undefined));
}
