export interface TaggingPage {
  readonly title: string;
  readonly text: string;
  readonly humanTags: readonly string[];
}

/** What gets tags together: a cluster of any layer, or one single page (an outlier handled individually). */
export interface TagGroup {
  readonly key: string;
  /** Indices into the corpus' pages. */
  readonly members: readonly number[];
  /** Central and diverse members, best first: what an LLM gets to read. */
  readonly representatives: readonly number[];
  /** The group of the next broader layer, whose tags this group's tags should not repeat. */
  readonly parentKey: string | null;
}

export interface TaggingCorpus {
  readonly pages: readonly TaggingPage[];
  readonly groups: readonly TagGroup[];
}

export interface TagSuggestion {
  readonly tag: string;
  /** 0 … 1: how sure the tagger is that the tag fits the group as a whole. */
  readonly confidence: number;
}

/** Where the tags of a page come from: its cluster, the nearest one, or the page alone. */
export type TagSource = 'cluster' | 'nearest' | 'individual';

/** What speaks for one of the tags that the groups of a page give it. */
export interface TagEvidence {
  /** 0 … 1: how sure the tagger is of the tag in its group. */
  readonly groupConfidence: number;
  readonly source: TagSource;
  /** 0 … 1: how firmly the page belongs to its group; see `PropagationPage`. */
  readonly strength: number;
  /** Whether the page itself says the tag, in its title or text. */
  readonly said: boolean;
  /** Whether it is the first tag of the page's own group. */
  readonly first: boolean;
}

/** Turns the evidence for the tags of one page into confidences 0 … 1, in the same order. */
export type PageWeighing = (tags: readonly TagEvidence[]) => readonly number[];

/** Gives tags to groups of pages. `prepare` sees the whole corpus once (statistics, vocabulary); `tag` answers one group. */
export interface Tagger {
  readonly name: 'llm' | 'keywords';
  /** How sure a tag of a group is on one of its pages. */
  readonly weigh: PageWeighing;
  prepare(corpus: TaggingCorpus, signal?: AbortSignal): Promise<TaggerSession>;
}

export interface TaggerSession {
  /** An empty list: a broad group that no tag fits. @throws {TaggingError} where the group could not be tagged; says whether a retry may help. */
  tag(group: TagGroup, signal?: AbortSignal): Promise<readonly TagSuggestion[]>;
  close(): Promise<void>;
}

/** `transient`: a retry may help. `permanent`: this group will fail again. `fatal`: every group would fail (bad key). */
export type TaggingErrorKind = 'transient' | 'permanent' | 'fatal';

export class TaggingError extends Error {
  constructor(
    readonly kind: TaggingErrorKind,
    message: string,
    /** What the server asked to wait, in milliseconds, where it said so. */
    readonly retryAfterMs?: number,
    options?: ErrorOptions,
  ) {
    super(message, options);
    this.name = 'TaggingError';
  }
}
