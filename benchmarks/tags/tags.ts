// The offline tagger beside c-TF-IDF as BERTopic does it, at the same clusters, on wikis that people have tagged.
//
//   npm run build && node dist/benchmarks/tags/tags.js --data FOLDER --score SCORE.mjs [--labels 'FOLDER/{}-labels.ndjson']
//     [--threshold 0] [--show] [til mdn]
//
// --labels     file of `npm run cluster -- --out`, {} standing for the wiki's name; without it the reference labels in FOLDER
// --threshold  tags below this confidence are suggested, not applied (0 applies all, as the peer does)
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { KeywordsTagger } from '../../src/tagging/keywords/keywords-tagger.js';
import { propagateToPage } from '../../src/tagging/propagation/propagate.js';
import type { TaggingCorpus, TagSuggestion } from '../../src/tagging/types.js';
import { classTfIdf } from './ctfidf.js';
import { clustersOf, type HumanTaggedPage, readPages, readPaths } from './data.js';

const { values: options, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    data: { type: 'string' },
    score: { type: 'string' },
    labels: { type: 'string' },
    threshold: { type: 'string', default: '0' },
    show: { type: 'boolean', default: false },
  },
});
if (!options.data || !options.score)
  throw new Error('--data FOLDER and --score SCORE.mjs are needed; see the head of this file');
const folder = options.data;
const scorer = options.score;
const work = mkdtempSync(join(tmpdir(), 'wikitag-tags-'));
const table: Record<string, unknown>[] = [];

interface Scores {
  extent_f1: number;
  name_hit: number;
  coverage: number;
  calibration_error: number;
  vocabulary: { tags: number; near_duplicates: number; median_pages: number; per_page: number };
}

function score(
  name: string,
  pages: readonly HumanTaggedPage[],
  paths: readonly number[][],
  tags: ReadonlyMap<string, readonly TagSuggestion[]>,
): Scores {
  const file = join(work, `${name}.ndjson`);
  const lines = pages.map(({ id }, pageIndex) => {
    const path = paths[pageIndex];
    const groupKeys = path.map(String).reverse();
    const rows = propagateToPage(
      { pageIndex, groupKeys, source: 'cluster', strength: 1, humanTags: [] },
      tags,
      Number(options.threshold),
    );
    return JSON.stringify({ page_id: id, cluster_id: path.at(-1) ?? null, cluster_path: path, tags: rows });
  });
  writeFileSync(file, lines.join('\n'));
  return JSON.parse(
    execFileSync(process.execPath, [scorer, '--corpus', join(folder, `${name}.jsonl`), '--export', file, '--json'], {
      encoding: 'utf8',
    }),
  );
}

function row(name: string, tagger: string, clusters: number, seconds: number, scores: Scores): void {
  const { tags, near_duplicates, median_pages, per_page } = scores.vocabulary;
  table.push({
    wiki: name,
    clusters,
    tagger,
    extent_f1: scores.extent_f1,
    name_hit: scores.name_hit,
    tags,
    near_duplicates,
    median_pages,
    per_page,
    coverage: scores.coverage,
    calibration_error: scores.calibration_error,
    seconds: Number(seconds.toFixed(2)),
  });
}

try {
  for (const name of positionals.length > 0 ? positionals : ['til', 'mdn']) {
    const pages = readPages(folder, name);
    const paths = readPaths(folder, name, options.labels?.replace('{}', name));
    const clusters = clustersOf(paths);
    const timed = <T>(result: T, started: number): [T, number] => [result, (performance.now() - started) / 1000];

    const narrow = [...clustersOf(paths.map((path) => path.slice(-1)))];
    const [tops, peerSeconds] = timed(
      classTfIdf(
        pages.map((p) => `${p.title}\n${p.text}`),
        narrow.map(([, c]) => c.members),
        3,
      ),
      performance.now(),
    );
    const peerTags = new Map(narrow.map(([id], i) => [String(id), tops[i].map((tag) => ({ tag, confidence: 1 }))]));
    row(
      name,
      'c-TF-IDF',
      narrow.length,
      peerSeconds,
      score(
        name,
        pages,
        paths.map((path) => path.slice(-1)),
        peerTags,
      ),
    );

    const corpus: TaggingCorpus = {
      pages: pages.map(({ title, text }) => ({ title, text, humanTags: [] })),
      groups: [...clusters].map(([id, { members, parent }]) => ({
        key: String(id),
        members,
        representatives: members.slice(0, 5),
        parentKey: parent === null ? null : String(parent),
      })),
    };
    const started = performance.now();
    const session = await new KeywordsTagger().prepare(corpus);
    const seconds = (performance.now() - started) / 1000;
    const tags = new Map<string, readonly TagSuggestion[]>();
    for (const group of corpus.groups) tags.set(group.key, await session.tag(group).catch(() => []));
    row(name, 'keywords', clusters.size, seconds, score(name, pages, paths, tags));
    if (options.show) {
      for (const group of corpus.groups) {
        const names = tags
          .get(group.key)!
          .map(({ tag, confidence }) => `${tag} ${confidence.toFixed(2)}`)
          .join(', ');
        console.log(
          `${name} ${group.key} (${group.members.length}): ${names}  <- ${group.members
            .slice(0, 4)
            .map((m) => pages[m].title)
            .join(' | ')}`,
        );
      }
    }
  }
} finally {
  rmSync(work, { recursive: true });
}
console.table(table);
