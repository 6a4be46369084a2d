import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';

const SCRIPT = fileURLToPath(new URL('../../../scripts/gpu/assert-engine.mjs', import.meta.url)); // from dist/test/unit

/** Engines as their packages lay them out, and the libraries that they open. */
const WHOLE = {
  onnx: {
    package: 'onnxruntime-node',
    files: [
      'onnxruntime_binding.node',
      'libonnxruntime.so.1',
      'libonnxruntime_providers_shared.so',
      'libonnxruntime_providers_cuda.so',
    ].map((name) => `bin/napi-v6/linux/x64/${name}`),
    libraries: [
      'libcudart.so.12',
      'libcublas.so.12',
      'libcublasLt.so.12',
      'libcufft.so.11',
      'libcurand.so.10',
      'libcudnn.so.9',
    ],
  },
  'tfjs-gpu': {
    package: '@tensorflow/tfjs-node-gpu',
    files: [
      'lib/napi-v8/tfjs_binding.node',
      'deps/lib/libtensorflow.so.2.9.1',
      'deps/lib/libtensorflow_framework.so.2.9.1',
    ],
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
};
type Engine = keyof typeof WHOLE;

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'wikitag-engine-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

function put(path: string, text: string): void {
  const file = join(folder, path);
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, text, { mode: 0o755 });
}

/** A fake of the whole engine, and a fake ldconfig that knows its libraries. */
function putWhole(engine: Engine, libraries: readonly string[] = WHOLE[engine].libraries): void {
  const home = `node_modules/${WHOLE[engine].package}`;
  put(`${home}/package.json`, '{"main": "index.js"}');
  put(`${home}/index.js`, 'module.exports = {};');
  for (const file of WHOLE[engine].files) put(`${home}/${file}`, 'not empty');
  const lines = libraries.map((name) => `\t${name} (libc6,x86-64) => /usr/local/cuda/lib64/${name}`);
  put('fake-bin/ldconfig', `#!/bin/sh\n[ "$1" = -p ] && printf '%s\\n' '${lines.join("' '")}'\n`);
}

function check(engine: string) {
  const env = { ...process.env, PATH: `${join(folder, 'fake-bin')}:${process.env['PATH']}` };
  const { status, stderr } = spawnSync(process.execPath, [SCRIPT, engine, folder], { env, encoding: 'utf8' });
  return { status, stderr };
}

describe.each(['onnx', 'tfjs-gpu'] as const)('the check of the engine %s in its image', (engine) => {
  const home = `node_modules/${WHOLE[engine].package}`;

  it('passes one that is whole', () => {
    putWhole(engine);
    expect(check(engine)).toEqual({ status: 0, stderr: `The GPU engine ${engine} is whole.\n` });
  });

  it('fails where the package is not there', () => {
    expect(check(engine)).toMatchObject({ status: 1, stderr: expect.stringContaining('is not installed') });
  });

  it.each(WHOLE[engine].files)('fails without %s, and where it is empty', (file) => {
    putWhole(engine);
    put(`${home}/${file}`, '');
    expect(check(engine).status).toBe(1);
    rmSync(join(folder, home, file));
    expect(check(engine)).toMatchObject({ status: 1, stderr: expect.stringContaining(`in ${WHOLE[engine].package}`) });
  });

  it.each(WHOLE[engine].libraries)('fails where the loader knows no %s', (missing) => {
    putWhole(
      engine,
      WHOLE[engine].libraries.filter((name) => name !== missing),
    );
    expect(check(engine)).toMatchObject({ status: 1, stderr: expect.stringContaining(`no ${missing}`) });
  });

  it('fails where it does not load, with the reason', () => {
    putWhole(engine);
    put(`${home}/index.js`, "throw new Error('libtensorflow.so.2: cannot open shared object file');");
    expect(check(engine)).toMatchObject({ status: 1, stderr: expect.stringContaining('cannot open shared object') });
  });
});

it('the check of an engine that is none of these says how to use it', () => {
  expect(check('cuda')).toMatchObject({ status: 2, stderr: expect.stringContaining('tfjs-gpu|onnx') });
});
