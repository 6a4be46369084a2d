import { nativeLayout } from '../../compute/layout.js';
import { fuzzyGraph } from '../smoothing/fuzzy-graph.js';
import { referenceKernels } from '../smoothing/kernels.js';
import { nativeKernels } from '../smoothing/native-kernels.js';
import { layout } from './layout.js';
import type { MapTask } from './map.js';
import { type MapKernels, mapPositions } from './method.js';

/** The thread that draws the map. */
export default function run({ vectors, placed, backend, threads }: MapTask): Promise<Float32Array> {
  return mapPositions(vectors, backend === 'native' ? native(threads) : reference, placed);
}

const reference: MapKernels = {
  ...referenceKernels,
  layout: async (neighbours, initial) => layout(fuzzyGraph(neighbours), initial),
};

function native(threads: number): MapKernels {
  return {
    ...nativeKernels({ threads }),
    layout: (neighbours, initial) => nativeLayout(neighbours, initial, threads),
  };
}
