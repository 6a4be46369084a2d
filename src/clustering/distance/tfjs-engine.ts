import type { Tfjs } from '../../compute/tfjs.js';
import { LARGEST_TENSOR, type ScoreEngine } from './score-engine.js';

/** Scores by whatever backend TensorFlow.js is set to. Written against tfjs-core alone: its CPU and WebAssembly run it too. */
export function tfjsScores(tf: Tfjs): ScoreEngine {
  return {
    factorError: 2 ** -11, // TensorFlow's GPU products are TF32 from Ampere on
    largestTensor: LARGEST_TENSOR,
    scoresAtOnce: LARGEST_TENSOR,
    lowest: async (queries, { data, offset, rows, dims }, width) => {
      const top = tf.tidy(() => {
        const products = tf.matMul(
          tf.tensor2d(queries, [queries.length / dims, dims]),
          tf.tensor2d(data, [rows, dims]),
          false,
          true,
        );
        // topk finds the greatest
        return tf.topk(tf.sub(tf.mul(products, 2), tf.tensor2d(offset, [1, rows])), width, true);
      });
      try {
        const [value, index] = await Promise.all([top.values.data(), top.indices.data()]);
        return { value: (value as Float32Array).map((negated) => -negated), index: index as Int32Array };
      } finally {
        tf.dispose([top.values, top.indices]);
      }
    },
  };
}
