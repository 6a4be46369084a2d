import { spawnSync } from 'node:child_process';
import { closeSync, mkdtempSync, openSync, rmSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Row, Trial, TrialResult } from './trial.js';

const CLUSTER = fileURLToPath(new URL('../src/cluster.js', import.meta.url));
/** A Python for the comparisons, with the libraries to compare with; none is needed for anything else. */
export const PYTHON = process.env.BENCH_PYTHON ?? 'python3';
const ROUNDS = 5;
const SIZES = [
  { rows: 5_000, dims: 1_536 },
  { rows: 10_000, dims: 384 },
  { rows: 10_000, dims: 1_536 },
];

/** Prints the seconds of one float32 product, of which numpy's OpenBLAS computes a half and copies the other. */
const PRODUCT = `
import sys, time, numpy as np
x = np.fromfile(sys.argv[1], '<f4').reshape(-1, int(sys.argv[2]))
x[:256] @ x[:256].T
start = time.perf_counter(); product = x @ x.T; print(time.perf_counter() - start)`;

/** Unit vectors of normally distributed numbers, the same on every run. */
function writeVectors(file: string, rows: number, dims: number): void {
  let state = 12345;
  const uniform = () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return (state + 1) / 2 ** 32;
  };
  const row = new Float32Array(dims);
  const target = openSync(file, 'w');
  for (let i = 0; i < rows; i++) {
    for (let c = 0; c < dims; c++) row[c] = Math.sqrt(-2 * Math.log(uniform())) * Math.cos(2 * Math.PI * uniform());
    const length = Math.hypot(...row);
    writeSync(
      target,
      row.map((value) => value / length),
    );
  }
  closeSync(target);
}

export function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)];
}

/** The machine's own tuning of OpenBLAS would be a handicap: it may name another CPU. */
export function plainEnvironment(): NodeJS.ProcessEnv {
  const { OPENBLAS_CORETYPE: _, OPENBLAS_L2_SIZE: __, ...rest } = process.env;
  return rest;
}

function secondsOfProduct(file: string, dims: number): number {
  const done = spawnSync(PYTHON, ['-c', PRODUCT, file, String(dims)], { encoding: 'utf8', env: plainEnvironment() });
  if (done.status !== 0) throw new Error(`the numpy product failed: ${done.stderr}`);
  return Number(done.stdout);
}

interface Clustered {
  readonly seconds: Readonly<Record<string, number>>;
  readonly peak_rss_mb: number;
  readonly device: string;
}

/** What `npm run cluster` prints, run on a file of vectors in a process of its own. @throws {Error} with code ETIMEDOUT after `limit` seconds */
export function clustered(file: string, dims: number, options: readonly string[], limit?: number): Clustered {
  const args = [CLUSTER, '--vectors', file, '--dims', String(dims), ...options];
  const done = spawnSync(process.execPath, args, { encoding: 'utf8', timeout: limit && 1000 * limit });
  if (done.error !== undefined) throw done.error;
  if (done.status !== 0) throw new Error(`npm run cluster failed: ${done.stderr}`);
  return JSON.parse(done.stdout) as Clustered;
}

/** Ours and the peer's by turns, so that a busy machine is busy for both. */
function measure(folder: string, rows: number, dims: number, peer: boolean): Row {
  const file = join(folder, `${rows}x${dims}.f32`);
  writeVectors(file, rows, dims);
  const ours: Clustered[] = [];
  const product: number[] = [];
  for (let round = 0; round < ROUNDS; round++) {
    ours.push(clustered(file, dims, ['--method', 'hdbscan']));
    if (peer) product.push(secondsOfProduct(file, dims));
  }
  const seconds = (step: string) => Number(median(ours.map((one) => one.seconds[step])).toFixed(3));
  const ratio = median(ours.map((one, round) => one.seconds.total / product[round]));
  return {
    rows,
    dims,
    device: ours[0].device,
    'hdbscan, total s': seconds('total'),
    'distances s': seconds('distances'),
    'core distances s': seconds('core_distances'),
    'spanning tree s': seconds('spanning_tree'),
    'peak MB': median(ours.map((one) => one.peak_rss_mb)),
    'numpy product s': peer
      ? Number(median(product).toFixed(3))
      : 'not run: no Python with numpy (BENCH_PYTHON names one)',
    ratio: peer ? Number(ratio.toFixed(2)) : null,
  };
}

export const kernelTrial: Trial = {
  name: 'kernel',
  about: `exact HDBSCAN* of random unit vectors, whole, beside a plain float32 product by numpy; medians of ${ROUNDS}`,
  run: async (): Promise<TrialResult> => {
    const folder = mkdtempSync(join(tmpdir(), 'wikitag-bench-'));
    try {
      const peer = spawnSync(PYTHON, ['-c', 'import numpy']).status === 0;
      return { rows: SIZES.map(({ rows, dims }) => measure(folder, rows, dims, peer)) };
    } finally {
      rmSync(folder, { recursive: true });
    }
  },
};
