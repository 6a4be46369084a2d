import { WorkerPool } from '../../common/worker-pool.js';
import { type Tagger, type TaggerSession, type TaggingCorpus, TaggingError, type TagSuggestion } from '../types.js';
import { weighPage } from './confidence.js';

/** Reading a wiki makes many small objects that live to its end: with the default of 16 MB they are copied over and over. */
const YOUNG_MB = 128;

/**
 * The offline tagger: class-based TF-IDF over words and phrases, with one vocabulary for the whole wiki. `prepare` does
 * all the work in a worker thread of its own, which ends with it; `tag` looks the answer up. The same corpus always gets
 * the same tags.
 */
export class KeywordsTagger implements Tagger {
  readonly name = 'keywords';
  readonly weigh = weighPage;

  /** @throws the signal's reason where it is aborted: the thread is stopped at once. */
  async prepare(corpus: TaggingCorpus, signal?: AbortSignal): Promise<TaggerSession> {
    signal?.throwIfAborted();
    const pool = new WorkerPool(new URL('./keywords.worker.js', import.meta.url), {
      maxThreads: 1,
      resourceLimits: { maxYoungGenerationSizeMb: YOUNG_MB },
    });
    try {
      const broad = new Set(corpus.groups.flatMap(({ parentKey }) => parentKey ?? []));
      return new KeywordsSession(await pool.run(corpus, { signal }), broad);
    } catch (error) {
      signal?.throwIfAborted();
      throw error;
    } finally {
      await pool.close();
    }
  }
}

class KeywordsSession implements TaggerSession {
  constructor(
    private readonly tags: ReadonlyMap<string, readonly TagSuggestion[]>,
    private readonly broad: ReadonlySet<string>,
  ) {}

  async tag(group: { readonly key: string }, signal?: AbortSignal): Promise<readonly TagSuggestion[]> {
    signal?.throwIfAborted();
    const tags = this.tags.get(group.key);
    if (tags === undefined)
      throw new TaggingError('permanent', `Group ${group.key} was not part of the prepared corpus.`);
    // A broad group may be a mixture that no tag fits; the groups below it have theirs.
    if (tags.length === 0 && !this.broad.has(group.key))
      throw new TaggingError('permanent', 'Its pages have no words in common that could be a tag.');
    return tags;
  }

  async close(): Promise<void> {}
}
