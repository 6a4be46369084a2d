import { nativeInstructionSet, nativeNeighbours } from '../../compute/clustering.js';
import type { DistanceBackend } from './backend.js';

/** The C++ kernel: a register-tiled product in float32, its own candidates measured again in float64. */
export const nativeBackend: DistanceBackend = {
  name: 'native',
  device: (threads) => `cpu ${nativeInstructionSet()} x ${threads} thread${threads === 1 ? '' : 's'}`,
  propose: async (vectors, wanted, options) => {
    const { k, index } = await nativeNeighbours(vectors, wanted, options);
    return { width: k, index };
  },
};
