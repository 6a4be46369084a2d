import { type TagGroup, type TaggingCorpus, TaggingError, type TaggingPage, type TagSuggestion } from '../types.js';
import { isUsableTag } from '../vocabulary/hygiene.js';
import { commonNames, Vocabulary } from '../vocabulary/vocabulary.js';
import { type Answer, usableTags } from './answer.js';
import { isOnePagesWord } from './evidence.js';
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
  readonly #wikiTags: readonly string[];
  readonly #spellings: Vocabulary;

  constructor(private readonly corpus: TaggingCorpus) {
    this.#wikiTags = commonNames(corpus.pages.flatMap((page) => page.humanTags)).filter(isUsableTag);
    this.#spellings = new Vocabulary(this.#wikiTags);
  }

  /** @throws {TaggingError} where no page of the group has anything to read */
  about(group: TagGroup, parentTags: readonly string[]): Question {
    const prompt = buildPrompt({
      size: group.members.length,
      pages: this.#readable(group),
      parentTags,
      wikiTags: this.#nearestTags(group),
    });
    // Only asked, never taught: what one group is told must not depend on which other groups came before it.
    const spell = (tag: string) => (this.#spellings.has(tag) ? this.#spellings.resolve(tag) : tag);
    const members = group.members.map((index) => this.corpus.pages[index]);
    const isCommon = (tag: string) => this.#spellings.has(tag) || !isOnePagesWord(tag, members);
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

  #nearestTags(group: TagGroup): readonly string[] {
    const own = commonNames(group.members.flatMap((index) => this.corpus.pages[index].humanTags)).filter(isUsableTag);
    const spelled = own.map((tag) => this.#spellings.resolve(tag));
    return [...new Set([...spelled, ...this.#wikiTags])].slice(0, MAX_WIKI_TAGS);
  }
}
