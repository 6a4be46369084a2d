#!/usr/bin/env node
// `node scripts/go.mjs NAME [ARGUMENT …]`: makes the checkout runnable, then runs the program of that name.
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { bootstrap, root } from './bootstrap.mjs';

// V8 lets garbage of old runs lie until the heap has doubled, which looks like a leak; these keep it near what is in use.
const SERVICE = ['--enable-source-maps', '--initial-old-space-size=64', '--heap-growing-percent=30'];

const JEST = [
  '--experimental-vm-modules',
  '--no-warnings',
  'node_modules/jest/bin/jest.js',
  '--config',
  'jest.config.json',
];

const PROGRAMS = {
  build: [],
  test: JEST,
  'test:browser': [...JEST, '/test/browser/'],
  'test:mediawiki': [...JEST, '/test/mediawiki/'],
  start: [...SERVICE, 'dist/src/main.js'],
  'start:api': [...SERVICE, 'dist/src/api.js'],
  'start:worker': [...SERVICE, 'dist/src/worker.js'],
  'start:gpu': [...SERVICE, 'dist/src/gpu.js'],
  demo: ['--enable-source-maps', 'dist/src/demo.js'],
  cluster: ['--enable-source-maps', 'dist/src/cluster.js'],
  bench: ['--enable-source-maps', 'dist/benchmarks/bench.js'],
  load: ['--enable-source-maps', 'dist/benchmarks/load/load.js'],
  chaos: ['--enable-source-maps', 'dist/benchmarks/chaos/chaos.js'],
  keys: ['--enable-source-maps', 'dist/src/keys.js'],
};

/** What a program finds in its environment. */
const ENVIRONMENT = {
  // Without a browser, or PHP and MediaWiki, these tests are skipped; who asks for them by name wants to know.
  'test:browser': { BROWSER_TESTS: 'required' },
  'test:mediawiki': { MEDIAWIKI_TESTS: 'required' },
};

const [name, ...rest] = process.argv.slice(2);
const program = PROGRAMS[name];
if (!program) {
  process.stderr.write(`usage: node scripts/go.mjs ${Object.keys(PROGRAMS).join('|')} [ARGUMENT …]\n`);
  process.exit(2);
}
try {
  bootstrap();
} catch (error) {
  process.stderr.write(`wikitag: ${error.message}\n`);
  process.exit(1);
}
if (program.length > 0) {
  const [first, ...others] = program.map((part) => (/^(dist|node_modules)\//.test(part) ? join(root, part) : part));
  const child = spawn(process.execPath, [first, ...others, ...rest], {
    stdio: 'inherit',
    env: { ...process.env, ...ENVIRONMENT[name] },
  });
  // npm runs this through a shell, which dies of a plain kill of npm without a word to what it runs.
  const parent = process.ppid;
  const orphaned = () => process.env.npm_lifecycle_event !== undefined && process.ppid !== parent;
  setInterval(() => orphaned() && child.kill('SIGTERM'), 500).unref();
  // Ctrl-C reaches the child by itself; a plain kill of this process must be passed on.
  for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP']) process.on(signal, () => child.kill(signal));
  child.on('close', (code, signal) => process.exit(code ?? (signal ? 1 : 0)));
}
