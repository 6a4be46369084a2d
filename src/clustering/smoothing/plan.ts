import { type Most, WORKING_SHARE } from '../layers/layered.js';

/** What the smoothed method does with a wiki of this size, and why. */
export interface Plan {
  readonly neighbours: number;
  readonly steps: number;
  /** Of a dense group. */
  readonly minClusterSize: number;
  /** Of a cluster of the working layer. */
  readonly leastPages: number;
  readonly principalDims: number | null;
  readonly most: Most;
  readonly choices: Readonly<Record<string, string>>;
}

const NEIGHBOURS = 14;
const STEPS = 6;
/** Fewer pages than that are no cluster. */
const LEAST_PAGES = 3;
const PRINCIPAL_DIMS = 128;
/** So many clusters are never too many. */
const FEW = 6;
/** From so many pages on, so many clusters a page in all layers together: each costs a call to the LLM. */
const CALLS = { fromPages: 1000, aPage: 0.06 };

/**
 * Settings that follow the wiki.
 * @param pages pages with different content
 * @param allPages pages with their copies
 */
export function planFor(pages: number, allPages: number, dims: number, minClusterSize?: number): Plan {
  const neighbours = Math.max(1, Math.min(NEIGHBOURS, Math.round(pages / 10) + 2, pages - 1));
  const smallest = minClusterSize ?? (pages < 200 ? 3 : 5);
  const principalDims = dims > PRINCIPAL_DIMS && pages > 2 * PRINCIPAL_DIMS ? PRINCIPAL_DIMS : null;
  return {
    neighbours,
    steps: STEPS,
    minClusterSize: smallest,
    leastPages: minClusterSize ?? LEAST_PAGES,
    principalDims,
    most: mostClusters(pages, allPages),
    choices: {
      method:
        'Blurring mean shift on the neighbour graph, then HDBSCAN* for the outliers and average linkage for the clusters: raw text vectors have too much noise for density alone.',
      neighbours: `${neighbours} nearest pages${neighbours < NEIGHBOURS ? ', fewer than usual because the wiki is small' : ''}.`,
      steps: `${STEPS}: enough to gather real wikis, too few to break large clusters into pieces that cannot be told to belong together.`,
      min_cluster_size:
        minClusterSize === undefined
          ? `${smallest}, by the size of the wiki (${pages} different pages).`
          : `${smallest}, as asked.`,
      dims:
        principalDims === null
          ? `All ${dims}: few enough.`
          : `The ${principalDims} principal ones of ${dims}: as good and much faster.`,
    },
  };
}

/**
 * Larger wikis have larger topics: a cluster a 8 pages among 57, a 12 among 570. From about 1,000 on the calls decide, a
 * cluster a 20 pages; the two meet there, so that a page more never costs a wiki clusters of its working layer.
 */
function mostClusters(pages: number, allPages: number): Most {
  const bySize = Math.round(pages / (1 + 4 * Math.log10(Math.max(pages, 2))));
  const byCalls = Math.floor(CALLS.aPage * WORKING_SHARE * Math.max(allPages, CALLS.fromPages));
  return {
    working: Math.max(FEW, Math.min(bySize, byCalls)),
    all: allPages < CALLS.fromPages ? Infinity : Math.floor(CALLS.aPage * allPages),
  };
}
