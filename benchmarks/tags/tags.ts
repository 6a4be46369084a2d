// The offline tagger beside c-TF-IDF as BERTopic does it, at the same clusters, on wikis that people have tagged.
//
//   npm run build
//   node dist/benchmarks/tags/tags.js --data FOLDER --score SCORE.mjs [--labels 'FOLDER/{}.ndjson'] [--show] [til mdn]
//
// --labels  output of `npm run cluster -- --out`, {} standing for the wiki's name; absent: the reference labels in FOLDER
// --show    prints the tags of every group
// Three rows a wiki: both taggers on the narrow clusters with every tag applied, and ours as the service runs it, on all
// layers, with membership, at the default threshold. Human tags are kept from the tagger: the score asks for them.
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { weighPage } from '../../src/tagging/keywords/confidence.js';
import { KeywordsTagger } from '../../src/tagging/keywords/keywords-tagger.js';
import { propagateToPage } from '../../src/tagging/propagation/propagate.js';
import { byMembership } from '../../src/tagging/propagation/weigh.js';
import type { TagGroup, TagSuggestion } from '../../src/tagging/types.js';
import { classTfIdf } from './ctfidf.js';
import { clustersOf, type HumanTaggedPage, type Place, readPages, readPlaces } from './data.js';

type Tags = ReadonlyMap<string, readonly TagSuggestion[]>;

interface Scores {
  readonly extent_f1: number;
  readonly name_hit: number;
  readonly coverage: number;
  readonly calibration_error: number;
  readonly vocabulary: { readonly tags: number; readonly near_duplicates: number; readonly median_pages: number };
}

const APPLY_ALL = 0;
const DEFAULT_THRESHOLD = 0.7;

const { values: options, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    data: { type: 'string' },
    score: { type: 'string' },
    labels: { type: 'string' },
    show: { type: 'boolean', default: false },
  },
});
const { data: folder, score: scorer } = options;
if (!folder || !scorer) throw new Error('--data FOLDER and --score SCORE.mjs are needed; see the head of this file');
const work = mkdtempSync(join(tmpdir(), 'wikitag-tags-'));

function score(
  name: string,
  pages: readonly HumanTaggedPage[],
  places: readonly Place[],
  tags: Tags,
  threshold: number,
): Scores {
  const file = join(work, `${name}.ndjson`);
  const lines = pages.map(({ id, title, text }, pageIndex) => {
    const { path, probability } = places[pageIndex];
    const page = {
      pageIndex,
      groupKeys: path.map(String).reverse(),
      source: 'cluster' as const,
      strength: probability,
      humanTags: [],
      title,
      text,
    };
    const rows = propagateToPage(page, tags, threshold, threshold === APPLY_ALL ? byMembership : weighPage);
    return JSON.stringify({ page_id: id, cluster_id: path.at(-1) ?? null, cluster_path: path, tags: rows });
  });
  writeFileSync(file, lines.join('\n'));
  const args = [scorer!, '--corpus', join(folder!, `${name}.jsonl`), '--export', file, '--json'];
  return JSON.parse(execFileSync(process.execPath, args, { encoding: 'utf8' }));
}

function groupsOf(places: readonly Place[]): TagGroup[] {
  return [...clustersOf(places.map(({ path }) => path))].map(([id, { members, parent }]) => ({
    key: String(id),
    members,
    representatives: members.slice(0, 5),
    parentKey: parent === null ? null : String(parent),
  }));
}

async function keywords(pages: readonly HumanTaggedPage[], groups: readonly TagGroup[]): Promise<Tags> {
  const corpus = { pages: pages.map(({ title, text }) => ({ title, text, humanTags: [] })), groups };
  const session = await new KeywordsTagger().prepare(corpus);
  const tags = new Map<string, readonly TagSuggestion[]>();
  for (const group of groups) tags.set(group.key, await session.tag(group).catch(() => []));
  return tags;
}

function bertopic(pages: readonly HumanTaggedPage[], groups: readonly TagGroup[]): Tags {
  const texts = pages.map(({ title, text }) => `${title}\n${text}`);
  const members = groups.map((group) => group.members);
  const tops = classTfIdf(texts, members, 3);
  return new Map(groups.map(({ key }, i) => [key, tops[i].map((tag) => ({ tag, confidence: 1 }))]));
}

function show(pages: readonly HumanTaggedPage[], groups: readonly TagGroup[], tags: Tags): void {
  for (const { key, members } of groups) {
    const names = tags.get(key)!.map(({ tag, confidence }) => `${tag} ${confidence.toFixed(2)}`);
    const titles = members.slice(0, 4).map((member) => pages[member].title);
    console.log(`${members.length} pages: ${names.join(', ')}  <- ${titles.join(' | ')}`);
  }
}

const table: Record<string, unknown>[] = [];

async function compare(name: string): Promise<void> {
  const pages = readPages(folder!, name);
  const places = readPlaces(folder!, name, options.labels?.replace('{}', name));
  const narrowPlaces = places.map(({ path, probability }) => ({ path: path.slice(-1), probability }));
  const narrow = groupsOf(narrowPlaces);
  const layers = groupsOf(places);
  const trials = [
    {
      tagger: 'c-TF-IDF',
      groups: narrow,
      at: narrowPlaces,
      threshold: APPLY_ALL,
      run: async () => bertopic(pages, narrow),
    },
    { tagger: 'keywords', groups: narrow, at: narrowPlaces, threshold: APPLY_ALL, run: () => keywords(pages, narrow) },
    {
      tagger: 'keywords, as served',
      groups: layers,
      at: places,
      threshold: DEFAULT_THRESHOLD,
      run: () => keywords(pages, layers),
    },
  ];
  for (const { tagger, groups, at, threshold, run } of trials) {
    const started = performance.now();
    const tags = await run();
    const seconds = Number(((performance.now() - started) / 1000).toFixed(2));
    const { extent_f1, name_hit, vocabulary, coverage, calibration_error } = score(name, pages, at, tags, threshold);
    const { tags: names, near_duplicates, median_pages } = vocabulary;
    const row = {
      wiki: name,
      tagger,
      groups: groups.length,
      extent_f1,
      name_hit,
      tags: names,
      near_duplicates,
      median_pages,
    };
    table.push({ ...row, coverage, calibration_error, seconds });
    if (options.show) show(pages, groups, tags);
  }
}

try {
  for (const name of positionals.length > 0 ? positionals : ['til', 'mdn']) await compare(name);
} finally {
  rmSync(work, { recursive: true });
}
console.table(table);
