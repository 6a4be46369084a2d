import { loadOnnxRuntime, openOnnxSession } from '../../src/compute/onnx-runtime.js';

export interface OnnxTask {
  readonly model: Uint8Array;
  readonly feeds: Readonly<Record<string, { readonly data: Float32Array; readonly shape: readonly number[] }>>;
}

/**
 * Runs a model once on the CPU and gives its outputs. On a thread of its own, as in production: within Jest the runtime
 * gets typed arrays of another realm and refuses them.
 */
export default async function run({ model, feeds }: OnnxTask): Promise<Record<string, number[]>> {
  const loaded = await loadOnnxRuntime();
  if (loaded.ort === null) throw new Error(loaded.reason);
  const { Tensor } = loaded.ort;
  const session = await openOnnxSession(loaded.ort, model, { provider: 'cpu', threads: 1 });
  const tensors = Object.entries(feeds).map(([name, { data, shape }]) => [name, new Tensor('float32', data, shape)]);
  const outputs = await session.run(Object.fromEntries(tensors));
  await session.release();
  return Object.fromEntries(Object.entries(outputs).map(([name, { data }]) => [name, [...(data as Float32Array)]]));
}
