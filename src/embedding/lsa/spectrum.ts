import { type TruncatedSvd } from '../../compute/lsa.js';

/**
 * Every page adds exactly 1 to the eigenvalues of the pages' similarity matrix by being similar to itself: what a direction
 * has above that, pages share. Counting little below 1, and the rest as good as not at all, does what choosing the number
 * of dimensions for the wiki would do (7 for 56 pages on 7 topics, some 40 for 600), but pages that share nothing stay
 * apart. Measured on wikis of 20 to 5,720 pages: the 10-neighbour agreement is higher at every size.
 */
const OWN_SHARE = 0.9;
const LEAST_WEIGHT = 0.03;

/** Rows of U S with the singular values s shrunk to sqrt(s² - OWN_SHARE), in place; never a value made larger. */
export function shrinkSpectrum({ rank, scores, singular }: TruncatedSvd): void {
  const factors = Float64Array.from(
    singular,
    (s) => Math.sqrt(Math.max(s * s - OWN_SHARE, Math.min(s * s, LEAST_WEIGHT))) / s,
  );
  for (let start = 0; start < scores.length; start += rank)
    for (let c = 0; c < rank; c++) scores[start + c] *= factors[c];
}
