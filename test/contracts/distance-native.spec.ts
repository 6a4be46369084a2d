import { describe, it } from '@jest/globals';
import { nativeBackend } from '../../src/clustering/distance/native.js';
import { loadAddon } from '../../src/compute/addon.js';
import { distanceBackendContract } from './distance-backend.case.js';

const loaded = loadAddon();
if (loaded.addon !== null) distanceBackendContract(nativeBackend);
else describe('native', () => it.skip(`not run: ${loaded.reason}`, () => undefined));
