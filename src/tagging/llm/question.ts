import { type TagGroup, type TaggingCorpus, TaggingError, type TagSuggestion } from '../types.js';
import { UntrustedPage } from '../untrusted/page.js';
import { GroupSupport, type Support } from '../untrusted/support.js';
import { type Answer, usableTags } from './answer.js';
import { buildPrompt, MAX_PAGES, type Prompt } from './prompt.js';
import { WikiTags } from './wiki-tags.js';

/** One group's prompt, and what makes tags of an answer to it. */
export interface Question {
  readonly prompt: Prompt;
  /** @throws {BadAnswerError} where no tag is usable */
  tagsOf(answer: Answer): readonly TagSuggestion[];
}

/** Turns groups of one corpus into questions. */
export class QuestionMaker {
  readonly #wikiTags: WikiTags;
  /** Of each broader group, how many it is made of. */
  readonly #parts = new Map<string, number>();
  /** By page, once it was asked. */
  readonly #suspicious = new Map<number, boolean>();

  constructor(private readonly corpus: TaggingCorpus) {
    for (const { parentKey } of corpus.groups)
      if (parentKey !== null) this.#parts.set(parentKey, (this.#parts.get(parentKey) ?? 0) + 1);
    this.#wikiTags = new WikiTags(corpus.pages, (page) => this.#isSuspicious(page));
  }

  /** @throws {TaggingError} where no page of the group has anything to read */
  about(group: TagGroup, parentTags: readonly string[]): Question {
    const quoted = this.#quoted(group);
    const prompt = buildPrompt({
      size: group.members.length,
      parts: this.#parts.get(group.key),
      pages: quoted.map((index) => this.corpus.pages[index]),
      parentTags,
      wikiTags: this.#wikiTags.nearest(group.members),
    });
    const spell = (tag: string) => this.#wikiTags.spell(tag);
    return {
      prompt,
      tagsOf: (answer) => usableTags(answer, { parentTags, spell, ...this.#rules(group, quoted) }),
    };
  }

  /** @param quoted indices of the pages that the model read */
  #rules(group: TagGroup, quoted: readonly number[]) {
    const read = new Set(quoted);
    const pageOf = (index: number) => new UntrustedPage(this.corpus.pages[index]);
    const others = group.members.filter((index) => !read.has(index));
    const pages = new GroupSupport(quoted.map(pageOf), others.map(pageOf));
    const support = (tag: string): Support => (this.#wikiTags.isKnown(tag) ? 'supported' : pages.of(tag));
    return { support, isSuspicious: quoted.some((index) => this.#isSuspicious(index)) };
  }

  /**
   * Indices of the pages to quote: representatives, or where all of them are blank, members. One that looks as if it
   * gave orders is left out where there are others: those among the members come before it.
   */
  #quoted(group: TagGroup): readonly number[] {
    const isReadable = (index: number) => /\S/.test(this.corpus.pages[index].title + this.corpus.pages[index].text);
    const lists = [group.representatives, group.members].map((list) => list.filter(isReadable));
    for (const list of lists) {
      const sober = list.filter((index) => !this.#isSuspicious(index));
      if (sober.length > 0) return sober.slice(0, MAX_PAGES);
    }
    const left = lists.find((list) => list.length > 0);
    if (left === undefined)
      throw new TaggingError('permanent', 'None of the pages has a title or a text to make tags from.');
    return left.slice(0, MAX_PAGES);
  }

  #isSuspicious(index: number): boolean {
    const known = this.#suspicious.get(index) ?? new UntrustedPage(this.corpus.pages[index]).isSuspicious;
    this.#suspicious.set(index, known);
    return known;
  }
}
