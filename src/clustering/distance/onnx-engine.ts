import { encodeOnnxModel } from '../../compute/onnx-model.js';
import { type OnnxProvider, type OnnxRuntime, type OnnxSession, openOnnxSession } from '../../compute/onnx-runtime.js';
import { LARGEST_TENSOR, type ScoreEngine } from './score-engine.js';

/** offset - 2 queries table', then the lowest of each row of it. */
const LOWEST_SCORES = {
  nodes: [
    {
      op: 'Gemm',
      inputs: ['queries', 'table', 'offset'],
      outputs: ['scores'],
      attributes: { transB: 1, alpha: { float: -2 } },
    },
    {
      op: 'TopK',
      inputs: ['scores', 'width'],
      outputs: ['value', 'index'],
      attributes: { axis: 1, largest: 0, sorted: 1 },
    },
  ],
  inputs: [
    { name: 'queries', type: 'float32', shape: ['queries', 'dims'] },
    { name: 'table', type: 'float32', shape: ['rows', 'dims'] },
    { name: 'offset', type: 'float32', shape: [1, 'rows'] },
    { name: 'width', type: 'int64', shape: [1] },
  ],
  outputs: [
    { name: 'value', type: 'float32', shape: ['queries', 'width'] },
    { name: 'index', type: 'int64', shape: ['queries', 'width'] },
  ],
} as const;

/** The session that onnxScores runs. @throws where the provider cannot be had */
export function openScores(ort: OnnxRuntime, provider: OnnxProvider, threads: number): Promise<OnnxSession> {
  return openOnnxSession(ort, encodeOnnxModel(LOWEST_SCORES), { provider, threads });
}

/** Scores by ONNX Runtime. The table travels to the device with each block; on a GPU the blocks are large. */
export function onnxScores({ Tensor }: OnnxRuntime, session: OnnxSession, provider: OnnxProvider): ScoreEngine {
  return {
    factorError: provider === 'cuda' ? 2 ** -11 : 0, // CUDA's products are TF32 unless told otherwise
    largestTensor: LARGEST_TENSOR,
    scoresAtOnce: provider === 'cpu' ? 2 ** 22 : LARGEST_TENSOR,
    lowest: async (queries, { data, offset, rows, dims }, width) => {
      const { value, index } = await session.run({
        queries: new Tensor('float32', queries, [queries.length / dims, dims]),
        table: new Tensor('float32', data, [rows, dims]),
        offset: new Tensor('float32', offset, [1, rows]),
        width: new Tensor('int64', BigInt64Array.of(BigInt(width)), [1]),
      });
      return { value: value.data as Float32Array, index: Int32Array.from(index.data as BigInt64Array, Number) };
    },
  };
}
