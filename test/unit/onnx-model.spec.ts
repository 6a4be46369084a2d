import { describe, expect, it } from '@jest/globals';
import { Piscina } from 'piscina';
import { encodeOnnxModel } from '../../src/compute/onnx-model.js';
import type { OnnxTask } from '../support/onnx.worker.js';

async function runOnnx(task: OnnxTask): Promise<Record<string, number[]>> {
  const pool = new Piscina({ filename: new URL('../support/onnx.worker.js', import.meta.url).href, maxThreads: 1 });
  try {
    return await pool.run(task);
  } finally {
    await pool.destroy();
  }
}

describe('encodeOnnxModel', () => {
  it('writes a model that the runtime reads and computes by hand-checked numbers', async () => {
    const model = encodeOnnxModel({
      nodes: [
        { op: 'Gemm', inputs: ['x', 'w'], outputs: ['y'], attributes: { transB: 1, alpha: { float: -2 } } },
        { op: 'ReduceSum', inputs: ['y', 'axes'], outputs: ['sum'], attributes: { keepdims: 0 } },
      ],
      inputs: [{ name: 'x', type: 'float32', shape: ['rows', 2] }],
      outputs: [
        { name: 'y', type: 'float32', shape: ['rows', 3] },
        { name: 'sum', type: 'float32', shape: ['rows'] },
      ],
      constants: [
        { name: 'w', shape: [3, 2], data: Float32Array.of(1, 0, 0, 1, 1, 1) },
        { name: 'axes', shape: [1], data: BigInt64Array.of(1n) },
      ],
    });
    const { y, sum } = await runOnnx({ model, feeds: { x: { data: Float32Array.of(3, 5, -1, 0), shape: [2, 2] } } });
    expect(y).toEqual([-6, -10, -16, 2, -0, 2]);
    expect(sum).toEqual([-32, 4]);
  });
});
