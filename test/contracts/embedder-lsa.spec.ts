import { describe, it } from '@jest/globals';
import { loadAddon } from '../../src/compute/addon.js';
import { LsaEmbedder } from '../../src/embedding/lsa/lsa.embedder.js';
import { embedderContract } from './embedder.case.js';

embedderContract('lsa, TypeScript', () => new LsaEmbedder({ svd: 'js' }));

const { addon } = loadAddon();
if (addon) embedderContract('lsa, addon', () => new LsaEmbedder({ svd: 'native' }));
else describe('Embedder contract: lsa, addon', () => it.skip('the addon is not built: no C++ compiler here', () => {}));
