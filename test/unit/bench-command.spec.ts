import { spawn } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, describe, expect, it } from '@jest/globals';

const PROGRAM = fileURLToPath(new URL('../../benchmarks/bench.js', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'wikitag-bench-test-'));
afterAll(() => rmSync(folder, { recursive: true }));

/** Stands in for Python with the peers: one is ready and never answers a call, one never gets ready, two are not there. */
const fakePython = join(folder, 'python');
writeFileSync(
  fakePython,
  `#!/bin/sh
case "$2" in
  EVoC) echo '{"ready": true}'; read call; exec sleep 600;;
  fast_hdbscan) exec sleep 600;;
  *) echo '{"unavailable": "not here"}';;
esac
`,
  { mode: 0o755 },
);

/** Runs the trial `clustering` and gives what it printed; once stderr says `until`, it gets the SIGINT of Ctrl-C. */
async function bench(args: string[], until?: string) {
  const child = spawn(process.execPath, [PROGRAM, 'clustering', '--json', ...args], {
    env: { PATH: process.env['PATH'], BENCH_PYTHON: fakePython, TMPDIR: folder },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let [out, log] = ['', ''];
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    out += text;
  });
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    const before = log;
    log += text;
    if (until !== undefined && !before.includes(until) && log.includes(until)) child.kill('SIGINT');
  });
  const code = await new Promise<number | null>((resolve) => child.once('close', resolve));
  return { code, log, printed: JSON.parse(out) };
}

describe('npm run bench -- clustering', () => {
  it('breaks off what takes longer than the limit, and shows what it knows of each driver', async () => {
    const { code, printed } = await bench(['--rows', '1000', '--limit', '4']);
    expect(code).toBe(0);
    const secondsOf = new Map(
      printed.trials.clustering.rows.map((row: Record<string, unknown>) => [row['driver'], row['seconds']]),
    );
    expect(secondsOf.get('EVoC')).toBe('over 4 s');
    expect(secondsOf.get('fast_hdbscan')).toBe('not run: its first call took over 4 s');
    expect(secondsOf.get('hdbscan generic')).toBe('not run: not here');
    for (const driver of ['ours, hdbscan, warm', 'ours, auto, command'])
      expect(secondsOf.get(driver)).toEqual(expect.any(Number));
  });

  it('shows on Ctrl-C what has been measured by then, and leaves nothing behind', async () => {
    const { code, printed } = await bench(['--rows', '5000', '--limit', '2'], '5000 x 1536');
    expect(code).toBe(130);
    expect(printed.broken_off).toBe('clustering: interrupted');
    expect(printed.trials.clustering.rows).toHaveLength(8);
    for (const row of printed.trials.clustering.rows) expect(row.rows).toBe(1000);
    expect(readdirSync(folder)).toEqual(['python']);
  });
});
