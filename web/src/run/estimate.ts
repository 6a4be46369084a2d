import type { Job } from '../api/types';

/** Before the first run: about one cluster for 17 pages, of all layers, and one call to the LLM for each. */
const CALLS_A_PAGE = 60 / 1000;
const STARTUP_SECONDS = 2;
const SECONDS_A_PAGE = 0.04;

export interface Estimate {
  readonly calls: number;
  readonly seconds: number;
  /** Whether it stands on an earlier run of this wiki. */
  readonly measured: boolean;
}

/**
 * How long a run over `pages` pages takes and how often it asks the LLM.
 * @param outlierCalls one call more for each page outside of all clusters, as `handle_outliers: individual` makes
 */
export function estimate(pages: number, jobs: readonly Job[], outlierCalls: boolean): Estimate {
  const before = jobs.find((job) => job.status === 'completed' && job.progress.pages_fetched > 0);
  if (before === undefined)
    return {
      calls: Math.ceil(pages * CALLS_A_PAGE),
      seconds: STARTUP_SECONDS + pages * SECONDS_A_PAGE,
      measured: false,
    };
  const scale = pages / before.progress.pages_fetched;
  const seconds = Object.values(before.timings).reduce((sum, stage) => sum + stage, 0);
  const calls = before.progress.clusters_created + (outlierCalls ? before.progress.outliers_handled : 0);
  return { calls: Math.ceil(calls * scale), seconds: Math.max(1, seconds * scale), measured: true };
}
