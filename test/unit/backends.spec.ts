import '@tensorflow/tfjs-backend-cpu';
import '@tensorflow/tfjs-backend-wasm';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import * as tf from '@tensorflow/tfjs-core';
import type { DistanceBackend } from '../../src/clustering/distance/backend.js';
import { openEngine } from '../../src/clustering/distance/engine-pool.js';
import { hasGpu, nvidiaGpus } from '../../src/clustering/distance/gpu.js';
import { nearestNeighbours } from '../../src/clustering/distance/nearest.js';
import { pickBackend, whyNotOn } from '../../src/clustering/distance/pick.js';
import { scoredNeighbours } from '../../src/clustering/distance/scored-neighbours.js';
import { tfjsScores } from '../../src/clustering/distance/tfjs-engine.js';
import { BackendUnavailable } from '../../src/clustering/errors.js';
import { hdbscanCluster } from '../../src/clustering/hdbscan/cluster.js';
import { hdbscan } from '../../src/clustering/hdbscan/hdbscan.js';
import { autoCluster } from '../../src/clustering/smoothing/auto.js';
import { smoothedClusters } from '../../src/clustering/smoothing/method.js';
import { kernelsOf } from '../../src/clustering/smoothing/pick-kernels.js';
import type { Clustering, Vectors } from '../../src/clustering/types.js';
import { loadAddon } from '../../src/compute/addon.js';
import { onnxRuntimeFrom } from '../../src/compute/onnx-runtime.js';
import { loadTfjsGpu } from '../../src/compute/tfjs.js';
import { madeClusters } from '../support/made-clusters.js';

tf.env().set('IS_TEST', true); // or it advertises tfjs-node

const native = loadAddon();

/** Clusters, with 30 copies of one row and 40 rows within 1e-6 of another. */
function withDuplicates(): Vectors {
  const { data, rows, dims } = madeClusters(9, 30, 48);
  const more = Array.from({ length: 70 }, (_, i) => {
    const from = data.subarray(i < 30 ? 0 : dims, i < 30 ? dims : 2 * dims);
    return from.map((value, c) => (i < 30 ? value : value + 1e-6 * Math.sin(i * c)));
  });
  const all = new Float32Array((rows + more.length) * dims);
  all.set(data);
  more.forEach((row, i) => {
    all.set(row, (rows + i) * dims);
  });
  return { data: all, rows: rows + more.length, dims };
}

const found = ({ labels, probabilities, outlierScores, clusters }: Clustering) => ({
  labels,
  probabilities,
  outlierScores,
  clusters,
});

describe('clustering on onnx is clustering on the native core, to the bit', () => {
  const vectors = withDuplicates();

  it.each(['rows', 'content'] as const)('method hdbscan, ties by %s', async (ties) => {
    const expected = await hdbscanCluster(vectors, { backend: native.addon === null ? 'js' : 'native', ties });
    const onnx = await hdbscanCluster(vectors, { backend: 'onnx', ties, threads: 2 });
    expect(found(onnx)).toEqual(found(expected));
    expect(onnx.backend).toBe('onnx');
    expect(onnx.device).toMatch(/^(cpu onnxruntime [\d.]+ x 2 threads|(cuda|webgpu) )/);
    expect(onnx.choices.backend).toMatch(/^Asked for\. It runs on (cpu|cuda|webgpu)\./);
    expect(onnx.timings.onnx).toBeGreaterThan(0);
  });

  it('method auto', async () => {
    const expected = await autoCluster(vectors, { backend: native.addon === null ? 'js' : 'native' });
    const onnx = await autoCluster(vectors, { backend: 'onnx' });
    expect(found(onnx)).toEqual(found(expected));
    expect(onnx.backend).toBe('onnx');
  });
});

describe.each(['cpu', 'wasm'])('clustering on the code of tfjs-gpu, on the %s backend of tfjs', (name) => {
  const vectors = withDuplicates();
  const backend: DistanceBackend = {
    name: 'tfjs-gpu',
    device: () => `cpu tfjs ${name}`,
    propose: async (rows, k) => {
      await tf.setBackend(name);
      return scoredNeighbours(tfjsScores(tf), rows, k, () => undefined);
    },
  };

  it('method hdbscan', async () => {
    for (const ties of ['rows', 'content'] as const) {
      const params = { minClusterSize: 5, minSamples: 5, selection: 'eom', allowSingleCluster: false, ties } as const;
      const neighbours = await nearestNeighbours(backend, vectors, 8);
      expect(hdbscan(vectors, params, neighbours)).toEqual(hdbscan(vectors, params));
    }
  });

  it('method auto', async () => {
    const expected = await autoCluster(vectors, { backend: native.addon === null ? 'js' : 'native' });
    const options = { checkpoint: () => undefined, minClusterSize: undefined };
    const tfjs = await smoothedClusters(vectors, kernelsOf(backend, { threads: 1 }), options);
    expect(found(tfjs)).toEqual(found(expected));
  });
});

describe('what is not there', () => {
  it('onnxruntime-node missing: says what to install', async () => {
    const missing = await onnxRuntimeFrom(async () => {
      throw new Error("Cannot find package 'onnxruntime-node' imported from x.js\nand more");
    });
    expect(missing).toEqual({
      ort: null,
      reason: expect.stringMatching(/Cannot find package 'onnxruntime-node'.*npm install --no-save onnxruntime-node@1/),
    });
  });

  it('tfjs-node-gpu missing: an error by that name, never another backend in its place', async () => {
    const asked = pickBackend('tfjs-gpu');
    await expect(asked).rejects.toThrow(BackendUnavailable);
    await expect(asked).rejects.toThrow(/npm install .*@tensorflow\/tfjs-node-gpu@4.*Node 20 or 22/);
  });

  it.each([false, undefined])(
    'a fake tfjs-node-gpu that fell back to the CPU (isUsingGpuDevice %p) is refused',
    async (gpu) => {
      const fake = {
        ready: async () => undefined,
        getBackend: () => 'tensorflow',
        backend: () => ({ isUsingGpuDevice: gpu }),
      };
      expect(await loadTfjsGpu(async () => fake)).toEqual({
        tf: null,
        reason: expect.stringMatching(/found no GPU.*CUDA 11 and cuDNN 8/),
      });
    },
  );

  it('a fake tfjs-node-gpu with a GPU is taken', async () => {
    const fake = {
      ready: async () => undefined,
      getBackend: () => 'tensorflow',
      backend: () => ({ isUsingGpuDevice: true }),
    };
    expect(await loadTfjsGpu(async () => fake)).toEqual({ tf: fake });
  });

  it('a provider that cannot be had, asked for alone: an error that names it', async () => {
    if (nvidiaGpus().length > 0) return;
    const asked = openEngine({ name: 'onnx', providers: ['cuda'] });
    await expect(asked).rejects.toThrow(BackendUnavailable);
    await expect(asked).rejects.toThrow(/Not on cuda/);
  });
});

describe('auto', () => {
  it('is the CPU where no GPU is, and says why', async () => {
    if (nvidiaGpus().length > 0) return;
    const { backend, reason } = await pickBackend('auto', { rows: 1e6, dims: 1536 });
    expect(backend.name).toBe(native.addon === null ? 'js' : 'native');
    expect(reason).toMatch(native.addon === null ? /^JavaScript: / : /^The native core is loaded/);
  });

  it.each([
    [undefined, { rows: 1e6, dims: 1536 }, ''],
    ['NVIDIA L4', { rows: 9_999, dims: 1536 }, 'The NVIDIA L4 is left alone: the vectors are too few'],
    ['NVIDIA L4', undefined, 'The NVIDIA L4 is left alone: the search for neighbours is a small part'],
  ])('leaves the GPU %p alone for a search of %p', (gpu, size, why) => {
    expect(whyNotOn(gpu, size)).toMatch(new RegExp(`^${why}`));
  });

  it('takes a GPU for a search that is worth it', () => {
    expect(whyNotOn('NVIDIA L4', { rows: 10_000, dims: 1536 })).toBeUndefined();
  });
});

describe('the search for a GPU reads the system, not a library', () => {
  const made = (files: Record<string, string>) => {
    const root = `${mkdtempSync(join(tmpdir(), 'gpu-'))}/`;
    for (const [file, content] of Object.entries(files)) {
      mkdirSync(join(root, file, '..'), { recursive: true });
      writeFileSync(join(root, file), content);
    }
    return root;
  };

  it.each([
    [
      'an NVIDIA driver',
      { 'proc/driver/nvidia/gpus/0000:01:00.0/information': 'Model: \t\t NVIDIA L4\nIRQ: 3\n' },
      ['NVIDIA L4'],
      true,
    ],
    ['an AMD card', { 'sys/class/drm/renderD128/device/vendor': '0x1002\n' }, [], true],
    ["a virtual machine's screen", { 'sys/class/drm/renderD128/device/vendor': '0x1234\n' }, [], false],
    ['nothing', {}, [], false],
  ])('%s', (_, files, names, gpu) => {
    const root = made(files as Record<string, string>);
    try {
      expect(nvidiaGpus(root)).toEqual(names);
      expect(hasGpu('linux', root)).toBe(gpu);
    } finally {
      rmSync(root, { recursive: true });
    }
  });
});
