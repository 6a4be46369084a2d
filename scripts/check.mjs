// The gate: format and lint, types, import directions and cycles, unused code and dependencies, tests. Stops at the first failure.
import { spawnSync } from 'node:child_process';
import { root } from './bootstrap.mjs';

const STEPS = [
  ['install and build', ['node', 'scripts/go.mjs', 'build']],
  ['format and lint', ['npx', 'biome', 'check', '--error-on-warnings', '.']],
  ['types', ['npx', 'tsc', '-p', '.', '--noEmit']],
  ['types of the page', ['npx', 'tsc', '-p', 'web']],
  [
    'import directions and cycles',
    ['npx', 'depcruise', '--config', '.dependency-cruiser.cjs', 'src', 'test', 'benchmarks', 'web/src'],
  ],
  ['unused code and dependencies', ['npx', 'knip', '--treat-config-hints-as-errors']],
  ['tests', ['node', 'scripts/go.mjs', 'test']],
];

for (const [name, [command, ...args]] of STEPS) {
  process.stderr.write(`\n== ${name}\n`);
  const done = spawnSync(command, args, { cwd: root, stdio: 'inherit' });
  if (done.status !== 0) {
    process.stderr.write(`\ncheck failed at: ${name}\n`);
    process.exit(1);
  }
}
process.stderr.write('\nall checks passed\n');
