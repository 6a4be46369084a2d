import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { cluster } from '../src/clustering/cluster.js';
import type { ClusteringOptions } from '../src/clustering/types.js';
import { adjustedRand } from './adjusted-rand.js';
import { clustered, median } from './kernel.js';
import { PeerProcess } from './peer-process.js';
import type { Row, Trial } from './trial.js';
import { type WikiLike, wikiLike } from './wiki-like.js';

const ROUNDS = 3;
const SIZES = [
  { rows: 1_000, dims: 384 },
  { rows: 5_000, dims: 1_536 },
  { rows: 10_000, dims: 384 },
  { rows: 10_000, dims: 1_536 },
];
/** `hdbscan` with what the peers' drivers in peers.py are given. */
const OURS: Readonly<Record<'hdbscan' | 'auto', ClusteringOptions>> = {
  hdbscan: { method: 'hdbscan', minClusterSize: 5, minSamples: 5, backend: 'auto' },
  auto: { method: 'auto', backend: 'auto' },
};
const PEERS = ['hdbscan generic', 'fast_hdbscan', 'EVoC', 'UMAP 5-d + hdbscan'];
/** Takes ten times as long as all others together: one turn tells enough. */
const ONCE = 'UMAP 5-d + hdbscan';

interface Measured {
  readonly seconds: number;
  readonly labels: readonly number[];
  readonly peakMb: number | null;
}

/** Something that clusters the vectors of one size, ready to be called. */
interface Driver {
  readonly name: string;
  /** Undefined where it took longer than the limit. */
  run(): Promise<Measured | undefined>;
}

/** Warm, in this process: as a worker that has clustered before does it. */
function warm(name: keyof typeof OURS, { data, rows, dims }: WikiLike, limit: number): Driver {
  const run = async (): Promise<Measured | undefined> => {
    const start = performance.now();
    const signal = AbortSignal.timeout(1000 * limit);
    const found = await cluster({ data, rows, dims }, { ...OURS[name], signal }).catch(unlessOver);
    if (found === undefined) return undefined;
    const { labels } = found;
    return { seconds: (performance.now() - start) / 1000, labels: [...labels], peakMb: null };
  };
  return { name: `ours, ${name}, warm`, run };
}

/** `seconds.total` of `npm run cluster`: reading the file and the first call of a fresh process. */
function command(
  name: keyof typeof OURS,
  file: string,
  dims: number,
  labels: readonly number[],
  limit: number,
): Driver {
  const { minClusterSize, minSamples } = OURS[name];
  const sizes =
    minClusterSize === undefined ? [] : ['--min-cluster-size', `${minClusterSize}`, '--min-samples', `${minSamples}`];
  const run = async (): Promise<Measured | undefined> => {
    const call = async () => clustered(file, dims, ['--method', name, ...sizes], limit);
    const printed = await call().catch(unlessOver);
    if (printed === undefined) return undefined;
    const { seconds, peak_rss_mb } = printed;
    return { seconds: seconds.total, labels, peakMb: peak_rss_mb };
  };
  return { name: `ours, ${name}, command`, run };
}

/** An error of a call that took longer than its limit is no error. */
function unlessOver(error: Error & { code?: unknown }): undefined {
  if (error.name !== 'TimeoutError' && error.code !== 'ETIMEDOUT') throw error;
  return undefined;
}

const round = (value: number, digits = 3) => Number(value.toFixed(digits));
const share = (part: number, whole: number) => round(part / Math.max(whole, 1));

/** How well labels fit the made clusters. `ARI` is over the rows that are no noise, as made. */
function quality(labels: readonly number[], truth: readonly number[]): Row {
  const rows = truth.map((_, i) => i);
  const members = rows.filter((i) => truth[i] >= 0);
  const noise = rows.filter((i) => truth[i] < 0);
  return {
    clusters: new Set(labels.filter((label) => label >= 0)).size,
    noise: share(labels.filter((label) => label < 0).length, labels.length),
    ARI: round(
      adjustedRand(
        members.map((i) => labels[i]),
        members.map((i) => truth[i]),
      ),
    ),
    'noise found': share(noise.filter((i) => labels[i] < 0).length, noise.length),
    'members kept': share(members.filter((i) => labels[i] >= 0).length, members.length),
  };
}

/** All drivers by turns, so that a busy machine is busy for each of them. */
async function measure(folder: string, size: { rows: number; dims: number }, limit: number): Promise<Row[]> {
  const made = wikiLike(size.rows, size.dims);
  const file = join(folder, `${size.rows}x${size.dims}.f32`);
  writeFileSync(file, made.data);
  const ours = (['hdbscan', 'auto'] as const).map((name) => ({ name, driver: warm(name, made, limit) }));
  const drivers: Driver[] = [];
  for (const { name, driver } of ours) {
    const first = await driver.run(); // the call that warms up; the command's labels are the same
    drivers.push(driver, command(name, file, size.dims, first?.labels ?? [], limit));
  }
  const missing: Row[] = [];
  const peers: PeerProcess[] = [];
  try {
    for (const name of PEERS) {
      const peer = await PeerProcess.start(name, file, size.dims, limit);
      if (typeof peer === 'string') {
        missing.push({ ...size, driver: name, seconds: `not run: ${peer}` });
        continue;
      }
      peers.push(peer);
      const run = async () => {
        const answer = await peer.run();
        return answer && { seconds: answer.seconds, labels: answer.labels, peakMb: answer.peak_mb };
      };
      drivers.push({ name, run });
    }
    const runs = new Map<Driver, Measured[]>(drivers.map((driver) => [driver, []]));
    const over = new Set<Driver>();
    for (let turn = 0; turn < ROUNDS; turn++) {
      for (const [driver, own] of runs) {
        if (over.has(driver) || (turn > 0 && driver.name === ONCE)) continue;
        const measured = await driver.run();
        if (measured === undefined)
          over.add(driver); // once is enough
        else own.push(measured);
      }
    }
    const ratio = (own: readonly Measured[], to: Driver) => {
      const theirs = runs.get(to) ?? [];
      const ratios = own.slice(0, theirs.length).map(({ seconds }, turn) => seconds / theirs[turn].seconds);
      return ratios.length === 0 ? null : round(median(ratios), 2);
    };
    const measured = [...runs].map(([driver, own]): Row => {
      const { name } = driver;
      if (over.has(driver)) return { ...size, driver: name, seconds: `over ${limit} s` };
      return {
        ...size,
        driver: name,
        seconds: round(median(own.map(({ seconds }) => seconds))),
        'x our hdbscan': ratio(own, ours[0].driver),
        'x our auto': ratio(own, ours[1].driver),
        ...quality(own[0].labels, made.truth),
        'peak MB': own.at(-1)!.peakMb,
      };
    });
    return [...measured, ...missing];
  } finally {
    for (const peer of peers) peer.stop();
  }
}

export const clusteringTrial: Trial = {
  name: 'clustering',
  about: `made clusters with a fifth of noise, ours beside its peers by turns; all warm but 'command'; medians of ${ROUNDS}`,
  run: async ({ rows: most, limit, done }) => {
    const folder = mkdtempSync(join(tmpdir(), 'wikitag-bench-'));
    const remove = () => rmSync(folder, { recursive: true, force: true });
    process.once('exit', remove); // where the benchmark is broken off
    try {
      const rows: Row[] = [];
      for (const size of SIZES.filter((one) => one.rows <= most)) {
        process.stderr.write(`  ${size.rows} x ${size.dims} …\n`);
        const measured = await measure(folder, size, limit);
        done(measured);
        rows.push(...measured);
      }
      return { rows };
    } finally {
      process.off('exit', remove);
      remove();
    }
  },
};
