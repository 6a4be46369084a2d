import type { TagGroup, TaggingCorpus, TagSuggestion } from '../types.js';
import { type GroupTerms, groupTerms, overallShares } from './classes.js';
import { groupConfidence } from './confidence.js';
import { chooseVocabulary } from './select.js';
import { collectTerms, type TermTable } from './terms.js';
import { isUnspaced } from './text.js';
import { tokenize } from './tokens.js';

const MAX_TAGS = 5;
/** Further tags must stand comparison with the first. */
const RUNNER_UP = 0.25;
/** Below it people would see a further tag with less than 20 % confidence: clutter. */
const MIN_RUNNER_UP_COVERAGE = 0.13;
/** A broad group takes a tag from the groups below it only where it is right for it as a whole. */
const HOIST_COVERAGE = 0.75;
/** A broad group whose members share less than this has no common subject, and no tag rather than a wrong one. */
const MIN_BROAD_COVERAGE = 0.25;

interface Node extends GroupTerms {
  readonly children: Node[];
}

/** Tags of every group of a corpus, by group key; an empty list where a group has no usable word, or is broad and has no common subject. */
export function tagCorpus(corpus: TaggingCorpus): ReadonlyMap<string, readonly TagSuggestion[]> {
  const count = corpus.pages.length;
  const humanTags = corpus.pages.map((page) => page.humanTags);
  return tagGroups(
    collectTerms(tokenize(corpus.pages), humanTags, count < 20 ? 1 : count < 200 ? 2 : 3),
    corpus.groups,
  );
}

function tagGroups(table: TermTable, groups: readonly TagGroup[]): ReadonlyMap<string, readonly TagSuggestion[]> {
  const overall = overallShares(table);
  const nodes = new Map<string, Node>(
    groups.map((group) => [group.key, { ...groupTerms(table, overall, group.key, group.members), children: [] }]),
  );
  const roots: Node[] = [];
  for (const { key, parentKey } of groups) {
    const parent = parentKey === null ? undefined : nodes.get(parentKey);
    (parent?.children ?? roots).push(nodes.get(key)!);
  }
  const narrow = [...nodes.values()].filter((node) => node.children.length === 0 && node.size > 1);
  const assignment = new Assignment(table, chooseVocabulary(narrow));
  for (const root of roots) assignment.assign(root, new Set());
  return assignment.tags;
}

class Assignment {
  readonly tags = new Map<string, readonly TagSuggestion[]>();

  constructor(
    private readonly table: TermTable,
    private readonly vocabulary: ReadonlySet<number>,
  ) {}

  /**
   * Top-down. A broad group first takes what is right for nearly all of its members; one that has nothing of the kind gets,
   * after the groups below it, the best of what they left, or nothing.
   * @param above words said by the groups above
   * @returns words said in the group and below
   */
  assign(node: Node, above: ReadonlySet<string>): ReadonlySet<string> {
    let picks = this.#pick(node, above, node.children.length > 0 ? HOIST_COVERAGE : 0, MAX_TAGS);
    const said = new Set([...above, ...this.#wordsOf(node, picks)]);
    const below = new Set<string>();
    for (const child of node.children) for (const word of this.assign(child, said)) below.add(word);
    if (picks.length === 0 && node.children.length > 0)
      picks = this.#pick(node, new Set([...above, ...below]), MIN_BROAD_COVERAGE, 1);
    this.tags.set(
      node.key,
      picks.map((i) => ({
        tag: this.table.terms[node.ids[i]].name,
        confidence: groupConfidence(node.share[i], node.size),
      })),
    );
    return new Set([...below, ...this.#wordsOf(node, picks)]);
  }

  /** Positions in `node.ids` of the best tags that share no word with each other or with `said`; from the vocabulary, if it has any. */
  #pick(node: Node, said: ReadonlySet<string>, minCoverage: number, most: number): number[] {
    const usable = [...node.ids.keys()].filter(
      (i) => node.coverage[i] >= minCoverage && !this.table.terms[node.ids[i]].words.some((word) => said.has(word)),
    );
    const shared = usable.filter((i) => this.vocabulary.has(node.ids[i]));
    const order = (shared.length > 0 ? shared : usable).sort((a, b) => node.quality[b] - node.quality[a] || a - b);
    const picks: number[] = [];
    for (const i of order) {
      if (picks.length >= most) break;
      if (
        picks.length > 0 &&
        (node.quality[i] < RUNNER_UP * node.quality[order[0]] || node.coverage[i] < MIN_RUNNER_UP_COVERAGE)
      )
        continue;
      const words = [...this.#wordsOf(node, picks)];
      if (!this.table.terms[node.ids[i]].words.some((word) => words.some((other) => sayTheSame(word, other))))
        picks.push(i);
    }
    return picks;
  }

  #wordsOf(node: Node, picks: readonly number[]): ReadonlySet<string> {
    return new Set(picks.flatMap((i) => this.table.terms[node.ids[i]].words));
  }
}

/** The same word, or one inside the other: 'plant' beside 'houseplants', '熊猫' beside '大熊猫' add nothing. */
function sayTheSame(a: string, b: string): boolean {
  const [short, long] = a.length < b.length ? [a, b] : [b, a];
  return short === long || (short.length >= (isUnspaced(short) ? 2 : 4) && long.includes(short));
}
