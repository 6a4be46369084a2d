import type { Term, TermTable } from './terms.js';

/** One group as the selection sees it. */
export interface GroupTerms {
  readonly key: string;
  readonly size: number;
  /** Terms worth a look, by id. */
  readonly ids: Int32Array;
  /** Estimated share of the members that are about the term, parallel to `ids`. */
  readonly coverage: Float32Array;
  /** How good a tag it would make here: see `qualityOf`. */
  readonly quality: Float32Array;
}

const MIN_COVERAGE = 0.15;

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
function qualityOf(term: Term, coverage: number, overall: number): number {
  const rarity = Math.log(1 + 1 / overall);
  const lift = coverage / overall;
  const titled = (term.titles / term.pages + 0.02) ** 0.15;
  return coverage ** 2 * rarity * (lift / (lift + 2)) * term.tagness * titled;
}

export function groupTerms(
  table: TermTable,
  overall: Float64Array,
  key: string,
  members: readonly number[],
): GroupTerms {
  const sums = new Map<number, number>();
  for (const member of members) {
    const page = table.pageTerms[member];
    for (let i = 0; i < page.ids.length; i++) sums.set(page.ids[i], (sums.get(page.ids[i]) ?? 0) + page.about[i]);
  }
  const kept = [...sums].filter(([, sum]) => sum >= MIN_COVERAGE * members.length).sort((a, b) => a[0] - b[0]);
  const coverage = Float32Array.from(kept, ([, sum]) => sum / members.length);
  return {
    key,
    size: members.length,
    ids: Int32Array.from(kept, ([id]) => id),
    coverage,
    quality: Float32Array.from(kept, ([id], i) => qualityOf(table.terms[id], coverage[i], overall[id])),
  };
}
