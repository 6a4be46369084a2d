import type { TagGroup, TaggingCorpus, TagSuggestion } from '../types.js';
import { type GroupTerms, groupTerms, overallShares } from './classes.js';
import { groupConfidence } from './confidence.js';
import { chooseVocabulary, type Thrift } from './select.js';
import { collectTerms, type TermTable } from './terms.js';
import { isUnspaced } from './text.js';
import { tokenize } from './tokens.js';

const MAX_TAGS = 5;
/** A group's first tag is what most of its pages get: few names, on many pages. */
const FIRST_TAGS: Thrift = { cost: 5, minShared: 0.3 };
/** Its further tags are suggestions mostly, where a closer name is worth more than a shared one. */
const FURTHER_TAGS: Thrift = { cost: 0.15, minShared: 0.7 };
/** Further tags must stand comparison with the first. */
const RUNNER_UP = 0.25;
/** Below it people would see a further tag with less than 20 % confidence: clutter. */
const MIN_RUNNER_UP_COVERAGE = 0.13;
/** A broad group takes a tag from the groups below it only where it is right for it as a whole. */
const HOIST_COVERAGE = 0.75;
/** A broad group whose members share less than this has no common subject, and no tag rather than a wrong one. */
const MIN_BROAD_COVERAGE = 0.25;
/** … and without the one group below that has most of it, where it is said at least this much by the others. */
const MIN_SPREAD = 0.15;
/** Two tags that are the words of one phrase become that phrase where it is said this often beside the first: 'Google Cloud'. */
const WHOLE_PHRASE = 0.6;

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
  const first = chooseVocabulary(narrow, FIRST_TAGS);
  const further = chooseVocabulary(narrow, FURTHER_TAGS);
  const assignment = new Assignment(table, first, new Set([...first, ...further]));
  for (const root of roots) assignment.assign(root, new Set());
  return assignment.tags;
}

class Assignment {
  readonly tags = new Map<string, readonly TagSuggestion[]>();

  constructor(
    private readonly table: TermTable,
    private readonly firstNames: ReadonlySet<number>,
    private readonly names: ReadonlySet<number>,
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
      picks = this.#pick(node, new Set([...above, ...below]), MIN_BROAD_COVERAGE, 1).filter((i) =>
        spreads(node, node.ids[i]),
      );
    this.tags.set(
      node.key,
      picks.map((i) => ({
        tag: this.table.terms[node.ids[i]].name,
        confidence: groupConfidence(node.share[i], node.size),
      })),
    );
    return new Set([...below, ...this.#wordsOf(node, picks)]);
  }

  /** Positions in `node.ids` of the best tags that share no word with each other or with `said`; from the wiki's names, where they have any. */
  #pick(node: Node, said: ReadonlySet<string>, minCoverage: number, most: number): number[] {
    const usable = [...node.ids.keys()].filter(
      (i) => node.coverage[i] >= minCoverage && !this.table.terms[node.ids[i]].words.some((word) => said.has(word)),
    );
    const best = (names: ReadonlySet<number>) => {
      const shared = usable.filter((i) => names.has(node.ids[i]));
      return (shared.length > 0 ? shared : usable).sort((a, b) => node.quality[b] - node.quality[a] || a - b);
    };
    const first = best(this.firstNames).slice(0, 1);
    const order = [...first, ...best(this.names).filter((i) => i !== first[0])];
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
    return this.#asPhrase(node, picks, usable);
  }

  /** The picks, the first and another one as one phrase where they are its two words. */
  #asPhrase(node: Node, picks: readonly number[], usable: readonly number[]): number[] {
    const [first, ...others] = picks;
    const wordsOf = (i: number) => this.table.terms[node.ids[i]].words;
    for (const other of others) {
      const both = [...wordsOf(first), ...wordsOf(other)].sort().join(' ');
      const phrase = usable.find((i) => [...wordsOf(i)].sort().join(' ') === both);
      if (phrase !== undefined && node.share[phrase] >= WHOLE_PHRASE * node.share[first])
        return [phrase, ...others.filter((i) => i !== other)];
    }
    return [...picks];
  }

  #wordsOf(node: Node, picks: readonly number[]): ReadonlySet<string> {
    return new Set(picks.flatMap((i) => this.table.terms[node.ids[i]].words));
  }
}

/** Whether a term is common in a broad group without the one group below that has most of it: else it is that group's alone. */
function spreads(node: Node, id: number): boolean {
  const parts = node.children.map((child) => {
    const at = child.ids.indexOf(id);
    return { size: child.size, about: at < 0 ? 0 : child.coverage[at] * child.size };
  });
  const most = parts.reduce((best, part) => (part.about > best.about ? part : best), parts[0]);
  const others = parts.filter((part) => part !== most);
  const sum = (of: 'size' | 'about') => others.reduce((total, part) => total + part[of], 0);
  return others.length === 0 || sum('about') >= MIN_SPREAD * sum('size');
}

/** The same word, or one inside the other: 'plant' beside 'houseplants', '熊猫' beside '大熊猫' add nothing. */
function sayTheSame(a: string, b: string): boolean {
  const [short, long] = a.length < b.length ? [a, b] : [b, a];
  return short === long || (short.length >= (isUnspaced(short) ? 2 : 4) && long.includes(short));
}
