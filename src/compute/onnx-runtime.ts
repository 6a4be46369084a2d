import type { InferenceSession } from 'onnxruntime-node';

export type OnnxSession = InferenceSession;
export type OnnxRuntime = typeof import('onnxruntime-node');
export type LoadedOnnxRuntime = { readonly ort: OnnxRuntime } | { readonly ort: null; readonly reason: string };

/** What computes: the CPU, CUDA on an NVIDIA card, or WebGPU (Vulkan, Metal, Direct3D 12) on any. */
export type OnnxProvider = 'cpu' | 'cuda' | 'webgpu';

let loaded: Promise<LoadedOnnxRuntime> | undefined;

/** Loads the optional peer onnxruntime-node, at first use and once. `reason` tells what to do to get it. */
export function loadOnnxRuntime(): Promise<LoadedOnnxRuntime> {
  loaded ??= onnxRuntimeFrom(() => import('onnxruntime-node'));
  return loaded;
}

/** The same, from elsewhere: for tests of what a missing package says. */
export async function onnxRuntimeFrom(load: () => Promise<OnnxRuntime>): Promise<LoadedOnnxRuntime> {
  try {
    const ort = await load();
    ort.env.logLevel = 'fatal'; // errors are thrown; printed as well they only frighten
    return { ort };
  } catch (error) {
    const why = error instanceof Error ? error.message.split('\n')[0] : String(error);
    return {
      ort: null,
      reason: `The package onnxruntime-node could not be loaded (${why}). Run 'npm install --no-save onnxruntime-node@1.30': its CPU and WebGPU engines come with it; for CUDA see 'Backends' in docs/clustering.md.`,
    };
  }
}

/**
 * Opens a model on one provider; what that provider has no kernel for runs on the CPU. Sessions hold native memory until
 * `release()`. Creating and running one blocks the calling thread (the binding is synchronous behind its promises): keep
 * them on a worker thread.
 * @param model the bytes of a model, or the path of a `.onnx` file
 * @param threads 0: one a core
 * @throws {Error} the runtime's own, where the model or the provider cannot be had
 */
export function openOnnxSession(
  ort: OnnxRuntime,
  model: Uint8Array | string,
  options: { readonly provider: OnnxProvider; readonly threads: number },
): Promise<OnnxSession> {
  const settings: InferenceSession.SessionOptions = {
    executionProviders: [options.provider],
    intraOpNumThreads: options.threads,
    interOpNumThreads: 1,
  };
  return typeof model === 'string'
    ? ort.InferenceSession.create(model, settings)
    : ort.InferenceSession.create(model, settings);
}
