import type { DistanceBackend } from './backend.js';
import { inWorker } from './js-pool.js';

/** Plain JavaScript on one worker thread: what is left where nothing could be compiled. */
export const jsBackend: DistanceBackend = {
  name: 'js',
  device: () => 'cpu javascript x 1 thread',
  propose: (vectors, wanted, { signal }) => inWorker({ step: 'propose', vectors, wanted }, signal),
};
