import { fold } from '../../common/fold.js';
import { isUsableTag } from '../vocabulary/hygiene.js';
import { commonNames, mostCommon } from '../vocabulary/vocabulary.js';
import { GENERIC_WORDS } from './language.js';
import { Phrases } from './phrases.js';
import { END, type Lemma, type Surface, type TokenizedPage, type Tokens } from './tokens.js';

/** A word or phrase that could be a tag. */
export interface Term {
  readonly name: string;
  /** Folded words. */
  readonly words: readonly string[];
  /** Pages that hold it, and pages whose title does. */
  readonly pages: number;
  readonly titles: number;
  /** 0 … 1: how much it looks like a name or a subject rather than like any word. */
  readonly tagness: number;
}

/**
 * Which terms each page holds and how much it is about them (0 … 1), in parallel, and which of them people gave it as tags.
 */
export interface TermTable {
  readonly terms: readonly Term[];
  readonly pageTerms: readonly { readonly ids: Int32Array; readonly about: Float32Array; readonly human: Int32Array }[];
}

interface Draft {
  readonly key: string;
  /** The tag as people write it, where they gave it to a page. */
  readonly human?: string;
  readonly spellings: Map<string, number>;
  readonly lemmas: readonly number[];
  count: number;
  pages: number;
  titles: number;
}

/** One way of writing a term; capitals at the beginning of a sentence and in titles weigh little. */
interface Variant {
  readonly draft: number;
  readonly text: string;
  weight: number;
}

/** How a page holds its terms, in parallel. */
interface Uses {
  readonly drafts: number[];
  readonly counts: number[];
  /** TITLE, LEAD and HUMAN together. */
  readonly places: number[];
}

const LEAD = 1;
const TITLE = 2;
const HUMAN = 4;

/** A page whose title does not say a word is never quite surely about it. */
const MOST_WITHOUT_TITLE = 0.7;
/** Words of the text that count as its lead: what a page says first, it is mostly about. */
const LEAD_TOKENS = 40;
/** Two surface ids make one number: exact up to 2^26 of them. */
const MOST_SURFACES = 0x4000000;

/**
 * Finds the terms of all pages.
 * @param humanTags of each page; they are terms like a title's words, and lend their spelling
 * @param minPages terms on fewer pages are left out, unless a title holds them
 */
export function collectTerms(tokens: Tokens, humanTags: readonly (readonly string[])[], minPages: number): TermTable {
  const phrases = new Phrases(tokens);
  const ids = new Map<string, number>();
  const drafts: Draft[] = [];
  const uses: Uses[] = [];
  /** Where in the uses of the page being read each draft stands, if it does. */
  const slots: number[] = [];
  const ofWord: (Variant | undefined)[] = [];
  const ofPhrase = new Map<number | string, Variant>();

  for (const human of commonNames(humanTags.flat())) {
    ids.set(fold(human), drafts.length);
    drafts.push({ key: fold(human), human, spellings: new Map(), lemmas: [], count: 0, pages: 0, titles: 0 });
  }

  const variantOf = (at: number, length: number, { surfaces: written }: TokenizedPage): Variant => {
    if (length === 1) {
      ofWord[written[at]] ??= newVariant(written.subarray(at, at + 1));
      return ofWord[written[at]]!;
    }
    const pair = written[at] * MOST_SURFACES + written[at + 1];
    const key = length === 2 ? pair : `${pair} ${written[at + 2]}`;
    const variant = ofPhrase.get(key) ?? newVariant(written.subarray(at, at + length));
    ofPhrase.set(key, variant);
    return variant;
  };

  const newVariant = (written: Int32Array): Variant => {
    const surfaces = Array.from(written, (id) => tokens.surfaces[id]);
    const text = spell(surfaces);
    const key = fold(text);
    let draft = ids.get(key);
    if (draft === undefined) {
      draft = drafts.length;
      ids.set(key, draft);
      drafts.push({ key, spellings: new Map(), lemmas: surfaces.map((s) => s.lemma), count: 0, pages: 0, titles: 0 });
    }
    return { draft, text, weight: 0 };
  };

  for (const [index, page] of tokens.pages.entries()) {
    const here: Uses = { drafts: [], counts: [], places: [] };
    const note = (draft: number, place: number) => {
      const slot = slots[draft];
      if (here.drafts[slot] === draft) {
        here.counts[slot]++;
        here.places[slot] |= place;
      } else {
        slots[draft] = here.drafts.length;
        here.drafts.push(draft);
        here.counts.push(1);
        here.places.push(place);
      }
    };
    for (const id of new Set(humanTags[index].map((tag) => ids.get(fold(tag)))))
      if (id !== undefined) note(id, TITLE | LEAD | HUMAN);
    for (let at = 0; at < page.surfaces.length; at++) {
      for (const length of phrases.lengthsAt(page, at)) {
        const variant = variantOf(at, length, page);
        const inTitle = at < page.titleLength;
        const atStart = at === 0 || page.surfaces[at - 1] === END;
        variant.weight += inTitle || atStart ? 0.1 : 1;
        note(variant.draft, (inTitle ? TITLE : 0) | (at < page.titleLength + LEAD_TOKENS ? LEAD : 0));
      }
    }
    for (const [i, id] of here.drafts.entries()) {
      drafts[id].count += here.counts[i];
      drafts[id].pages++;
      if (here.places[i] & TITLE) drafts[id].titles++;
    }
    uses.push(here);
  }
  for (const variant of [...ofWord, ...ofPhrase.values()])
    if (variant) note(drafts[variant.draft].spellings, variant.text, variant.weight);
  return tabulate(tokens, drafts, uses, minPages);
}

function tabulate(tokens: Tokens, drafts: readonly Draft[], uses: readonly Uses[], minPages: number): TermTable {
  const swallowed = swallowedByPhrases(drafts);
  const nameWorth = worthOfNames(tokens);
  const newIds = new Int32Array(drafts.length).fill(-1);
  const terms: Term[] = [];
  for (const [id, draft] of drafts.entries()) {
    if ((swallowed.has(id) && !draft.human) || (draft.pages < minPages && draft.titles === 0)) continue;
    const name = draft.human ?? mostCommon(draft.spellings);
    const tagness = draft.human ? 1 : tagnessOf(draft, name, tokens, nameWorth);
    if (tagness === 0 || !isUsableTag(name)) continue;
    newIds[id] = terms.length;
    terms.push({ name, words: draft.key.split(' '), pages: draft.pages, titles: draft.titles, tagness });
  }
  const pageTerms = uses.map(({ drafts: held, counts, places }) => {
    const kept = [...held.keys()].filter((i) => newIds[held[i]] >= 0).sort((a, b) => held[a] - held[b]);
    return {
      ids: Int32Array.from(kept, (i) => newIds[held[i]]),
      about: Float32Array.from(kept, (i) => aboutness(counts[i], places[i])),
      human: Int32Array.from(
        kept.filter((i) => places[i] & HUMAN),
        (i) => newIds[held[i]],
      ),
    };
  });
  return { terms, pageTerms };
}

/** How surely a page that holds a term is about it. */
function aboutness(count: number, places: number): number {
  if (places & TITLE) return 1;
  const missed = 0.6 ** count * (places & LEAD ? 0.6 : 1);
  return MOST_WITHOUT_TITLE * (1 - missed);
}

/** A word that mostly stands inside one phrase says less than the phrase: 'Actions' where there is 'GitHub Actions'. */
function swallowedByPhrases(drafts: readonly Draft[]): ReadonlySet<number> {
  const byKey = new Map(drafts.map((draft, id) => [draft.key, id]));
  const swallowed = new Set<number>();
  for (const phrase of drafts) {
    const words = phrase.key.split(' ');
    for (let length = words.length - 1; length >= 1; length--) {
      for (let at = 0; at + length <= words.length; at++) {
        const part = byKey.get(words.slice(at, at + length).join(' '));
        if (part === undefined || phrase.count < 0.6 * drafts[part].count) continue;
        // one page that repeats a phrase does not take the word from all others
        if (phrase.pages > 1 || drafts[part].pages === 1) swallowed.add(part);
      }
    }
  }
  return swallowed;
}

/** Words as one text, with no space between two of a script that has none. */
function spell(surfaces: readonly Surface[]): string {
  return surfaces
    .map(({ text, unspaced }, i) => (i === 0 || (unspaced && surfaces[i - 1].unspaced) ? text : ` ${text}`))
    .join('');
}

/**
 * How much better a name ('Rhino') serves than a common noun as a tag, 0 … 1: much in a wiki whose titles are full of
 * names, little in one about bread and bees.
 */
function worthOfNames(tokens: Tokens): number {
  let names = 0;
  let words = 0;
  for (const page of tokens.pages) {
    for (let i = 0; i < page.titleLength; i++) {
      if (page.bounds[i] === 0) continue;
      words++;
      names += properness(tokens.lemmas[tokens.surfaces[page.surfaces[i]].lemma]);
    }
  }
  return Math.min(0.7, (2 * names) / Math.max(1, words));
}

function tagnessOf(draft: Draft, name: string, tokens: Tokens, nameWorth: number): number {
  const lemmas = draft.lemmas.map((id) => tokens.lemmas[id]);
  const generic = lemmas.map((lemma) => isGeneric(lemma));
  const edgesVerbal = isVerbal(lemmas[0]) || isVerbal(lemmas[lemmas.length - 1]);
  if (edgesVerbal || generic.every(Boolean)) return 0;
  const proper = lemmas.reduce((sum, lemma) => sum + properness(lemma), 0) / lemmas.length;
  const vague = generic.filter(Boolean).length / lemmas.length;
  return (1 - nameWorth + nameWorth * proper) * (1 - 0.5 * vague) * (IDENTIFIER.test(name) ? 0.4 : 1);
}

/** Names from programs rather than of things: 'JSContext', 'PRUint32', 'BluetoothAdapterEvent'. */
const IDENTIFIER = /\p{Lu}{2,}\p{Ll}{2,}|(\p{Lu}\p{Ll}+){3,}/u;

const folded = new Set([...GENERIC_WORDS].map(fold));

function isGeneric(lemma: Lemma): boolean {
  return folded.has(lemma.key);
}

function isVerbal(lemma: Lemma): boolean {
  if (properness(lemma) > 0.6) return false;
  if (lemma.verbal >= 0.35 * lemma.count || /[^aeiou]ed$/.test(lemma.key)) return true;
  return /ing$/.test(lemma.key) && lemma.atStart + lemma.verbal >= 0.5 * lemma.count;
}

function properness(lemma: Lemma): number {
  return (lemma.insideCapital + 0.2) / (lemma.inside + 1);
}

function note<K>(counts: Map<K, number>, key: K, weight: number): void {
  counts.set(key, (counts.get(key) ?? 0) + weight);
}
