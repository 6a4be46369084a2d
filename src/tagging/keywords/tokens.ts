import { fold } from '../vocabulary/fold.js';
import { AFTER_VERBS, BEFORE_VERBS, detectLanguage, stopWordsOf } from './language.js';
import { isNameable, isUnspaced, type Run, runsOf, withoutPossessive } from './text.js';

/** Marks the end of a run in `TokenizedPage.surfaces`. */
export const END = -1;

/** One page as ids of words as written; `END` after each run. The title's runs come first. */
export interface TokenizedPage {
  readonly surfaces: Int32Array;
  /** How many entries of `surfaces` belong to the title. */
  readonly titleLength: number;
  /** Parallel to `surfaces`: 1 where the word may begin or end a tag, being nameable and no stop word of the page's language. */
  readonly bounds: Uint8Array;
  readonly language: string;
}

/** One way of writing a word. */
export interface Surface {
  readonly text: string;
  readonly lower: string;
  readonly lemma: number;
  readonly nameable: boolean;
  readonly capital: boolean;
  readonly unspaced: boolean;
}

/** What the wiki as a whole says of a word, all spellings and plurals together. Counts are of occurrences. */
export interface Lemma {
  readonly key: string;
  count: number;
  /** Inside a run, where English has no reason for a capital letter but a name. */
  inside: number;
  insideCapital: number;
  /** Next to words that show a verb. */
  verbal: number;
  atStart: number;
}

export interface Tokens {
  readonly pages: readonly TokenizedPage[];
  readonly surfaces: readonly Surface[];
  readonly lemmas: readonly Lemma[];
  readonly total: number;
}

/** Words of a page that its language is told from. */
const MAX_LANGUAGE_WORDS = 200;
/** Shorter runs repeat by chance, or are breadcrumbs that name the topic. */
const MIN_BOILERPLATE_WORDS = 5;

/**
 * Of sentences that stand on many pages word by word (notices, licences) only the names are kept: the notice is noise, but
 * 'Firefox OS' in it is not. Pages that are equal as a whole count once, and a page keeps all its text where it would lose
 * most of it.
 */
function withoutBoilerplate(pages: readonly (readonly Run[])[]): readonly (readonly Run[])[] {
  const uses = new Map<string, number>();
  const distinct = new Set<string>();
  const keys = pages.map((runs) => runs.map((run) => (run.length >= MIN_BOILERPLATE_WORDS ? run.join(' ') : '')));
  for (const own of keys) {
    const whole = own.join('\n');
    if (distinct.has(whole)) continue;
    distinct.add(whole);
    for (const key of new Set(own)) uses.set(key, (uses.get(key) ?? 0) + 1);
  }
  const limit = Math.max(3, 0.003 * distinct.size);
  return pages.map((runs, page) => {
    const kept = runs.flatMap((run, i) =>
      keys[page][i] === '' || uses.get(keys[page][i])! <= limit ? [run] : namesIn(run),
    );
    return countWords(kept) * 3 >= countWords(runs) ? kept : runs;
  });
}

/** Stretches of capitalised words that do not begin the sentence. */
function namesIn(run: Run): Run[] {
  const names: string[][] = [[]];
  for (const word of run.slice(1)) {
    if (/^\p{Lu}/u.test(word)) names[names.length - 1].push(word);
    else if (names[names.length - 1].length > 0) names.push([]);
  }
  return names.filter((name) => name.length > 0);
}

const countWords = (runs: readonly Run[]) => runs.reduce((sum, run) => sum + run.length, 0);

/** Reads all pages into word ids and counts what is known of each word. */
export function tokenize(pages: readonly { readonly title: string; readonly text: string }[]): Tokens {
  const surfaces: Surface[] = [];
  const lemmas: Lemma[] = [];
  const surfaceIds = new Map<string, number>();
  const lemmaIds = new Map<string, number>();
  let total = 0;

  const intern = (raw: string): number => {
    const text = withoutPossessive(raw);
    const known = surfaceIds.get(text);
    if (known !== undefined) return known;
    const key = fold(text);
    let lemma = lemmaIds.get(key);
    if (lemma === undefined) {
      lemma = lemmas.length;
      lemmaIds.set(key, lemma);
      lemmas.push({ key, count: 0, inside: 0, insideCapital: 0, verbal: 0, atStart: 0 });
    }
    const id = surfaces.length;
    surfaceIds.set(text, id);
    surfaces.push({
      text,
      lower: text.toLowerCase(),
      lemma,
      nameable: key !== '' && isNameable(text),
      capital: /^\p{Lu}|\p{Lu}{2}/u.test(text) || /\p{Ll}\p{Lu}/u.test(text),
      unspaced: isUnspaced(text),
    });
    return id;
  };

  const bodies = withoutBoilerplate(pages.map((page) => runsOf(page.text)));
  const tokenized = pages.map((page, index): TokenizedPage => {
    const ids: number[] = [];
    const words: string[] = [];
    let titleLength = 0;
    for (const [part, runs] of [runsOf(page.title), bodies[index]].entries()) {
      for (const run of runs) {
        for (const word of run) ids.push(intern(word));
        ids.push(END);
        if (words.length < MAX_LANGUAGE_WORDS) words.push(...run);
      }
      if (part === 0) titleLength = ids.length;
    }
    const language = detectLanguage(words);
    const stops = stopWordsOf(language);
    const bounds = Uint8Array.from(ids, (id) =>
      id !== END && surfaces[id].nameable && !stops.has(surfaces[id].lower) ? 1 : 0,
    );
    return { surfaces: Int32Array.from(ids), titleLength, bounds, language };
  });

  for (const page of tokenized) {
    for (let i = 0; i < page.surfaces.length; i++) {
      if (page.surfaces[i] === END) continue;
      const lemma = lemmas[surfaces[page.surfaces[i]].lemma];
      total++;
      lemma.count++;
      const before = i === 0 || page.surfaces[i - 1] === END ? null : surfaces[page.surfaces[i - 1]];
      const after = page.surfaces[i + 1] === END ? null : surfaces[page.surfaces[i + 1]];
      if (before === null) lemma.atStart++;
      if (before !== null && i >= page.titleLength) {
        lemma.inside++;
        if (surfaces[page.surfaces[i]].capital) lemma.insideCapital++;
      }
      if (page.language !== 'en') continue;
      if ((before && BEFORE_VERBS.has(before.lower)) || (after && AFTER_VERBS.has(after.lower))) lemma.verbal++;
    }
  }
  return { pages: tokenized, surfaces, lemmas, total };
}
