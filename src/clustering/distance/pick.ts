import { loadAddon } from '../../compute/addon.js';
import type { OnnxProvider } from '../../compute/onnx-runtime.js';
import { BackendUnavailable } from '../errors.js';
import type { BackendName } from '../types.js';
import type { DistanceBackend } from './backend.js';
import type { EngineChoice } from './engine-pool.js';
import { hasGpu, nvidiaGpus } from './gpu.js';
import { jsBackend } from './js.js';
import { nativeBackend } from './native.js';
import { selfTest } from './self-test.js';

export interface PickedBackend {
  readonly backend: DistanceBackend;
  /** Why this one, in a sentence or two. */
  readonly reason: string;
}

/** How much there is to search, for `auto`. */
export interface SearchSize {
  readonly rows: number;
  readonly dims: number;
}

/** rows^2 dims of 10,000 x 1536. The native core needs a second for it on 2 cores, loading a GPU engine several. */
const WORTH_A_GPU = 1e4 ** 2 * 1536;

const opened = new Map<string, Promise<PickedBackend>>();

/**
 * The backend of that name, self-tested once a thread. `auto` takes an NVIDIA GPU where its driver runs, an engine for it is
 * installed and `size` is worth it; otherwise the native core, or JavaScript without one. No engine is loaded before.
 * @throws {BackendUnavailable} where the one asked for is not there: never another in its place
 */
export async function pickBackend(name: BackendName, size?: SearchSize): Promise<PickedBackend> {
  return name === 'auto' ? pickAuto(size) : once(name, () => open(name));
}

async function pickAuto(size: SearchSize | undefined): Promise<PickedBackend> {
  const native = loadAddon();
  const cpu = native.addon === null ? 'js' : 'native';
  const ofCpu =
    native.addon === null
      ? `JavaScript: ${native.reason}`
      : 'The native core is loaded, the fastest there is on a CPU.';
  const gpu = nvidiaGpus()[0];
  const onCpu = async (reason: string) => ({ ...(await pickBackend(cpu)), reason });
  const tooLittle = whyNotOn(gpu, size);
  if (tooLittle !== undefined) return onCpu([ofCpu, tooLittle].join(' ').trim());
  const refused: string[] = [];
  for (const [key, openGpu] of [
    ['onnx-cuda', () => openOnnx(['cuda'])],
    ['tfjs-gpu', () => open('tfjs-gpu')],
  ] as const) {
    try {
      const { backend } = await once(key, openGpu);
      return { backend, reason: `A GPU is there (${gpu}) and the vectors are many.` };
    } catch (error) {
      refused.push(error instanceof Error ? error.message : String(error));
    }
  }
  return onCpu(`${ofCpu} The ${gpu} cannot be used. ${refused.join(' ')}`);
}

/**
 * Why a GPU is left alone, or undefined where it is worth loading an engine for.
 * @param gpu its name; undefined: there is none, and nothing to say about it
 * @param size absent: the search is no large part of the work
 */
export function whyNotOn(gpu: string | undefined, size: SearchSize | undefined): string | undefined {
  if (gpu === undefined) return '';
  if (size === undefined) return `The ${gpu} is left alone: the search for neighbours is a small part of this method.`;
  if (size.rows ** 2 * size.dims >= WORTH_A_GPU) return undefined;
  return `The ${gpu} is left alone: the vectors are too few for it to be worth it.`;
}

/** Opens and self-tests; a success is remembered. */
function once(key: string, openIt: () => Promise<PickedBackend>): Promise<PickedBackend> {
  let picked = opened.get(key);
  if (picked === undefined) {
    picked = openIt().then(async (found) => {
      await selfTest(found.backend);
      return found;
    });
    picked.catch(() => opened.delete(key));
    opened.set(key, picked);
  }
  return picked;
}

async function open(name: Exclude<BackendName, 'auto'>): Promise<PickedBackend> {
  switch (name) {
    case 'native': {
      const native = loadAddon();
      if (native.addon === null) throw new BackendUnavailable(native.reason);
      return { backend: nativeBackend, reason: 'Asked for.' };
    }
    case 'js':
      return { backend: jsBackend, reason: 'Asked for.' };
    case 'onnx':
      return openOnnx(['cuda', ...(hasGpu() ? (['webgpu'] as const) : []), 'cpu']);
    case 'tfjs-gpu':
      return openAskedFor({ name });
  }
}

const openOnnx = (providers: readonly OnnxProvider[]) => openAskedFor({ name: 'onnx', providers });

async function openAskedFor(engine: EngineChoice): Promise<PickedBackend> {
  const { openEngine } = await import('./engine-pool.js'); // loaded when it is needed: most threads never need it
  const { backend, reason } = await openEngine(engine);
  return { backend, reason: `Asked for. ${reason}` };
}
