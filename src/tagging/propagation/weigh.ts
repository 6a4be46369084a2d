import type { PageWeighing } from '../types.js';

/** The tagger's word, and how firmly the page belongs to the group: for taggers whose tags need not stand in the text. */
export const byMembership: PageWeighing = (tags) =>
  tags.map(
    ({ groupConfidence, source, strength }) => groupConfidence * (source === 'cluster' ? firmness(strength) : strength),
  );

/**
 * How much of a cluster's confidence a member keeps, .85 … 1, from its membership probability. Measured on wikis tagged by
 * people: with HDBSCAN's probability members at .2 hold their cluster's main human tag as often as members at 1; with the
 * share of neighbours in the cluster only those below .3 do so clearly less often. A plain product would leave most pages of
 * good clusters with suggestions only.
 */
export function firmness(probability: number): number {
  return Math.min(1, 0.85 + 0.5 * clamp(probability));
}

export function clamp(value: number): number {
  return Number.isFinite(value) ? Math.min(1, Math.max(0, value)) : 0;
}
