import { byMembership } from '../propagation/weigh.js';
import { type Tagger, type TaggerSession, type TaggingCorpus } from '../types.js';
import { LlmSession, type LlmTaggerOptions } from './session.js';

/** Asks a language model once per group. See session.ts for what a call goes through. */
export class LlmTagger implements Tagger {
  readonly name = 'llm';
  readonly weigh = byMembership;

  constructor(private readonly options: LlmTaggerOptions) {}

  async prepare(corpus: TaggingCorpus, signal?: AbortSignal): Promise<TaggerSession> {
    signal?.throwIfAborted();
    return new LlmSession(corpus, this.options);
  }
}
