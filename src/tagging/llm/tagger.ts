import { KeywordsTagger } from '../keywords/keywords-tagger.js';
import { byMembership } from '../propagation/weigh.js';
import { type Tagger, type TaggerSession, type TaggingCorpus } from '../types.js';
import { beyondBudget } from './budget.js';
import { LlmSession, type LlmTaggerOptions } from './session.js';

/**
 * Asks a language model once per group. See session.ts for what a call goes through. Broader groups beyond the budget are
 * tagged offline.
 */
export class LlmTagger implements Tagger {
  readonly name = 'llm';
  readonly weigh = byMembership;

  constructor(private readonly options: LlmTaggerOptions) {}

  async prepare(corpus: TaggingCorpus, signal?: AbortSignal): Promise<TaggerSession> {
    signal?.throwIfAborted();
    const unasked = beyondBudget(corpus);
    let offline: Promise<TaggerSession> | undefined;
    return new LlmSession(corpus, this.options, async (group) => {
      if (!unasked.has(group.key)) return undefined;
      offline ??= new KeywordsTagger().prepare(corpus);
      return (await offline).tag(group);
    });
  }
}
