import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { readVectors } from '../src/clustering/files.js';
import { autoBytes, hdbscanBytes, planMemory } from '../src/clustering/hdbscan/memory.js';
import { nativeHdbscan } from '../src/compute/clustering.js';
import { adjustedRand } from './adjusted-rand.js';
import { writeMadeClusters } from './made-vectors.js';
import type { Row, Trial } from './trial.js';

const CLUSTER = fileURLToPath(new URL('../src/cluster.js', import.meta.url));
const METHODS = [
  { method: 'hdbscan', sizes: [5_000, 20_000, 100_000, 1_000_000] },
  { method: 'auto', sizes: [5_000, 20_000, 50_000, 100_000] },
] as const;
const DIMS = 384;
const MIN_SAMPLES = 5;
/** Exact and approximate are compared where both are cheap. */
const COMPARED = 20_000;

/** How near the approximate path comes to the exact one: ARI of their labels. */
async function fidelity(file: string): Promise<number> {
  const vectors = await readVectors(file, DIMS);
  const params = {
    minClusterSize: 5,
    minSamples: MIN_SAMPLES,
    selection: 'eom',
    allowSingleCluster: false,
    ties: 'rows',
    storedBytes: 0,
  } as const;
  const labels = async (exactRows: number) => [...(await nativeHdbscan(vectors, { ...params, exactRows })).labels];
  return adjustedRand(await labels(0), await labels(vectors.rows));
}

/** How much of a process that does nothing is Node itself. */
function idleMb(): number {
  const url = new URL('../src/common/peak-memory.js', import.meta.url).href;
  const program = `import { peakMemory } from '${url}'; console.log(peakMemory());`;
  const { stdout } = spawnSync(process.execPath, ['--input-type=module', '-e', program], { encoding: 'utf8' });
  return Number(stdout) / 1e6;
}

async function measure(file: string, rows: number, method: 'hdbscan' | 'auto'): Promise<Row> {
  writeMadeClusters(file, rows, DIMS);
  const args = [CLUSTER, '--vectors', file, '--dims', String(DIMS), '--method', method, '--backend', 'native'];
  const done = spawnSync(process.execPath, args, { encoding: 'utf8' });
  if (done.status !== 0) throw new Error(`npm run cluster failed: ${done.stderr}`);
  const found = JSON.parse(done.stdout) as { seconds: Record<string, number>; peak_rss_mb: number; clusters: number };
  const { total, ...steps } = found.seconds;
  const threads = availableParallelism();
  const { path } = planMemory(rows, DIMS, MIN_SAMPLES, threads, true, Infinity);
  const vectorsMb = (4 * rows * DIMS) / 1e6;
  const estimated =
    method === 'auto' ? autoBytes(rows, DIMS, threads) : hdbscanBytes(path, rows, DIMS, MIN_SAMPLES, threads);
  return {
    method,
    rows,
    path: method === 'hdbscan' ? path : null,
    s: total,
    steps: Object.entries(steps)
      .map(([name, seconds]) => `${name} ${seconds.toFixed(2)}`)
      .join(', '),
    'vectors MB': Math.round(vectorsMb),
    'estimated MB beside them': Math.round(estimated / 1e6),
    'measured peak MB beside them': Math.round((found.peak_rss_mb * 2 ** 20) / 1e6 - vectorsMb - idleMb()),
    clusters: found.clusters,
    'ARI, approximate : exact':
      method === 'hdbscan' && rows <= COMPARED ? Number((await fidelity(file)).toFixed(4)) : null,
  };
}

export const scaleTrial: Trial = {
  name: 'scale',
  about: `made clusters, ${DIMS} dims, up to --rows (100,000): seconds, and memory beside the vectors and an idle Node, as estimated and as measured`,
  run: async ({ rows }) => {
    const folder = mkdtempSync(join(tmpdir(), 'wikitag-scale-'));
    try {
      const table: Row[] = [];
      for (const { method, sizes } of METHODS)
        for (const size of sizes.filter((count) => count <= rows))
          table.push(await measure(join(folder, 'made.f32'), size, method));
      return { rows: table };
    } finally {
      rmSync(folder, { recursive: true });
    }
  },
};
