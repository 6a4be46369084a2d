import { availableParallelism } from 'node:os';
import { cluster } from '../clustering/cluster.js';
import type { DistanceBackend } from '../clustering/distance/backend.js';
import { type PickedBackend, pickBackend } from '../clustering/distance/pick.js';
import { BackendUnavailable } from '../clustering/errors.js';
import type { BackendName } from '../clustering/types.js';
import { isGpu } from '../compute/gpu-utilisation.js';

/** What this process will cluster on. */
export interface ClusteringDevice {
  /** What CLUSTERING_BACKEND comes to here: for a sidecar the GPU backend that was found in place of `auto`. */
  readonly backend: BackendName;
  /** For people, such as `native on cpu avx2 x 2 threads: Asked for.` */
  readonly description: string;
}

/** The portable engine first: one graph for CUDA and WebGPU. */
const GPU_BACKENDS = ['onnx', 'tfjs-gpu'] as const;
const CPU_BACKENDS: readonly BackendName[] = ['native', 'js'];

/**
 * Finds the backend that CLUSTERING_BACKEND asks for and has it cluster a few rows, so that a process which cannot
 * cluster fails when it starts and not at its first run. With `gpu` (the sidecar) `auto` means a GPU; a CPU backend
 * must be asked for by its name.
 * @param threads CLUSTERING_THREADS; 0: one a core
 * @throws {BackendUnavailable} where it is not there or fails; the message says what to do
 */
export async function clusteringDevice(asked: BackendName, threads: number, gpu: boolean): Promise<ClusteringDevice> {
  const picked = gpu && !CPU_BACKENDS.includes(asked) ? await pickGpu(asked) : await pickNamed(asked);
  const { name } = picked.backend;
  try {
    await cluster(twoGroups(), { method: 'auto', backend: name, threads });
  } catch (error) {
    throw new BackendUnavailable(`CLUSTERING_BACKEND: the backend ${name} cannot cluster here. ${messageOf(error)}`);
  }
  return {
    backend: asked === 'auto' && !gpu ? asked : name,
    description: `${name} on ${deviceOf(picked.backend, threads)}: ${picked.reason}`,
  };
}

/** The device of a backend, for people. @param threads 0: one a core */
export const deviceOf = (backend: DistanceBackend, threads: number) =>
  backend.device(threads || availableParallelism());

async function pickNamed(asked: BackendName): Promise<PickedBackend> {
  try {
    return await pickBackend(asked);
  } catch (error) {
    throw new BackendUnavailable(`CLUSTERING_BACKEND: ${messageOf(error)}`);
  }
}

async function pickGpu(asked: BackendName): Promise<PickedBackend> {
  const tried: string[] = [];
  for (const name of asked === 'auto' ? GPU_BACKENDS : [asked]) {
    try {
      const picked = await pickBackend(name);
      if (isGpu(deviceOf(picked.backend, 0))) return picked;
      tried.push(`${name}: it runs on ${deviceOf(picked.backend, 0)}, which is no GPU.`);
    } catch (error) {
      tried.push(`${name}: ${messageOf(error)}`);
    }
  }
  throw new BackendUnavailable(
    [
      'The GPU sidecar found no GPU to cluster on.',
      ...tried.map((reason) => `  ${reason}`),
      'Install onnxruntime-node with its CUDA 12 libraries and cuDNN 9 (CLUSTERING_BACKEND=onnx), or @tensorflow/tfjs-node-gpu',
      'with CUDA 11 and cuDNN 8 (CLUSTERING_BACKEND=tfjs-gpu); gpu.Dockerfile does either. For a worker that does nothing',
      'but cluster on the CPU, set CLUSTERING_BACKEND=native.',
    ].join('\n'),
  );
}

/** Twice sixteen rows around two axes, none twice. */
function twoGroups() {
  const rows = 32;
  const dims = 4;
  const data = new Float32Array(rows * dims);
  for (let i = 0; i < rows; i++) {
    data[i * dims + (i % 2)] = 1;
    data[i * dims + 2] = 0.1 * Math.sin(i);
    data[i * dims + 3] = 0.1 * Math.cos(3 * i);
  }
  return { data, rows, dims };
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
