import type { TaggingCorpus, TagSuggestion } from '../types.js';
import { type GroupTerms, groupTerms, overallShares } from './classes.js';
import { chooseVocabulary } from './select.js';
import { collectTerms, type TermTable } from './terms.js';
import { tokenize } from './tokens.js';

const MAX_TAGS = 5;

/** Tags of every group of a corpus, by group key; an empty list where a group has no usable word. */
export function tagCorpus(corpus: TaggingCorpus): Map<string, readonly TagSuggestion[]> {
  const table = collectTerms(tokenize(corpus.pages), corpus.pages.length < 200 ? 2 : 3);
  const overall = overallShares(table);
  const groups = corpus.groups.map((group) => groupTerms(table, overall, group.key, group.members));
  const chosen = chooseVocabulary(groups.filter((group) => group.size > 1));
  return new Map(groups.map((group) => [group.key, tagsOf(group, table, chosen)]));
}

function tagsOf(group: GroupTerms, table: TermTable, chosen: ReadonlySet<number>): TagSuggestion[] {
  const order = [...group.ids.keys()]
    .filter((i) => chosen.has(group.ids[i]))
    .sort((a, b) => group.quality[b] - group.quality[a]);
  const tags: TagSuggestion[] = [];
  const said = new Set<string>();
  for (const i of order) {
    const term = table.terms[group.ids[i]];
    if (tags.length >= MAX_TAGS) break;
    if (term.words.some((word) => said.has(word))) continue;
    if (tags.length > 0 && (group.quality[i] < 0.6 * group.quality[order[0]] || group.coverage[i] < 0.5)) continue;
    for (const word of term.words) said.add(word);
    tags.push({ tag: term.name, confidence: group.coverage[i] });
  }
  return tags;
}
