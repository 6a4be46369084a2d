import { isSeq, type Scalar } from 'yaml';
import {
  type FrontMatter,
  readFrontMatter,
  readTags,
  tagOf,
  tagsIn,
  tagsPairs,
  type YamlFrontMatter,
} from './front-matter.js';
import { addToBlock, addToFlow, removeFromBlock, removeFromFlow } from './tag-lists.js';
import { flowList, written } from './tag-spelling.js';
import { addWord, editWords, removeWord } from './tag-words.js';
import { insert, lineStart } from './text.js';

/** The tags of this file cannot be written without touching something else; the message is for people. */
export class UnwritableTags extends Error {
  override readonly name = 'UnwritableTags';
}

/**
 * The text of a Markdown file with some tags more and some less. Nothing but the value of its tags changes, and that in the
 * style it has: a list in brackets, a list of lines, words in a text; a file without front matter gets one.
 * @param add tags that the file does not have @param remove tags that it has, as it spells them
 * @throws {UnwritableTags}
 */
export function withTags(source: string, add: readonly string[], remove: readonly string[]): string {
  const front = readFrontMatter(source);
  if (front.kind === 'other') throw new UnwritableTags(front.why);
  if (front.kind === 'yaml') refuseUnusual(front);
  const wanted = [...readTags(front).filter((tag) => !remove.includes(tag)), ...add];
  for (const write of [inStyle, asNewList]) {
    const written = write(source, add, remove, wanted);
    if (written !== undefined && isJustThat(front, written, wanted)) return written;
  }
  throw new UnwritableTags('its tags are written in a way that cannot be changed without changing something else');
}

function refuseUnusual(front: YamlFrontMatter): void {
  for (const { value, isLinked } of tagsPairs(front)) {
    if (isLinked) throw new UnwritableTags('its tags use YAML anchors (& and *)');
    if (value === undefined) throw new UnwritableTags('its tags are neither a list nor a text');
  }
}

/** Whether the tags are those wanted and nothing else has another meaning now. */
function isJustThat(before: FrontMatter, written: string, wanted: readonly string[]): boolean {
  const after = readFrontMatter(written);
  const same = (a: unknown, b: unknown) => JSON.stringify(a) === JSON.stringify(b);
  return (
    after.kind === 'yaml' &&
    same(readTags(after).toSorted(), [...new Set(wanted)].toSorted()) &&
    same(after.others, before.kind === 'yaml' ? before.others : {})
  );
}

/** One tag after the other, so that each is written into a text that has been read anew; the new ones first. */
function inStyle(source: string, add: readonly string[], remove: readonly string[]): string | undefined {
  let text: string | undefined = source;
  for (const tag of add) text = text === undefined ? undefined : addTag(text, tag);
  for (const tag of remove)
    while (text !== undefined && readTags(readFrontMatter(text)).includes(tag)) text = removeTag(text, tag);
  return text;
}

/** For what no style fits: the value of the tags as one list in brackets; those of a second key go. */
function asNewList(
  source: string,
  _add: readonly string[],
  _remove: readonly string[],
  wanted: readonly string[],
): string | undefined {
  const front = readFrontMatter(source);
  if (front.kind !== 'yaml') return undefined;
  let text = source;
  for (const [i, { value, behindColon }] of [...tagsPairs(front).entries()].reverse()) {
    if (behindColon === undefined || value?.range == null) return undefined;
    const end = front.from + value.range[1];
    const old = text.slice(behindColon, end);
    const tail = old.slice(old.trimEnd().length);
    text = `${text.slice(0, behindColon)} ${flowList(i === 0 ? wanted : [])}${tail}${text.slice(end)}`;
  }
  return text;
}

function addTag(source: string, tag: string): string | undefined {
  const front = readFrontMatter(source);
  const end = /\r?\n/.exec(source)?.[0] ?? '\n';
  if (front.kind === 'none') return insert(source, front.at, `---${end}tags:${end}  - ${written(tag)}${end}---${end}`);
  if (front.kind === 'other') return undefined;
  const pairs = tagsPairs(front);
  const pair = pairs.find(({ key }) => /^tags$/i.test(key)) ?? pairs[0];
  if (pair === undefined) {
    if (front.map?.flow) return undefined;
    const indent = ' '.repeat(indentOf(source, front));
    return insert(source, front.to, `${indent}tags:${end}${indent}  - ${written(tag)}${end}`);
  }
  const { value, behindColon } = pair;
  if (isSeq(value))
    return value.flow ? addToFlow(source, front.from, value, tag) : addToBlock(source, front.from, value, tag, end);
  if (value === undefined) return undefined;
  if (value.value === null && value.source === '')
    return behindColon === undefined ? undefined : insert(source, behindColon, ` ${flowList([tag])}`);
  return editWords(source, front.from, value, (words) => addWord(words, tag));
}

function removeTag(source: string, tag: string): string | undefined {
  const front = readFrontMatter(source);
  const pair = front.kind === 'yaml' ? tagsPairs(front).find((one) => tagsIn(one).includes(tag)) : undefined;
  if (front.kind !== 'yaml' || pair?.value === undefined) return undefined;
  const { value } = pair;
  if (!isSeq(value)) return editWords(source, front.from, value, (words) => removeWord(words, tag));
  const place = value.items.findIndex((item) => tagOf(item) === tag);
  return value.flow
    ? removeFromFlow(source, front.from, value, place)
    : removeFromBlock(source, front.from, pair, value, place);
}

/** How far in the keys stand. */
function indentOf(source: string, { map, from }: YamlFrontMatter): number {
  const key = map?.items[0]?.key as Scalar | undefined;
  const at = from + (key?.range?.[0] ?? 0);
  return at - lineStart(source, at);
}
