import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, describe, expect, it } from '@jest/globals';
import { madeClusters } from '../support/made-clusters.js';
import { madeVectors, reordered, shuffledOrder } from '../support/vectors.js';

const program = fileURLToPath(new URL('../../src/cluster.js', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'wikitag-cluster-'));
const file = join(folder, 'vectors.f32');
writeFileSync(file, madeVectors(120, 6, 3).data);
afterAll(() => rmSync(folder, { recursive: true }));

const run = (...args: string[]) => spawnSync(process.execPath, [program, ...args], { encoding: 'utf8' });

describe('npm run cluster', () => {
  it('prints one JSON object and writes a line a row', () => {
    const out = join(folder, 'rows.jsonl');
    const done = run('--vectors', file, '--dims', '6', '--method', 'hdbscan', '--min-samples', '2', '--out', out);
    expect(done).toMatchObject({ status: 0, stderr: '' });
    const summary = JSON.parse(done.stdout);
    expect(summary).toMatchObject({ n: 120, dims: 6, backend: expect.any(String), device: expect.any(String) });
    expect(summary.seconds.total).toBeGreaterThan(0);
    expect(summary.peak_rss_mb).toBeGreaterThan(10);
    const rows = readFileSync(out, 'utf8')
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line));
    expect(rows.map((row) => row.index)).toEqual(Array.from({ length: 120 }, (_, i) => i));
    expect(rows.filter((row) => row.cluster < 0)).toHaveLength(summary.noise);
    expect(new Set(rows.map((row) => row.cluster).filter((c) => c >= 0)).size).toBe(summary.clusters);
    for (const row of rows) {
      expect(Object.keys(row)).toEqual(['index', 'cluster', 'probability', 'outlier_score', 'path']);
      expect(row.path).toEqual(row.cluster < 0 ? [] : [row.cluster]);
    }
  });

  it('with --ties content, shuffled rows keep their clusters', () => {
    const vectors = madeVectors(120, 6, 3);
    const order = shuffledOrder(120, 1);
    writeFileSync(join(folder, 'shuffled.f32'), reordered(vectors, order).data);
    const lines = (input: string, threads: string) => {
      const out = join(folder, 'ties.jsonl');
      const args = ['--method', 'hdbscan', '--ties', 'content', '--threads', threads, '--out', out];
      expect(run('--vectors', input, '--dims', '6', ...args)).toMatchObject({ status: 0, stderr: '' });
      const rows = readFileSync(out, 'utf8').trimEnd().split('\n');
      return rows.map((line) => line.replace(/"index":\d+,/, ''));
    };
    const straight = lines(file, '1');
    expect(lines(join(folder, 'shuffled.f32'), '2')).toEqual(order.map((row) => straight[row]));
  });

  it.each(['auto', 'hdbscan'])('--backend js --method %s loads nothing native', (method) => {
    const made = madeClusters(8, 15, 140); // so many dims that principal components are taken
    const wide = join(folder, 'wide.f32');
    writeFileSync(wide, made.data);
    const args = ['--vectors', wide, '--dims', '140', '--method', method];
    // Node refuses to load any addon, in its threads too.
    const noAddons = (backend: string) =>
      spawnSync(process.execPath, ['--no-addons', program, ...args, '--backend', backend], { encoding: 'utf8' });
    const done = noAddons('js');
    expect(done).toMatchObject({ status: 0, stderr: '' });
    expect(JSON.parse(done.stdout)).toMatchObject({ n: 120, clusters: 8, backend: 'js' });
    // What is loaded is told by the process: the addon is not among it even where it may be loaded.
    const tattle = join(folder, 'tattle.cjs');
    writeFileSync(tattle, `process.dlopen = () => { process._rawDebug('an addon was loaded'); process.abort(); };`);
    const watched = (backend: string) =>
      spawnSync(process.execPath, ['--require', tattle, program, ...args, '--backend', backend], { encoding: 'utf8' });
    expect(watched('js')).toMatchObject({ status: 0, stderr: '' });
    expect(watched('native').stderr).toContain('an addon was loaded'); // the trap works
  });

  it('takes a file without rows', () => {
    writeFileSync(join(folder, 'empty.f32'), '');
    const done = run('--vectors', join(folder, 'empty.f32'), '--dims', '6', '--method', 'hdbscan');
    expect(JSON.parse(done.stdout)).toMatchObject({ n: 0, clusters: 0, noise: 0 });
  });

  it('explains itself', () => {
    const done = run('--help');
    expect(done.status).toBe(0);
    for (const option of [
      '--vectors',
      '--dims',
      '--method',
      '--min-cluster-size',
      '--min-samples',
      '--selection',
      '--ties',
      '--backend',
      '--seed',
      '--threads',
      '--out',
    ])
      expect(done.stdout).toContain(option);
  });

  it.each([
    [[], '--vectors FILE is missing'],
    [['--vectors', file], '--dims D is missing'],
    [['--vectors', file, '--dims', '7'], 'not a whole number of rows of 7'],
    [['--vectors', join(folder, 'none'), '--dims', '6'], 'ENOENT'],
    [['--vectors', folder, '--dims', '6'], 'is not a file'],
    [['--vectors', file, '--dims', '6', '--backend', 'cuda'], 'must be one of auto, native, onnx, tfjs-gpu, js'],
    [['--vectors', file, '--dims', '6', '--min-samples', '0'], '--min-samples must be a whole number'],
    [['--vectors', file, '--dims', '6', '--speed', '9'], "Unknown option '--speed'"],
  ])('%j: exit 2 and a sentence on stderr', (args, message) => {
    const done = run(...args);
    expect(done.status).toBe(2);
    expect(done.stdout).toBe('');
    expect(done.stderr).toContain(message);
  });
});
