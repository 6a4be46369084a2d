import type { Term, TermTable } from './terms.js';

/** One group as the selection sees it. */
export interface GroupTerms {
  readonly key: string;
  readonly size: number;
  /** Terms worth a look, by id. */
  readonly ids: Int32Array;
  /** Estimated share of the members that are about the term, parallel to `ids`. */
  readonly coverage: Float32Array;
  /** Share of the members that say the term, parallel to `ids`. */
  readonly share: Float32Array;
  /** How good a tag it would make here: see `qualityOf`. */
  readonly quality: Float32Array;
}

/** 'Cloud Run' beats 'cloud' though fewer pages say it. */
const WORTH_OF_PHRASE = 2;
const MIN_COVERAGE = 0.05;

/** Share of all pages that are about each term. */
export function overallShares(table: TermTable): Float64Array {
  const shares = new Float64Array(table.terms.length);
  for (const page of table.pageTerms) for (let i = 0; i < page.ids.length; i++) shares[page.ids[i]] += page.about[i];
  for (let t = 0; t < shares.length; t++) shares[t] /= table.pageTerms.length;
  return shares;
}

/**
 * Class-based TF-IDF (Grootendorst 2022, "BERTopic", eq. 2) with the class frequency replaced by the share of members
 * that are about the term: a tag goes to every member, so one page that says a word a hundred times must not win.
 */
function qualityOf(term: Term, coverage: number, mentions: number, overall: number): number {
  const exact = term.words.length > 1 ? WORTH_OF_PHRASE : 1;
  const rarity = Math.log(1 + 1 / overall);
  const lift = coverage / overall;
  const titled = (term.titles / term.pages + 0.02) ** 0.1;
  return coverage ** 2 * mentions ** 0.7 * rarity * (lift / (lift + 2)) * term.tagness * titled * exact;
}

/** Tagged members that count as much as the assumption that the others are not about a tag. */
const HUMAN_DOUBT = 3;

export function groupTerms(
  table: TermTable,
  overall: Float64Array,
  key: string,
  members: readonly number[],
): GroupTerms {
  const sums = sumsOver(table, members).filter((sum) => sum.human > 0 || sum.pages >= leastPages(members.length));
  const tagged = members.reduce((count, member) => count + (table.pageTerms[member].human.length > 0 ? 1 : 0), 0);
  // People have tagged some members only: the rest is expected to be like them, the more surely the more of them there are.
  for (const sum of sums) {
    const expected = sum.human + ((members.length - tagged) * sum.human) / (tagged + HUMAN_DOUBT);
    if (expected > sum.about) [sum.about, sum.pages] = [expected, Math.max(sum.pages, expected)];
  }
  const kept = sums.filter(({ about }) => about >= MIN_COVERAGE * members.length);
  const coverage = Float32Array.from(kept, ({ about }) => about / members.length);
  const share = Float32Array.from(kept, ({ pages }) => pages / members.length);
  return {
    key,
    size: members.length,
    ids: Int32Array.from(kept, ({ id }) => id),
    coverage,
    share,
    quality: Float32Array.from(kept, ({ id }, i) => qualityOf(table.terms[id], coverage[i], share[i], overall[id])),
  };
}

/** One page does not name its group, however often it says a word. Groups of one or two pages have nothing to compare. */
const leastPages = (members: number) => (members < 3 ? 1 : 2);

interface Sum {
  readonly id: number;
  about: number;
  pages: number;
  readonly human: number;
}

/** For each term that a member holds or was given, in ascending order: how much they are about it, how many hold it and were given it. */
function sumsOver(table: TermTable, members: readonly number[]): Sum[] {
  const about = new Float64Array(table.terms.length);
  const pages = new Int32Array(table.terms.length);
  const human = new Int32Array(table.terms.length);
  const seen: number[] = [];
  for (const member of members) {
    const page = table.pageTerms[member];
    for (let i = 0; i < page.ids.length; i++) {
      const id = page.ids[i];
      if (pages[id]++ === 0) seen.push(id);
      about[id] += page.about[i];
    }
    for (const id of page.human) human[id]++;
  }
  return seen.sort((a, b) => a - b).map((id) => ({ id, about: about[id], pages: pages[id], human: human[id] }));
}
