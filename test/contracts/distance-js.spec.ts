import { jsBackend } from '../../src/clustering/distance/js.js';
import { distanceBackendContract } from './distance-backend.case.js';

distanceBackendContract(jsBackend);
