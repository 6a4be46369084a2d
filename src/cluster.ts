import { parseArgs } from 'node:util';
import { cluster } from './clustering/cluster.js';
import { readVectors, writeRows } from './clustering/files.js';
import type { ClusteringOptions } from './clustering/types.js';
import { peakMemory } from './common/peak-memory.js';

const HELP = `npm run cluster -- --vectors FILE --dims D [OPTION …]

Clusters the vectors in FILE (float32, little-endian, row after row, D numbers a row) and prints one JSON object.

  --method auto|hdbscan       auto (default): what serves wikis best. hdbscan: plain HDBSCAN* on the vectors as they are
  --min-cluster-size N        smallest group that is a cluster (2 or more)
  --min-samples N             neighbours that make a core distance, counted as scikit-learn-contrib/hdbscan counts them
  --selection eom|leaf        clusters by excess of mass (default), or the leaves of the tree
  --ties rows|content         hdbscan, equal distances: decided by the order of the rows (default, as
                              scikit-learn-contrib/hdbscan) or by what is in them (the same for shuffled rows)
  --backend auto|native|onnx|tfjs-gpu|js
  --threads N                 0 (default): one a core. The result does not depend on it
  --seed N                    for methods that need random numbers; neither of these does
  --out FILE                  writes a line a row: {index, cluster, probability, outlier_score, path}
  --help
`;

class UsageError extends Error {}

const CHOICES = {
  method: ['auto', 'hdbscan'],
  selection: ['eom', 'leaf'],
  ties: ['rows', 'content'],
  backend: ['auto', 'native', 'onnx', 'tfjs-gpu', 'js'],
} as const;

function readOptions() {
  let values: Record<string, string | boolean | undefined>;
  try {
    const string = { type: 'string' } as const;
    ({ values } = parseArgs({
      options: {
        vectors: string,
        dims: string,
        method: string,
        'min-cluster-size': string,
        'min-samples': string,
        selection: string,
        ties: string,
        backend: string,
        seed: string,
        threads: string,
        out: string,
        help: { type: 'boolean', short: 'h' },
      },
    }));
  } catch (error) {
    throw new UsageError((error as Error).message);
  }
  return values;
}

function whole(values: ReturnType<typeof readOptions>, name: string, least: number, most: number): number | undefined {
  const given = values[name];
  if (given === undefined) return undefined;
  const number = Number(given);
  if (!/^\d+$/.test(String(given)) || number < least || number > most) {
    throw new UsageError(`--${name} must be a whole number from ${least} to ${most}, not '${given}'`);
  }
  return number;
}

function choice<N extends keyof typeof CHOICES>(values: ReturnType<typeof readOptions>, name: N) {
  const given = values[name];
  const known: readonly string[] = CHOICES[name];
  if (given !== undefined && !known.includes(String(given))) {
    throw new UsageError(`--${name} must be one of ${known.join(', ')}, not '${given}'`);
  }
  return given as (typeof CHOICES)[N][number] | undefined;
}

async function main(): Promise<void> {
  const values = readOptions();
  if (values.help) {
    process.stdout.write(HELP);
    return;
  }
  if (typeof values.vectors !== 'string') throw new UsageError('--vectors FILE is missing');
  const dims = whole(values, 'dims', 1, 1_000_000);
  if (dims === undefined) throw new UsageError('--dims D is missing');
  const options: ClusteringOptions = {
    method: choice(values, 'method') ?? 'auto',
    minClusterSize: whole(values, 'min-cluster-size', 2, 1_000_000_000),
    minSamples: whole(values, 'min-samples', 1, 1_000_000_000),
    selection: choice(values, 'selection'),
    ties: choice(values, 'ties'),
    backend: choice(values, 'backend') ?? 'auto',
    threads: whole(values, 'threads', 0, 1024),
    seed: whole(values, 'seed', 0, 0xffffffff),
  };
  const started = performance.now();
  const vectors = await readVectors(values.vectors, dims);
  const read = (performance.now() - started) / 1000;
  const found = await cluster(vectors, options);
  const total = (performance.now() - started) / 1000;
  if (typeof values.out === 'string') await writeRows(values.out, found);
  const round = (seconds: number) => Math.round(seconds * 1e4) / 1e4;
  const steps = Object.entries({ read, ...found.timings }).map(([name, seconds]) => [name, round(seconds)]);
  const summary = {
    n: vectors.rows,
    dims,
    clusters: found.clusters.filter((node) => node.layer === 0).length,
    noise: found.labels.reduce((count, label) => count + (label < 0 ? 1 : 0), 0),
    backend: found.backend,
    device: found.device,
    peak_rss_mb: Math.round(peakMemory() / 2 ** 20),
    seconds: { total: round(total), ...Object.fromEntries(steps) },
    choices: found.choices,
  };
  process.stdout.write(`${JSON.stringify(summary)}\n`);
}

try {
  await main();
} catch (error) {
  const usage = error instanceof UsageError;
  process.stderr.write(`wikitag: ${error instanceof Error ? error.message : error}\n`);
  if (usage) process.stderr.write("See 'npm run cluster -- --help'.\n");
  process.exitCode = usage || error instanceof RangeError ? 2 : 1;
}
