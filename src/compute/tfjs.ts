export type Tfjs = typeof import('@tensorflow/tfjs-core');
export type LoadedTfjs = { readonly tf: Tfjs } | { readonly tf: null; readonly reason: string };

/** Not a literal: the package is there for few, and the compiler must not look for it. */
const GPU_PACKAGE: string = '@tensorflow/tfjs-node-gpu';

/**
 * Loads the optional peer @tensorflow/tfjs-node-gpu and makes sure that it computes on a GPU: where CUDA does not fit, it
 * falls back to the CPU without a word. `reason` tells what to do. Its operations block the thread they are called on.
 * @param load a stand-in for the package, for tests
 */
export async function loadTfjsGpu(load: () => Promise<unknown> = () => import(GPU_PACKAGE)): Promise<LoadedTfjs> {
  let tf: Tfjs;
  try {
    tf = (await load()) as Tfjs;
  } catch (error) {
    const why = error instanceof Error ? error.message.split('\n')[0] : String(error);
    return {
      tf: null,
      reason: `The package @tensorflow/tfjs-node-gpu could not be loaded (${why}). Run 'npm install --no-save --ignore-scripts=false @tensorflow/tfjs-node-gpu@4.22 @tensorflow/tfjs-core@4.22': it needs Linux or Windows on x64, Node 20 or 22, and downloads libtensorflow from storage.googleapis.com.`,
    };
  }
  await tf.ready();
  // only tfjs-node's own backend has this property
  if ((tf.backend() as { isUsingGpuDevice?: boolean }).isUsingGpuDevice !== true) {
    return {
      tf: null,
      reason: `TensorFlow.js found no GPU (its backend is ${tf.getBackend()}, on the CPU). It needs an NVIDIA GPU with a driver, CUDA 11 and cuDNN 8 in LD_LIBRARY_PATH.`,
    };
  }
  return { tf };
}
