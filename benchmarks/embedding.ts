import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { loadAddon } from '../src/compute/addon.js';
import { LsaEmbedder } from '../src/embedding/lsa/lsa.embedder.js';
import { neighbourAgreement } from './agreement.js';
import type { Row, Trial } from './trial.js';

const ROOT = new URL('../../', import.meta.url);
const SHARED = fileURLToPath(new URL('../shared/data/', ROOT)); // beside the checkout
const PEER = fileURLToPath(new URL('benchmarks/embedding-peer.py', ROOT));
const MAX_CHARS = 4000;
/** A Python that has scikit-learn, such as the one of a virtual environment. */
const PYTHON = process.env['BENCH_PYTHON'] ?? 'python3';

interface Page {
  readonly title: string;
  readonly text: string;
  readonly tags: readonly string[];
}

interface Measured {
  readonly data: Float32Array;
  readonly dims: number;
  readonly seconds: number;
}

function readCorpus(corpus: string): Page[] {
  const lines = readFileSync(join(SHARED, `${corpus}.jsonl`), 'utf8')
    .split('\n')
    .filter(Boolean);
  return lines
    .map((line) => JSON.parse(line) as Page)
    .map((page) => ({ ...page, text: page.text.slice(0, MAX_CHARS) }));
}

async function ours(pages: readonly Page[], svd: 'native' | 'js'): Promise<Measured> {
  const started = performance.now();
  const { data, dims } = await new LsaEmbedder({ svd }).embed(pages);
  return { data, dims, seconds: (performance.now() - started) / 1000 };
}

/** The peer's seconds are without its imports. A sentence where it cannot run. */
function scikitLearn(pages: readonly Page[]): Measured | string {
  const folder = mkdtempSync(join(tmpdir(), 'wikitag-bench-'));
  try {
    const file = join(folder, 'vectors.f32');
    const done = spawnSync(PYTHON, [PEER, file], { input: JSON.stringify(pages), encoding: 'utf8', maxBuffer: 1e8 });
    if (done.status !== 0) return `${PYTHON} has no scikit-learn (BENCH_PYTHON names another)`;
    const { seconds, dims } = JSON.parse(done.stdout) as { seconds: number; dims: number };
    return { data: new Float32Array(new Uint8Array(readFileSync(file)).buffer), dims, seconds };
  } finally {
    rmSync(folder, { recursive: true });
  }
}

function row(corpus: string, pages: readonly Page[], by: string, measured: Measured | string): Row {
  if (typeof measured === 'string')
    return { corpus, pages: pages.length, by, seconds: null, note: `not run: ${measured}` };
  const { data, dims, seconds } = measured;
  const tags = pages.map((page) => page.tags);
  const agreement = Math.round(neighbourAgreement(data, dims, tags) * 1000) / 1000;
  return { corpus, pages: pages.length, by, seconds: Math.round(seconds * 100) / 100, dims, agreement_10: agreement };
}

/** The default embedder on the real wikis: the addon, the TypeScript of the same maths, and scikit-learn where it is. */
export const embeddingTrial: Trial = {
  name: 'embedding',
  about: `LSA of title x 2 + text[:${MAX_CHARS}]: seconds and 10-neighbour tag agreement, against scikit-learn`,
  async run() {
    if (!existsSync(join(SHARED, 'mdn.jsonl'))) return { notRun: `${SHARED} with mdn.jsonl and til.jsonl is not here` };
    const loaded = loadAddon();
    const rows: Row[] = [];
    for (const corpus of ['til', 'mdn']) {
      const pages = readCorpus(corpus);
      rows.push(row(corpus, pages, 'addon', loaded.addon ? await ours(pages, 'native') : loaded.reason));
      rows.push(row(corpus, pages, 'typescript', await ours(pages, 'js')));
      rows.push(row(corpus, pages, 'scikit-learn', scikitLearn(pages)));
    }
    return { rows };
  },
};
