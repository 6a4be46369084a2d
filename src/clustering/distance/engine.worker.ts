import type { OnnxProvider, OnnxRuntime, OnnxSession } from '../../compute/onnx-runtime.js';
import { loadOnnxRuntime } from '../../compute/onnx-runtime.js';
import { loadTfjsGpu } from '../../compute/tfjs.js';
import type { Candidates } from './backend.js';
import type { EngineChoice, EngineTask, OpenedEngine } from './engine-pool.js';
import { nvidiaGpus } from './gpu.js';
import { onnxScores, openScores } from './onnx-engine.js';
import type { ScoreEngine } from './score-engine.js';
import { scoredNeighbours } from './scored-neighbours.js';
import { tfjsScores } from './tfjs-engine.js';

interface Engine {
  readonly opened: Exclude<OpenedEngine, { unavailable: string }>;
  /** @param threads of the CPU, 0: one a core */
  scores(threads: number): Promise<ScoreEngine>;
}

const engines = new Map<string, Promise<Engine | { unavailable: string }>>();

/** Entry of the thread that an engine lives on. */
export default async function run(task: EngineTask): Promise<OpenedEngine | Candidates> {
  const engine = await engineOf(task.engine);
  if ('unavailable' in engine) return engine;
  if (task.step === 'open') return engine.opened;
  const cancelled = new Int32Array(task.cancelled);
  return scoredNeighbours(await engine.scores(task.threads), task.vectors, task.k, () => {
    if (Atomics.load(cancelled, 0) !== 0) throw new Error('cancelled');
  });
}

function engineOf(choice: EngineChoice): Promise<Engine | { unavailable: string }> {
  const key = JSON.stringify(choice);
  let engine = engines.get(key);
  if (engine === undefined) {
    engine = choice.name === 'onnx' ? onnx(choice.providers) : tfjs();
    engines.set(key, engine);
  }
  return engine;
}

async function tfjs(): Promise<Engine | { unavailable: string }> {
  const loaded = await loadTfjsGpu();
  if (loaded.tf === null) return { unavailable: loaded.reason };
  const engine = tfjsScores(loaded.tf);
  const device = `cuda ${nvidiaGpus()[0] ?? 'GPU'} (tfjs ${loaded.tf.version_core})`;
  const opened = { device, perThreads: false, gpu: true, reason: 'TensorFlow.js computes on the GPU.' };
  return { opened, scores: async () => engine };
}

/** The first of the providers that opens. */
async function onnx(providers: readonly OnnxProvider[]): Promise<Engine | { unavailable: string }> {
  const { ort, ...loaded } = await loadOnnxRuntime();
  if (ort === null) return { unavailable: (loaded as { reason: string }).reason };
  const refused: string[] = [];
  for (const provider of providers) {
    try {
      const sessions = new Map([[0, await openScores(ort, provider, 0)]]);
      return {
        opened: { ...describe(ort, provider), reason: [`It runs on ${provider}.`, ...refused].join(' ') },
        scores: async (threads) => onnxScores(ort, await sessionFor(ort, provider, sessions, threads), provider),
      };
    } catch (error) {
      refused.push(`Not on ${provider}: ${firstLine(error)}.`);
    }
  }
  return { unavailable: `onnxruntime-node can run on nothing that was asked for. ${refused.join(' ')}` };
}

async function sessionFor(
  ort: OnnxRuntime,
  provider: OnnxProvider,
  sessions: Map<number, OnnxSession>,
  threads: number,
): Promise<OnnxSession> {
  let session = sessions.get(threads);
  if (session === undefined) {
    session = await openScores(ort, provider, threads);
    sessions.set(threads, session);
  }
  return session;
}

function describe(ort: OnnxRuntime, provider: OnnxProvider) {
  const runtime = `onnxruntime ${ort.env.versions.node ?? ort.env.versions.common}`;
  if (provider === 'cpu') return { device: `cpu ${runtime}`, perThreads: true, gpu: false };
  const name = nvidiaGpus()[0] ?? 'GPU';
  return { device: `${provider} ${name} (${runtime})`, perThreads: false, gpu: true };
}

function firstLine(error: unknown): string {
  return (error instanceof Error ? error.message : String(error)).split('\n')[0];
}
