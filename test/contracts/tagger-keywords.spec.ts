import { KeywordsTagger } from '../../src/tagging/keywords/keywords-tagger.js';
import { taggerContract } from './tagger.case.js';

taggerContract('keywords', async () => new KeywordsTagger());
