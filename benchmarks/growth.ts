import { topicPages } from '../test/support/made-pages.js';
import type { Row, Trial } from './trial.js';
import { wholeRun } from './whole-run.js';

const SIZES = [20, 50, 100, 300, 1_000, 3_000, 10_000] as const;
const PAGES_A_TOPIC = 20;
/** Below, starting and waiting outweigh the work, and the exponent would tell of them. */
const LARGE = 1_000;
/** The promise: a thousand pages in ten minutes. */
const PROMISED_SECONDS_A_PAGE = 0.6;

interface Point {
  readonly pages: number;
  readonly cost: number;
}

/** b of cost = a * pages^b, by least squares of the logarithms. */
export function growthExponent(points: readonly Point[]): number {
  const logs = points.map(({ pages, cost }) => ({ x: Math.log(pages), y: Math.log(cost) }));
  const mean = (pick: (p: { x: number; y: number }) => number) =>
    logs.reduce((sum, p) => sum + pick(p), 0) / logs.length;
  const [mx, my] = [mean((p) => p.x), mean((p) => p.y)];
  return mean((p) => (p.x - mx) * (p.y - my)) / mean((p) => (p.x - mx) ** 2);
}

/** The whole run at all sizes of wiki, against the promise, and how seconds and memory grow. */
export const growthTrial: Trial = {
  name: 'growth',
  about: `import and run of made wikis of ${SIZES[0]} to ${SIZES.at(-1)} pages against the promise of ${PROMISED_SECONDS_A_PAGE * 1000} s a 1,000 pages`,
  async run() {
    const rows: Row[] = [];
    const seconds: Point[] = [];
    const memory: Point[] = [];
    const clustering: Point[] = [];
    for (const pages of SIZES) {
      const run = await wholeRun(`made ${pages}`, topicPages(pages, Math.max(2, Math.round(pages / PAGES_A_TOPIC))));
      seconds.push({ pages, cost: run.totalSeconds });
      memory.push({ pages, cost: run.peakMb });
      const clusteringSeconds = run.job.timings['cluster'] ?? 0;
      clustering.push({ pages, cost: clusteringSeconds });
      const { compute } = run.job;
      rows.push({
        pages,
        status: run.job.status,
        total_s: Math.round(run.totalSeconds * 100) / 100,
        s_per_1000: Math.round((run.totalSeconds / pages) * 1e5) / 100,
        promised_s: pages * PROMISED_SECONDS_A_PAGE,
        'times faster': Math.round((pages * PROMISED_SECONDS_A_PAGE) / run.totalSeconds),
        clustering_s: Math.round(clusteringSeconds * 100) / 100,
        peak_mb: run.peakMb,
        clusters: run.job.progress.clusters_created,
        device: String(compute?.['device'] ?? 'none'),
        gpu: JSON.stringify(compute?.['gpu_utilization'] ?? 'not measured'),
        kept: run.job.status === 'completed' && run.totalSeconds <= pages * PROMISED_SECONDS_A_PAGE,
      });
    }
    const exponent = (points: readonly Point[]) =>
      Math.round(growthExponent(points.filter(({ pages }) => pages >= LARGE)) * 100) / 100;
    rows.push({
      pages: `exponent from ${LARGE}`,
      total_s: exponent(seconds),
      clustering_s: exponent(clustering),
      peak_mb: exponent(memory),
    });
    return { rows };
  },
};
