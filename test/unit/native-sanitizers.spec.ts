import { execFile, spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, describe, expect, it } from '@jest/globals';

const root = fileURLToPath(new URL('../../../', import.meta.url)); // from dist/test/unit
const { findCompiler, flagsFor } = await import(pathToFileURL(join(root, 'scripts', 'build-native.mjs')).href);
const folder = mkdtempSync(join(tmpdir(), 'wikitag-sanitized-'));
afterAll(() => rmSync(folder, { recursive: true }));

const SANITIZE = ['-O1', '-g', '-fsanitize=address,undefined', '-fno-sanitize-recover=all', '-fno-omit-frame-pointer'];
const compiler: string | undefined = findCompiler();

/** Why the sanitizers cannot be used here; undefined where they can. */
function missing(): string | undefined {
  if (compiler === undefined) return 'there is no C++ compiler';
  const source = join(folder, 'empty.cc');
  writeFileSync(source, 'int main() { return 0; }\n');
  const built = spawnSync(compiler, [...SANITIZE, source, '-o', join(folder, 'empty')]);
  if (built.status !== 0) return `${compiler} cannot link the address sanitizer`;
  return spawnSync(join(folder, 'empty')).status === 0 ? undefined : 'sanitized programs do not run here';
}

const run = promisify(execFile);

/** Compiles the sources, some at a time, each with the flags of the addon but for the optimisation. */
async function compile(sources: readonly string[]): Promise<string[]> {
  const left = [...sources.entries()];
  const objects: string[] = [];
  const next = async (): Promise<void> => {
    for (let taken = left.shift(); taken !== undefined; taken = left.shift()) {
      const [at, source] = taken;
      const flags = flagsFor(source) as string[] | undefined;
      if (flags === undefined) continue; // for another CPU
      const object = join(folder, `${at}.o`);
      const own = flags.filter((flag) => flag !== '-O3');
      await run(compiler!, [...own, ...SANITIZE, `-I${join(root, 'native')}`, '-c', source, '-o', object]);
      objects.push(object);
    }
  };
  await Promise.all(Array.from({ length: availableParallelism() }, next));
  return objects;
}

describe('the C++ core under address and undefined-behaviour sanitizers', () => {
  const reason = missing();
  const title = 'neighbours, spanning trees, the search and mean shift on small and odd inputs';
  if (reason !== undefined) it.skip(`${title}: not run, ${reason}`, () => undefined);
  else
    it(title, async () => {
      const parts = ['distance', 'graph', 'hdbscan', 'linkage', 'smoothing', 'support', 'lsa'].map((p) =>
        join(root, 'native', 'core', p),
      );
      const sources = parts.flatMap((part) =>
        readdirSync(part)
          .filter((name) => name.endsWith('.cc'))
          .map((name) => join(part, name)),
      );
      const objects = await compile([...sources, join(root, 'native', 'test', 'check.cc')]);
      const program = join(folder, 'check');
      await run(compiler!, [...SANITIZE, ...objects, '-o', program, '-lpthread']);
      expect(await run(program)).toEqual({ stderr: '', stdout: 'ok\n' });
    }, 900_000);
});
