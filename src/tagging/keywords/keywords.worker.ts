import type { TaggingCorpus, TagSuggestion } from '../types.js';
import { tagCorpus } from './assign.js';

/** Runs in a worker thread: whole corpus in, tags of every group out. */
export default function run(corpus: TaggingCorpus): ReadonlyMap<string, readonly TagSuggestion[]> {
  return tagCorpus(corpus);
}
