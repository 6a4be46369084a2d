// How fast pages come in over HTTP, and what memory that takes: one upload after another into a service in a process of
// its own, on its own embedded PostgreSQL.
import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { request } from 'node:http';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { fileURLToPath } from 'node:url';
import type { ImportReport } from '../src/wiki/schemas/page.js';
import { dataFolder } from '../test/support/data-folder.js';
import type { ServerReply } from './import-server.js';
import type { Row, Trial } from './trial.js';

const KEY = 'Bearer a-key-for-benchmarks';
const PAGES = 10_000;
const DIMS = 1536;
const NDJSON = 'application/x-ndjson';

interface Upload {
  readonly name: string;
  readonly type: string;
  readonly field: 'embedding' | 'embedding_base64' | 'none';
  readonly fresh: boolean;
}

const UPLOADS: readonly Upload[] = [
  { name: 'NDJSON, numbers', type: NDJSON, field: 'embedding', fresh: true },
  { name: 'the same again, unchanged', type: NDJSON, field: 'embedding', fresh: false },
  { name: 'JSON array, numbers', type: 'application/json', field: 'embedding', fresh: true },
  { name: 'NDJSON, base64', type: NDJSON, field: 'embedding_base64', fresh: true },
  { name: 'NDJSON, no vectors', type: NDJSON, field: 'none', fresh: true },
];

/** Pages made up on the fly: a fresh one is a shuffle of its vector, so that the client costs little. */
function* body(trial: Upload): Generator<Buffer> {
  let state = 1;
  const random = () => {
    state = (state * 16_807) % 2_147_483_647;
    return Math.round((state / 2_147_483_647 - 0.5) * 1e8) / 1e8; // digits as embedding models give them
  };
  const numbers = Array.from({ length: DIMS * 2 }, random);
  const text = 'some words about the page and what it is for, '.repeat(30);
  const isArray = trial.type !== NDJSON;
  for (let i = 0; i < PAGES; i++) {
    const vector = numbers.slice(i % DIMS, (i % DIMS) + DIMS);
    const given =
      trial.field === 'none'
        ? {}
        : trial.field === 'embedding'
          ? { embedding: vector }
          : { embedding_base64: Buffer.from(new Float32Array(vector).buffer).toString('base64') };
    const page = JSON.stringify({ page_id: `page-${i}`, title: `Page ${i}`, text: `${i}: ${text}`, ...given });
    const [before, after] = isArray ? [i === 0 ? '[' : ',\n', i === PAGES - 1 ? ']' : ''] : ['', '\n'];
    yield Buffer.from(before + page + after);
  }
}

async function ask(server: ChildProcess, question: 'start' | 'figures'): Promise<ServerReply> {
  server.send(question);
  const [reply] = (await once(server, 'message')) as [ServerReply];
  return reply;
}

async function upload(url: string, trial: Upload): Promise<{ report: ImportReport; bytes: number; seconds: number }> {
  const started = performance.now();
  let bytes = 0;
  const call = request(url, { method: 'POST', headers: { authorization: KEY, 'content-type': trial.type } });
  const answered = once(call, 'response');
  const counted = Readable.from(body(trial), { objectMode: false }).on('data', (chunk: Buffer) => {
    bytes += chunk.length;
  });
  await pipeline(counted, call);
  const [response] = await answered;
  const report = JSON.parse(Buffer.concat(await response.toArray()).toString()) as ImportReport;
  return { report, bytes, seconds: (performance.now() - started) / 1000 };
}

async function measure(): Promise<Row[]> {
  const folder = dataFolder();
  const script = fileURLToPath(new URL('./import-server.js', import.meta.url));
  const server = fork(script, [folder.path], { execArgv: [] });
  try {
    const [{ url }] = (await once(server, 'message')) as [ServerReply];
    const table: Row[] = [];
    let wiki = 0;
    for (const trial of UPLOADS) {
      if (trial.fresh) {
        const headers = { authorization: KEY, 'content-type': 'application/json' };
        const made = await fetch(`${url}/wikis`, { method: 'POST', headers, body: '{"name":"Benchmark"}' });
        wiki = ((await made.json()) as { wiki_id: number }).wiki_id;
      }
      const before = await ask(server, 'start');
      const { report, bytes, seconds } = await upload(`${url}/wikis/${wiki}/pages`, trial);
      const after = await ask(server, 'figures');
      if (report.created + report.unchanged !== PAGES) throw new Error(`not all pages came: ${JSON.stringify(report)}`);
      table.push({
        upload: trial.name,
        mb: Math.round(bytes / 1e6),
        seconds: Math.round(seconds * 100) / 100,
        pages_per_s: Math.round(PAGES / seconds),
        rss_before_mb: Math.round(before.rss / 1e6),
        peak_rss_growth_mb: Math.round((after.peakRss - before.rss) / 1e6),
        longest_block_ms: Math.round(after.longestBlockMs),
      });
    }
    return table;
  } finally {
    const ended = once(server, 'exit');
    server.kill('SIGTERM');
    await ended;
    folder.remove();
  }
}

/** Uploads of all forms into a process of their own, on its own embedded PostgreSQL. */
export const importTrial: Trial = {
  name: 'import',
  about: `${PAGES} pages of ${DIMS} numbers over HTTP: seconds, and memory of the service`,
  run: async () => ({ rows: await measure() }),
};
