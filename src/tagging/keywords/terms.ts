import { fold } from '../vocabulary/fold.js';
import { isUsableTag } from '../vocabulary/hygiene.js';
import { mostCommon } from '../vocabulary/vocabulary.js';
import { GENERIC_WORDS } from './language.js';
import { Phrases } from './phrases.js';
import { END, type Lemma, type Tokens } from './tokens.js';

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

/** Which terms each page holds and how much it is about them (0 … 1). Both arrays of a page run in parallel. */
export interface TermTable {
  readonly terms: readonly Term[];
  readonly pageTerms: readonly { readonly ids: Int32Array; readonly about: Float32Array }[];
}

interface Draft {
  readonly key: string;
  readonly spellings: Map<string, number>;
  readonly lemmas: readonly number[];
  pages: number;
  titles: number;
}

interface Use {
  count: number;
  title: boolean;
  lead: boolean;
}

/** A page whose title does not say a word is never quite surely about it. */
const MOST_WITHOUT_TITLE = 0.7;
/** Words of the text that count as its lead: what a page says first, it is mostly about. */
const LEAD_TOKENS = 40;

/** Finds the terms of all pages. `minPages`: terms on fewer pages are left out, unless a title holds them. */
export function collectTerms(tokens: Tokens, minPages: number): TermTable {
  const phrases = new Phrases(tokens);
  const ids = new Map<string, number>();
  const drafts: Draft[] = [];
  const uses: Map<number, Use>[] = [];
  const cache = new Map<string, number>();

  const draftOf = (surfaceIds: Int32Array, at: number, length: number): number => {
    const cacheKey = length === 1 ? `${surfaceIds[at]}` : surfaceIds.subarray(at, at + length).join(',');
    const known = cache.get(cacheKey);
    if (known !== undefined) return known;
    const surfaces = Array.from(surfaceIds.subarray(at, at + length), (id) => tokens.surfaces[id]);
    const key = fold(surfaces.map((s) => s.text).join(surfaces.every((s) => s.unspaced) ? '' : ' '));
    let id = ids.get(key);
    if (id === undefined) {
      id = drafts.length;
      ids.set(key, id);
      drafts.push({ key, spellings: new Map(), lemmas: surfaces.map((s) => s.lemma), pages: 0, titles: 0 });
    }
    cache.set(cacheKey, id);
    return id;
  };

  for (const page of tokens.pages) {
    const here = new Map<number, Use>();
    for (let at = 0; at < page.surfaces.length; at++) {
      if (page.surfaces[at] === END) continue;
      for (const length of phrases.lengthsAt(page, at)) {
        const id = draftOf(page.surfaces, at, length);
        const inTitle = at < page.titleLength;
        const use = here.get(id) ?? { count: 0, title: false, lead: false };
        use.count++;
        use.title ||= inTitle;
        use.lead ||= at < page.titleLength + LEAD_TOKENS;
        here.set(id, use);
        const atStart = at === 0 || page.surfaces[at - 1] === END;
        note(drafts[id].spellings, spell(tokens, page.surfaces, at, length), inTitle || atStart ? 0.1 : 1);
      }
    }
    for (const [id, use] of here) {
      drafts[id].pages++;
      if (use.title) drafts[id].titles++;
    }
    uses.push(here);
  }
  return tabulate(tokens, drafts, uses, minPages);
}

function tabulate(
  tokens: Tokens,
  drafts: readonly Draft[],
  uses: readonly Map<number, Use>[],
  minPages: number,
): TermTable {
  const swallowed = swallowedByPhrases(drafts);
  const newIds = new Int32Array(drafts.length).fill(-1);
  const terms: Term[] = [];
  for (const [id, draft] of drafts.entries()) {
    if (swallowed.has(id) || (draft.pages < minPages && draft.titles === 0)) continue;
    const name = mostCommon(draft.spellings);
    const tagness = tagnessOf(draft, name, tokens);
    if (tagness === 0 || !isUsableTag(name)) continue;
    newIds[id] = terms.length;
    terms.push({ name, words: draft.key.split(' '), pages: draft.pages, titles: draft.titles, tagness });
  }
  const pageTerms = uses.map((here) => {
    const kept = [...here].filter(([id]) => newIds[id] >= 0).sort((a, b) => a[0] - b[0]);
    return {
      ids: Int32Array.from(kept, ([id]) => newIds[id]),
      about: Float32Array.from(kept, ([, use]) => aboutness(use)),
    };
  });
  return { terms, pageTerms };
}

/** How surely a page that holds a term is about it. */
function aboutness(use: Use): number {
  if (use.title) return 1;
  const missed = 0.6 ** use.count * (use.lead ? 0.6 : 1);
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
        if (part !== undefined && phrase.pages >= 0.6 * drafts[part].pages) swallowed.add(part);
      }
    }
  }
  return swallowed;
}

function spell(tokens: Tokens, surfaces: Int32Array, at: number, length: number): string {
  let name = tokens.surfaces[surfaces[at]].text;
  for (let i = at + 1; i < at + length; i++) {
    const [before, now] = [tokens.surfaces[surfaces[i - 1]], tokens.surfaces[surfaces[i]]];
    name += before.unspaced && now.unspaced ? now.text : ` ${now.text}`;
  }
  return name;
}

function tagnessOf(draft: Draft, name: string, tokens: Tokens): number {
  const lemmas = draft.lemmas.map((id) => tokens.lemmas[id]);
  const generic = lemmas.map((lemma) => isGeneric(lemma));
  const edgesVerbal = isVerbal(lemmas[0]) || isVerbal(lemmas[lemmas.length - 1]);
  if (edgesVerbal || generic.every(Boolean)) return 0;
  const proper = lemmas.reduce((sum, lemma) => sum + properness(lemma), 0) / lemmas.length;
  const vague = generic.filter(Boolean).length / lemmas.length;
  return (0.25 + 0.75 * proper) * (1 - 0.5 * vague) * (IDENTIFIER.test(name) ? 0.4 : 1);
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
