import { nativeLayout } from '../../compute/layout.js';
import type { NativeOptions } from '../../compute/run.js';
import { cancelledBy } from '../cancelled-by.js';
import { fuzzyGraph } from '../smoothing/fuzzy-graph.js';
import { referenceKernels } from '../smoothing/kernels.js';
import { nativeKernels } from '../smoothing/native-kernels.js';
import { layout } from './layout.js';
import type { MapTask } from './map.js';
import { type MapKernels, mapPositions } from './method.js';

/** The thread that draws the map. */
export default async function run({ vectors, placed, backend, threads, cancel }: MapTask): Promise<Float32Array> {
  const { signal } = cancelledBy(cancel);
  try {
    return await mapPositions(vectors, backend === 'native' ? native({ threads, signal }) : reference, placed);
  } finally {
    cancel.close();
  }
}

const reference: MapKernels = {
  ...referenceKernels,
  layout: async (neighbours, initial) => layout(fuzzyGraph(neighbours), initial),
};

function native(options: NativeOptions): MapKernels {
  return {
    ...nativeKernels(options),
    layout: (neighbours, initial) => nativeLayout(neighbours, initial, options),
  };
}
