import { fold } from '../../common/fold.js';
import { looksLikeInstruction } from '../untrusted/instructions.js';
import { isUsableTag } from '../vocabulary/hygiene.js';
import { commonNames, Vocabulary } from '../vocabulary/vocabulary.js';

/** Tags of the wiki that one prompt names: its own pages' first, then the most used. */
const MAX_SHOWN = 80;
/** Pages with a tag that are looked at before it is taken for a poisoned page's own. */
const MAX_CARRIERS = 20;

/** The tags that people gave to the pages of one wiki. They too are written by whoever may write a page. */
export class WikiTags {
  readonly #spellings: Vocabulary;
  /** Most used first. */
  readonly #names: readonly string[];
  /** Of each page, its human tags in the wiki's spelling. */
  readonly #ofPage: readonly (readonly string[])[];
  /** By folded name, the first pages that have it. */
  readonly #carriers = new Map<string, number[]>();
  readonly #shown = new Map<string, boolean>();

  /** @param isSuspicious whether a page looks as if it gave orders to a model */
  constructor(
    pages: readonly { readonly humanTags: readonly string[] }[],
    private readonly isSuspicious: (page: number) => boolean,
  ) {
    this.#names = commonNames(pages.flatMap((page) => page.humanTags)).filter(isUsableTag);
    this.#spellings = new Vocabulary(this.#names);
    const resolved = new Map<string, string>();
    const resolve = (tag: string) => resolved.get(tag) ?? resolved.set(tag, this.#spellings.resolve(tag)).get(tag)!;
    this.#ofPage = pages.map((page) => page.humanTags.filter(isUsableTag).map(resolve));
    for (const [page, tags] of this.#ofPage.entries()) for (const tag of new Set(tags)) this.#note(fold(tag), page);
  }

  /** The wiki's own spelling of a tag, or the tag itself: what one group is told must not depend on which came before it. */
  spell(tag: string): string {
    return this.#spellings.has(tag) ? this.#spellings.resolve(tag) : tag;
  }

  /** Whether people gave the tag to a page that does not look as if it gave orders: a poisoned one may carry its own tag. */
  isKnown(tag: string): boolean {
    return this.#carriers.get(fold(tag))?.some((page) => !this.isSuspicious(page)) ?? false;
  }

  /** Tags to show beside the pages of a group: their own, most used first, then those of the wiki. None that gives orders. */
  nearest(members: readonly number[]): readonly string[] {
    const uses = new Map<string, number>();
    for (const page of members) for (const tag of this.#ofPage[page]) uses.set(tag, (uses.get(tag) ?? 0) + 1);
    const own = [...uses].sort((a, b) => b[1] - a[1] || (a[0] < b[0] ? -1 : 1)).map(([tag]) => tag);
    const shown: string[] = [];
    for (const tag of new Set([...own, ...this.#names])) {
      if (shown.length === MAX_SHOWN) break;
      if (this.#mayShow(tag)) shown.push(tag);
    }
    return shown;
  }

  #mayShow(tag: string): boolean {
    const known = this.#shown.get(tag) ?? (!looksLikeInstruction(tag) && this.isKnown(tag));
    this.#shown.set(tag, known);
    return known;
  }

  #note(key: string, page: number): void {
    const known = this.#carriers.get(key) ?? [];
    if (known.length < MAX_CARRIERS) known.push(page);
    this.#carriers.set(key, known);
  }
}
