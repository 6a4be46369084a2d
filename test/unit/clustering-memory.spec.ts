import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, afterEach, describe, expect, it, jest } from '@jest/globals';
import { NotEnoughMemory } from '../../src/clustering/errors.js';
import { hdbscanCluster } from '../../src/clustering/hdbscan/cluster.js';
import { autoBytes, hdbscanBytes, planMemory, requireMemory } from '../../src/clustering/hdbscan/memory.js';
import { autoCluster } from '../../src/clustering/smoothing/auto.js';
import { loadAddon } from '../../src/compute/addon.js';
import { madeClusters } from '../support/made-clusters.js';
import { madeVectors } from '../support/vectors.js';

const PROGRAM = fileURLToPath(new URL('../../src/cluster.js', import.meta.url));
const native = loadAddon().addon !== null;
const itNative = native ? it : it.skip;
const folder = mkdtempSync(join(tmpdir(), 'wikitag-memory-'));
afterAll(() => rmSync(folder, { recursive: true }));
afterEach(() => {
  jest.restoreAllMocks();
});

describe('the memory that a run will need', () => {
  // `npm run cluster` on made clusters, 2 threads: peak_rss_mb less the vectors and an idle Node, in MB.
  it.each([
    [1_000, 384, 56],
    [10_000, 1_536, 201],
    [20_000, 384, 245],
    [50_000, 384, 567],
    [100_000, 384, 1_114],
  ])('is for the default method on %i x %i what was measured, or up to twice that', (rows, dims, measured) => {
    const estimated = autoBytes(rows, dims, 2) / 1e6;
    expect(estimated).toBeGreaterThanOrEqual(measured);
    expect(estimated).toBeLessThanOrEqual(2 * measured);
  });

  itNative.each([
    ['auto', (rows: number, dims: number) => autoBytes(rows, dims, 2)],
    ['hdbscan', (rows: number, dims: number) => hdbscanBytes('stored', rows, dims, 5, 2)],
  ] as const)('is not below what a run with --method %s takes', (method, estimate) => {
    const made = madeClusters(100, 40, 200);
    const file = join(folder, 'made.f32');
    writeFileSync(file, made.data);
    const outputOf = (program: string[]) => {
      const done = spawnSync(process.execPath, program, { encoding: 'utf8' });
      if (done.status !== 0) throw new Error(done.stderr);
      return done.stdout;
    };
    const url = new URL('../../src/common/peak-memory.js', import.meta.url).href;
    const idling = `import { peakMemory } from '${url}'; console.log(peakMemory());`;
    const idle = Number(outputOf(['--input-type=module', '-e', idling]));
    const args = ['--vectors', file, '--dims', '200', '--threads', '2', '--method', method];
    const peak = 2 ** 20 * JSON.parse(outputOf([PROGRAM, ...args])).peak_rss_mb;
    const beside = peak - idle - made.data.byteLength;
    const estimated = estimate(made.rows, 200);
    expect(estimated).toBeGreaterThanOrEqual(beside);
    expect(estimated).toBeLessThanOrEqual(2 * beside);
  });

  it('decides how the spanning tree is made, and whether at all', () => {
    const plan = (rows: number, available: number, native = true) => planMemory(rows, 1536, 5, 2, native, available);
    expect(() => plan(1_000_000, 5e8)).toThrow(
      /hdbscan needs about 1,\d\d\d MB beside the vectors, and 500 MB are free/,
    );
    expect(() => plan(100_000, 5e8)).toThrow(/fewer rows or fewer dims/);
    expect(() => plan(100_000, 5e8, false)).toThrow(NotEnoughMemory);
    expect(plan(10_000, 4e9)).toMatchObject({ path: 'stored', storedBytes: 8e8 });
    expect(plan(10_000, 2.5e8)).toMatchObject({ path: 'passes', storedBytes: 0 });
    expect(plan(20_001, 1e12).path).toBe('passes');
    expect(plan(100_001, 1e12).path).toBe('approximate');
    expect(() => requireMemory('All', autoBytes(10_000, 1536, 2), 2e9)).not.toThrow();
  });

  it.each([
    ['auto', autoCluster],
    ['hdbscan', hdbscanCluster],
  ] as const)(
    'stops a run with %s that would not fit before it starts, and says how much is missing',
    async (_, run) => {
      // Stands in for a machine that has so little left.
      jest.spyOn(process, 'availableMemory').mockReturnValue(5e7);
      const vectors = madeVectors(3000, 50, 1);
      const running = run(vectors, { backend: native ? 'native' : 'js' });
      await expect(running).rejects.toThrow(NotEnoughMemory);
      await expect(running).rejects.toThrow(
        /^Clustering 3000 rows of 50.* needs about \d+ MB beside the vectors, and 50 MB are free\. .*fewer rows/,
      );
    },
  );
});
