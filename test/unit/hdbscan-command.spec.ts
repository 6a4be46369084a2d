import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, describe, expect, it } from '@jest/globals';
import { madeVectors } from '../support/vectors.js';

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
