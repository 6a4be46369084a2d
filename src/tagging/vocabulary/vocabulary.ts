import { fold } from '../../common/fold.js';

/**
 * The tag names of one wiki: one canonical surface form for every folded key, so that a wiki never holds 'Cookie',
 * 'cookies' and 'COOKIES' side by side. Shared by the taggers; knows nothing of pages.
 */
export class Vocabulary {
  readonly #names = new Map<string, string>();

  /** @param known names in use already (human tags, tags of an earlier run), most trusted first. */
  constructor(known: Iterable<string> = []) {
    for (const name of known) this.resolve(name);
  }

  /** The canonical form of a tag. The first spelling asked for becomes it; a name that folds to nothing stays as it is. */
  resolve(tag: string): string {
    const key = fold(tag);
    const known = this.#names.get(key);
    if (known !== undefined || key === '') return known ?? tag;
    this.#names.set(key, tag);
    return tag;
  }

  has(tag: string): boolean {
    return this.#names.has(fold(tag));
  }

  names(): readonly string[] {
    return [...this.#names.values()];
  }
}

/**
 * Distinct names, folded, most used first, each in its most common spelling; ties in code-point order.
 * @param uses one entry a use, e.g. the human tags of all pages
 */
export function commonNames(uses: Iterable<string>): readonly string[] {
  const counts = new Map<string, number>();
  for (const name of uses) counts.set(name, (counts.get(name) ?? 0) + 1);
  const spellings = new Map<string, Map<string, number>>();
  for (const [name, count] of counts) {
    const key = fold(name); // once a spelling: folding is slow
    if (key === '') continue;
    const known = spellings.get(key) ?? new Map<string, number>();
    known.set(name, count);
    spellings.set(key, known);
  }
  const entries = [...spellings.values()].map((known) => ({
    name: mostCommon(known),
    total: [...known.values()].reduce((sum, n) => sum + n, 0),
  }));
  return entries.sort((a, b) => b.total - a.total || (a.name < b.name ? -1 : 1)).map(({ name }) => name);
}

/** The key with the highest count; ties go to the first in code-point order. */
export function mostCommon(counts: ReadonlyMap<string, number>): string {
  let best = '';
  let most = Number.NEGATIVE_INFINITY;
  for (const [name, count] of counts) {
    if (count > most || (count === most && name < best)) [best, most] = [name, count];
  }
  return best;
}
