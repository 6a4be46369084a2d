import { type TagGroup, type TaggingCorpus, TaggingError, type TaggingPage, type TagSuggestion } from '../types.js';
import { isUsableTag } from '../vocabulary/hygiene.js';
import { commonNames, Vocabulary } from '../vocabulary/vocabulary.js';
import { type Answer, usableTags } from './answer.js';
import { Evidence } from './evidence.js';
import { buildPrompt, MAX_PAGES, type Prompt } from './prompt.js';

/** Tags of the wiki that one prompt names: its own pages' first, then the most used. */
const MAX_WIKI_TAGS = 80;

/** One group's prompt, and what makes tags of an answer to it. */
export interface Question {
  readonly prompt: Prompt;
  /** @throws {BadAnswerError} where no tag is usable */
  tagsOf(answer: Answer): readonly TagSuggestion[];
}

/** Turns groups of one corpus into questions. */
export class QuestionMaker {
  readonly #spellings: Vocabulary;
  /** The most used tags of the wiki. */
  readonly #wikiTags: readonly string[];
  /** Of each page, its human tags in the wiki's spelling. */
  readonly #pageTags: readonly (readonly string[])[];

  /** Of each broader group, how many it is made of. */
  readonly #parts = new Map<string, number>();

  constructor(private readonly corpus: TaggingCorpus) {
    for (const { parentKey } of corpus.groups)
      if (parentKey !== null) this.#parts.set(parentKey, (this.#parts.get(parentKey) ?? 0) + 1);
    const names = commonNames(corpus.pages.flatMap((page) => page.humanTags)).filter(isUsableTag);
    this.#spellings = new Vocabulary(names);
    this.#wikiTags = names.slice(0, MAX_WIKI_TAGS);
    const resolved = new Map<string, string>();
    const resolve = (tag: string) => resolved.get(tag) ?? resolved.set(tag, this.#spellings.resolve(tag)).get(tag)!;
    this.#pageTags = corpus.pages.map((page) => page.humanTags.filter(isUsableTag).map(resolve));
  }

  /** @throws {TaggingError} where no page of the group has anything to read */
  about(group: TagGroup, parentTags: readonly string[]): Question {
    const quoted = this.#readable(group);
    const prompt = buildPrompt({
      size: group.members.length,
      parts: this.#parts.get(group.key),
      pages: quoted,
      parentTags,
      wikiTags: this.#nearestTags(group),
    });
    // Only asked, never taught: what one group is told must not depend on which other groups came before it.
    const spell = (tag: string) => (this.#spellings.has(tag) ? this.#spellings.resolve(tag) : tag);
    const evidence = new Evidence([...new Set([...quoted, ...group.members.map((index) => this.corpus.pages[index])])]);
    const isCommon = (tag: string) => this.#spellings.has(tag) || !evidence.isOnePagesWord(tag);
    return { prompt, tagsOf: (answer) => usableTags(answer, { parentTags, spell, isCommon }) };
  }

  #readable(group: TagGroup): readonly TaggingPage[] {
    for (const indices of [group.representatives, group.members]) {
      const pages = indices
        .map((index) => this.corpus.pages[index])
        .filter(({ title, text }) => /\S/.test(title + text));
      if (pages.length > 0) return pages.slice(0, MAX_PAGES);
    }
    throw new TaggingError('permanent', 'None of the pages has a title or a text to make tags from.');
  }

  /** The tags of the group's own pages, most used first, then those of the wiki. */
  #nearestTags(group: TagGroup): readonly string[] {
    const uses = new Map<string, number>();
    for (const index of group.members) {
      for (const tag of this.#pageTags[index]) uses.set(tag, (uses.get(tag) ?? 0) + 1);
    }
    const own = [...uses].sort((a, b) => b[1] - a[1] || (a[0] < b[0] ? -1 : 1)).map(([tag]) => tag);
    return [...new Set([...own, ...this.#wikiTags])].slice(0, MAX_WIKI_TAGS);
  }
}
