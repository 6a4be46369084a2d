import type { Scalar, YAMLSeq } from 'yaml';
import type { TagsPair } from './front-matter.js';
import { written } from './tag-spelling.js';
import { cut, insert, lineStart } from './text.js';

// Each takes the whole text of a file and where its YAML begins (`from`), and gives the new text, or undefined where the
// list is written in a way that it does not know.

/** `[a, b]` with one more. */
export function addToFlow(source: string, from: number, list: YAMLSeq, tag: string): string {
  const last = list.items.at(-1) as Scalar | undefined;
  const item = written(tag, list);
  return last === undefined
    ? insert(source, from + list.range![0] + 1, item)
    : insert(source, from + last.range![1], `, ${item}`);
}

/** `[a, b]` with one less, and a comma. */
export function removeFromFlow(source: string, from: number, list: YAMLSeq, place: number): string {
  const [start, end] = (list.items[place] as Scalar).range!.map((at) => at + from);
  const comma = /^\s*,[ \t]*/.exec(source.slice(end));
  if (comma !== null) return cut(source, start, end + comma[0].length);
  const before = /,[ \t]*$/.exec(source.slice(0, start));
  return cut(source, start - (before?.[0].length ?? 0), end);
}

/** One more line of `- a`. */
export function addToBlock(source: string, from: number, list: YAMLSeq, tag: string, end: string): string | undefined {
  const dashes = dashesOf(list, from);
  const last = dashes.at(-1);
  if (last === undefined) return undefined;
  const indent = source.slice(lineStart(source, last), last);
  if (indent.trim() !== '') return undefined;
  const gap = /^-( +)\S/.exec(source.slice(last))?.[1] ?? ' ';
  return insert(
    source,
    endOfItem(source, from, list, list.items.length - 1),
    `${indent}-${gap}${written(tag, list)}${end}`,
  );
}

/** One line of `- a` less; the last one leaves `[]`. */
export function removeFromBlock(
  source: string,
  from: number,
  { behindColon }: TagsPair,
  list: YAMLSeq,
  place: number,
): string | undefined {
  const dash = dashesOf(list, from)[place];
  if (dash === undefined || source.slice(lineStart(source, dash), dash).trim() !== '') return undefined;
  const without = cut(source, lineStart(source, dash), endOfItem(source, from, list, place));
  if (list.items.length > 1) return without;
  return behindColon === undefined ? undefined : insert(without, behindColon, ' []');
}

function dashesOf(list: YAMLSeq, from: number): number[] {
  const items = list.srcToken?.type === 'block-seq' ? list.srcToken.items : [];
  return items.flatMap(({ start }) =>
    start.filter(({ type }) => type === 'seq-item-ind').map(({ offset }) => from + offset),
  );
}

/** Behind the line, comment and all, on which the item ends. */
function endOfItem(source: string, from: number, list: YAMLSeq, place: number): number {
  const end = from + (list.items[place] as Scalar).range![1];
  if (source[end - 1] === '\n') return end;
  const newline = source.indexOf('\n', end);
  return newline < 0 ? source.length : newline + 1;
}
