// Compiles native/ into build/wikitag.node with the machine's C++ compiler. No node-gyp: it needs Python, which a user's
// machine may lack; Node-API is a stable C ABI, so the headers from npm and one compiler call a file are enough.
import { spawn, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, statSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { availableParallelism } from 'node:os';
import { dirname, join, relative } from 'node:path';

const require = createRequire(import.meta.url);
const STANDARD = [
  '-std=c++17',
  '-O3',
  '-fPIC',
  '-fvisibility=hidden',
  '-Wall',
  '-Wextra',
  '-DNAPI_VERSION=8',
  '-DNAPI_CPP_EXCEPTIONS',
];
// A file named *_avx2.cc or *_avx512.cc is compiled for that instruction set and called only after a run-time check.
const SIMD = { avx2: ['-mavx2', '-mfma'], avx512: ['-mavx512f', '-mavx512dq', '-mavx512vl', '-mavx512bw', '-mfma'] };

/** The C++ compiler of this machine, or undefined. `CXX` decides when set. */
export function findCompiler() {
  const candidates = process.env.CXX ? [process.env.CXX] : ['c++', 'g++', 'clang++'];
  return candidates.find((name) => spawnSync(name, ['--version'], { stdio: 'ignore' }).status === 0);
}

export function includeFlags() {
  return [
    `-I${require('node-api-headers').include_dir}`,
    `-I${dirname(require.resolve('node-addon-api/package.json'))}`,
  ];
}

export function flagsFor(source) {
  const level = /_(avx2|avx512)\.cc$/.exec(source)?.[1];
  if (!level) return STANDARD;
  return process.arch === 'x64' ? [...STANDARD, ...SIMD[level]] : undefined;
}

/**
 * Builds the addon.
 * @param {string} root the project's folder
 * @returns {{ok: true} | {ok: false, reason: string}}
 */
export function buildNative(root) {
  const compiler = findCompiler();
  if (!compiler) return { ok: false, reason: 'No C++ compiler found (c++, g++ or clang++; CXX names another).' };
  const objects = join(root, 'build', 'objects');
  mkdirSync(objects, { recursive: true });
  const jobs = join(objects, 'compile.json');
  const sources = readdirSync(join(root, 'native'), { recursive: true })
    .map(String)
    .filter((f) => f.endsWith('.cc') && !f.startsWith('test'));
  const headers = createHash('sha256');
  for (const f of readdirSync(join(root, 'native'), { recursive: true })
    .map(String)
    .filter((f) => f.endsWith('.h'))
    .sort())
    headers.update(f).update(readFileSync(join(root, 'native', f)));
  const headerHash = headers.digest('hex');
  const work = sources.flatMap((f) => {
    const flags = flagsFor(f);
    if (!flags) return [];
    const object = join(objects, `${f.replaceAll(/[\\/]/g, '__')}.o`);
    const key = createHash('sha256')
      .update(compiler)
      .update(flags.join(' '))
      .update(headerHash)
      .update(readFileSync(join(root, 'native', f)))
      .digest('hex');
    return [
      {
        object,
        key,
        args: [...flags, ...includeFlags(), `-I${join(root, 'native')}`, '-c', join(root, 'native', f), '-o', object],
      },
    ];
  });
  const known = existsSync(jobs) ? JSON.parse(readFileSync(jobs, 'utf8')) : {};
  const stale = work.filter((w) => known[w.object] !== w.key || !existsSync(w.object));
  const failed = compileAll(
    compiler,
    stale.map((w) => w.args),
  );
  if (failed) return { ok: false, reason: `${compiler} failed on ${relative(root, failed)}; its messages are above.` };
  const output = join(root, 'build', 'wikitag.node');
  const link = [
    '-shared',
    ...(process.platform === 'darwin' ? ['-undefined', 'dynamic_lookup'] : []),
    ...work.map((w) => w.object),
    '-o',
    `${output}.new`,
    '-lpthread',
  ];
  if (spawnSync(compiler, link, { stdio: ['ignore', 2, 2] }).status !== 0)
    return { ok: false, reason: `${compiler} could not link the addon; its messages are above.` };
  renameSync(`${output}.new`, output); // whole or not at all: a running process keeps the old inode
  writeFileSync(jobs, JSON.stringify(Object.fromEntries(work.map((w) => [w.object, w.key]))));
  return { ok: statSync(output).size > 0 };
}

/** Runs the compiler over all argument lists, some at a time, from a small child process so that the caller stays synchronous. */
function compileAll(compiler, argumentLists) {
  if (argumentLists.length === 0) return undefined;
  const input = JSON.stringify({ compiler, argumentLists, width: availableParallelism() });
  const done = spawnSync(process.execPath, [new URL(import.meta.url).pathname, '--compile'], {
    input,
    stdio: ['pipe', 'pipe', 2],
  });
  return done.status === 0 ? undefined : String(done.stdout) || 'an unknown file';
}

if (process.argv[2] === '--compile') {
  const { compiler, argumentLists, width } = JSON.parse(readFileSync(0, 'utf8'));
  const queue = [...argumentLists];
  const next = () => {
    const args = queue.shift();
    if (!args) return;
    spawn(compiler, args, { stdio: ['ignore', 2, 2] }).on('close', (code) => {
      if (code === 0) return next();
      process.stdout.write(args[args.indexOf('-c') + 1]);
      process.exitCode = 1;
      queue.length = 0;
    });
  };
  for (let i = 0; i < width; i++) next();
}
