import { nativeNeighbours } from '../../compute/clustering.js';
import { nativeLayout } from '../../compute/layout.js';
import { nativePrincipal } from '../../compute/smoothing.js';
import { fuzzyGraph } from '../smoothing/fuzzy-graph.js';
import { nearestNeighbours } from '../smoothing/neighbours.js';
import { principal } from '../smoothing/principal.js';
import { layout } from './layout.js';
import type { MapTask } from './map.js';
import { type MapKernels, mapPositions } from './method.js';

/** The thread that draws the map. */
export default function run({ vectors, placed, backend, threads }: MapTask): Promise<Float32Array> {
  return mapPositions(vectors, backend === 'native' ? native(threads) : reference, placed);
}

const reference: MapKernels = {
  principal: async (x, dims) => principal(x, dims),
  neighbours: async (x, k) => nearestNeighbours(x, k),
  layout: async (neighbours, initial) => layout(fuzzyGraph(neighbours), initial),
};

function native(threads: number): MapKernels {
  return {
    principal: async (x, dims) => ({ data: await nativePrincipal({ ...x, threads }, dims), rows: x.rows, dims }),
    neighbours: (x, k) => nativeNeighbours(x, k, { threads }),
    layout: (neighbours, initial) => nativeLayout(neighbours, initial, threads),
  };
}
