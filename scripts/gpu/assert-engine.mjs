// `node scripts/gpu/assert-engine.mjs tfjs-gpu|onnx FOLDER`: fails where the GPU engine in FOLDER/node_modules is not whole.
// The image build calls it, because an engine's install script can end well with files missing, and both engines then run
// on the CPU without a word. It needs no GPU: that one is there is asserted when the sidecar starts.
import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, statSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join, resolve } from 'node:path';

const ENGINES = {
  'tfjs-gpu': {
    package: '@tensorflow/tfjs-node-gpu',
    files: [
      /^lib\/napi-v\d+\/tfjs_binding\.node$/,
      /^deps\/lib\/libtensorflow\.so[.\d]*$/,
      /^deps\/lib\/libtensorflow_framework\.so[.\d]*$/,
    ],
    // What TensorFlow 2.9 opens at run time; it falls back to the CPU where one is missing.
    libraries: [
      'libcudart.so.11.0',
      'libcublas.so.11',
      'libcublasLt.so.11',
      'libcufft.so.10',
      'libcurand.so.10',
      'libcusolver.so.11',
      'libcusparse.so.11',
      'libcudnn.so.8',
    ],
  },
  onnx: {
    package: 'onnxruntime-node',
    files: [
      /^bin\/napi-v\d+\/linux\/x64\/onnxruntime_binding\.node$/,
      /^bin\/napi-v\d+\/linux\/x64\/libonnxruntime\.so\.1$/,
      /^bin\/napi-v\d+\/linux\/x64\/libonnxruntime_providers_shared\.so$/,
      /^bin\/napi-v\d+\/linux\/x64\/libonnxruntime_providers_cuda\.so$/,
    ],
    libraries: [
      'libcudart.so.12',
      'libcublas.so.12',
      'libcublasLt.so.12',
      'libcufft.so.11',
      'libcurand.so.10',
      'libcudnn.so.9',
    ],
  },
};

/** What is missing, a line each; nothing where all is there. */
function missingParts(engine, root) {
  const folder = join(root, 'node_modules', engine.package);
  if (!existsSync(folder)) return [`${engine.package} is not installed in ${root}`];
  const files = readdirSync(folder, { recursive: true }).map((name) => String(name).replaceAll('\\', '/'));
  const whole = (pattern) => files.some((name) => pattern.test(name) && statSync(join(folder, name)).size > 0);
  const missing = engine.files
    .filter((pattern) => !whole(pattern))
    .map((pattern) => `no file ${pattern.source} in ${engine.package}`);
  const known = spawnSync('ldconfig', ['-p'], { encoding: 'utf8' });
  const names = new Set([...(known.stdout ?? '').matchAll(/^\s+(\S+) /gm)].map((found) => found[1]));
  return [
    ...missing,
    ...engine.libraries.filter((name) => !names.has(name)).map((name) => `the loader knows no ${name}`),
  ];
}

/** Loads the engine for real; in a process of its own, because a broken library can end the process that loads it. */
function loadingFailure(engine, root) {
  const path = createRequire(join(root, 'package.json')).resolve(engine.package);
  const done = spawnSync(process.execPath, ['-e', `require(${JSON.stringify(path)})`], { encoding: 'utf8' });
  return done.status === 0
    ? []
    : [`${engine.package} does not load (${done.status ?? done.signal}): ${done.stderr.trim().slice(0, 4000)}`];
}

const [name, where] = process.argv.slice(2);
const engine = ENGINES[name];
if (!engine || !where) {
  process.stderr.write(`usage: node scripts/gpu/assert-engine.mjs ${Object.keys(ENGINES).join('|')} FOLDER\n`);
  process.exit(2);
}
const root = resolve(where);
const missing = missingParts(engine, root);
const complaints = missing.length > 0 ? missing : loadingFailure(engine, root);
if (complaints.length > 0) {
  process.stderr.write(`The GPU engine ${name} is not whole:\n${complaints.map((line) => `  ${line}\n`).join('')}`);
  process.exit(1);
}
process.stderr.write(`The GPU engine ${name} is whole.\n`);
