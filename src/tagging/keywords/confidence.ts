import type { PageWeighing, TagEvidence } from '../types.js';

/**
 * Log-odds that people would give a page a tag of its group, by logistic regression on wikis tagged by people; what was
 * fitted on, and how it does on wikis that it was not fitted on, stands in docs/tagging.md.
 */
const MODEL = { base: -3.2, strength: 3.3, share: 1, unsaid: -0.5 };
/** The share of a group's pages that say a tag is estimated as if it had this many more, half of them saying it. */
const DOUBT = 1;
/** The page that a group's confidence is about: a firm member that says the tag. */
const FIRM = 0.9;
/** The best tag of a page is applied from this probability on … */
const LEAST = 0.25;
/** … with this confidence: people give a page fewer tags than fit it, so that it is right more often than they say. */
const LIFTED = 0.7;
/** What the first tag of a group is worth in the choice of the best: a group speaks with one voice where it can. */
const FIRST = 0.2;

/**
 * Confidence of a tag in a group, for a firm member that says it.
 * @param share share of the group's pages that say it
 */
export function groupConfidence(share: number, size: number): number {
  const estimate = (share * size + DOUBT / 2) / (size + DOUBT);
  return logistic(MODEL.base + MODEL.strength * FIRM + MODEL.share * estimate);
}

/**
 * Confidences of a page's tags: the group's, less what the page lacks to a firm member that says the tag. The best tag of
 * a page is lifted to what is applied by default, unless it is very unlikely or the page an outlier.
 */
export const weighPage: PageWeighing = (tags) => {
  const chances = tags.map(chanceOf);
  const worth = tags.map((tag, i) => chances[i] + (tag.first ? FIRST : 0));
  const best = worth.indexOf(Math.max(...worth));
  return chances.map((chance, i) =>
    i === best && chance >= LEAST && tags[i].source !== 'nearest' ? Math.max(chance, LIFTED) : chance,
  );
};

function chanceOf({ groupConfidence: group, strength, said }: TagEvidence): number {
  const odds = Math.log(group / (1 - group));
  return logistic(odds + MODEL.strength * (strength - FIRM) + (said ? 0 : MODEL.unsaid));
}

const logistic = (x: number): number => 1 / (1 + Math.exp(-x));
