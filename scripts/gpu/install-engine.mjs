// `node scripts/gpu/install-engine.mjs tfjs-gpu|onnx FOLDER`: installs a GPU engine, with the binaries that its install
// script fetches, into FOLDER/node_modules. A folder of its own: npm leaves a root package's optional peers out, whatever
// is asked of it. Below FOLDER Node finds the engine. Needs the network; assert-engine.mjs says whether it worked.
import { spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';

const ENGINES = {
  'tfjs-gpu': { packages: ['@tensorflow/tfjs-core', '@tensorflow/tfjs-node-gpu'], env: {} },
  onnx: { packages: ['onnxruntime-node'], env: { ONNXRUNTIME_NODE_INSTALL: 'cuda12' } },
};

const [name, where] = process.argv.slice(2);
const engine = ENGINES[name];
if (!engine || !where) {
  process.stderr.write(`usage: node scripts/gpu/install-engine.mjs ${Object.keys(ENGINES).join('|')} FOLDER\n`);
  process.exit(2);
}
const folder = resolve(where);
const { peerDependencies } = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8'));

function npm(...args) {
  const done = spawnSync('npm', args, { cwd: folder, stdio: 'inherit', env: { ...process.env, ...engine.env } });
  if (done.status === 0) return;
  process.stderr.write(`npm ${args.join(' ')} failed (${done.error?.code ?? done.status ?? done.signal})\n`);
  process.exit(1);
}

mkdirSync(folder, { recursive: true });
const dependencies = Object.fromEntries(engine.packages.map((name) => [name, peerDependencies[name]]));
writeFileSync(join(folder, 'package.json'), JSON.stringify({ private: true, dependencies }));
npm('install', '--ignore-scripts', '--no-audit', '--no-fund');
// Only the engine's own script runs, and its output is seen.
npm('rebuild', '--ignore-scripts=false', '--foreground-scripts', engine.packages.at(-1));
