// Clusters vectors with the default method and writes one export line a page, for eval/score.mjs.
//   node dist/benchmarks/quality.js VECTORS.f32 DIMS [--pages PAGES.jsonl] [--out FILE] [--backend native] [--leave-out DRAWS]
import { readFileSync, writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { autoCluster } from '../src/clustering/smoothing/auto.js';
import type { BackendName, Clustering, Vectors } from '../src/clustering/types.js';
import { adjustedRand } from './adjusted-rand.js';

const { positionals, values } = parseArgs({
  allowPositionals: true,
  options: {
    pages: { type: 'string' },
    out: { type: 'string' },
    backend: { type: 'string', default: 'auto' },
    'leave-out': { type: 'string', default: '0' },
  },
});
const [file, dimsText] = positionals;
const dims = Number(dimsText);
const bytes = readFileSync(file);
const data = new Float32Array(bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength));
const vectors: Vectors = { data, rows: data.length / dims, dims };
const options = { backend: values.backend as BackendName };

const started = performance.now();
const clustering = await autoCluster(vectors, options);
const seconds = (performance.now() - started) / 1000;

const stability: number[] = [];
for (let draw = 0; draw < Number(values['leave-out']); draw++) {
  const kept = Array.from({ length: vectors.rows }, (_, i) => i).filter((i) => leftIn(i, draw));
  const part = new Float32Array(kept.length * dims);
  kept.forEach((row, at) => {
    part.set(data.subarray(row * dims, (row + 1) * dims), at * dims);
  });
  const again = await autoCluster({ data: part, rows: kept.length, dims }, options);
  stability.push(
    adjustedRand(
      kept.map((row) => clustering.labels[row]),
      [...again.labels],
    ),
  );
}

if (values.out) writeFileSync(values.out, exportLines(clustering));
const working = clustering.clusters.filter((c) => c.layer === 0).length;
const noise = clustering.labels.filter((label) => label < 0).length / Math.max(vectors.rows, 1);
const mean = stability.length ? stability.reduce((a, b) => a + b, 0) / stability.length : null;
console.log(
  JSON.stringify({
    n: vectors.rows,
    dims,
    clusters: working,
    layers: clustering.clusters.length,
    noise,
    stable: mean,
    seconds,
    timings: clustering.timings,
    choices: clustering.choices,
  }),
);

/** A fixed pseudo-random 95 % of the rows, another for each draw. */
function leftIn(row: number, draw: number): boolean {
  let hash = Math.imul(row + 1, 0x9e3779b1) ^ Math.imul(draw + 1, 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 15), 0x2c1b3c6d);
  hash = Math.imul(hash ^ (hash >>> 13), 0x297a2d39);
  return (hash ^ (hash >>> 16)) >>> 0 >= 0.05 * 2 ** 32;
}

function exportLines({ labels, probabilities, outlierScores, clusters }: Clustering): string {
  const ids = values.pages
    ? readFileSync(values.pages, 'utf8')
        .split('\n')
        .filter(Boolean)
        .map((line) => String(JSON.parse(line).id))
    : undefined;
  const path = (label: number): number[] => {
    const up: number[] = [];
    for (let id: number | null = label; id !== null && id >= 0; id = clusters[id].parentId) up.unshift(id);
    return up;
  };
  return [...labels]
    .map((label, i) =>
      JSON.stringify({
        page_id: ids?.[i] ?? String(i),
        cluster_id: label < 0 ? null : label,
        assigned_cluster_id: null,
        probability: probabilities[i],
        outlier_score: outlierScores[i],
        cluster_path: path(label),
        tags: [],
      }),
    )
    .join('\n');
}
