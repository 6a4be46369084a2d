import { describe, it } from '@jest/globals';
import { openEngine } from '../../src/clustering/distance/engine-pool.js';
import type { OnnxProvider } from '../../src/compute/onnx-runtime.js';
import { distanceBackendContract } from './distance-backend.case.js';

/** CUDA where an NVIDIA driver and the CUDA libraries are; WebGPU where there is Vulkan, also in software. */
for (const provider of ['cpu', 'webgpu', 'cuda'] satisfies OnnxProvider[]) {
  try {
    const { backend } = await openEngine({ name: 'onnx', providers: [provider] });
    distanceBackendContract(backend, `onnx on ${provider}`);
  } catch (error) {
    if (provider === 'cpu') throw error;
    describe(`onnx on ${provider}`, () => it.skip(`not run: ${(error as Error).message}`, () => undefined));
  }
}
