import type { Scalar } from 'yaml';
import { cut } from './text.js';

/** Changes the words of a text on one line, quotes and all left as they are. */
export function editWords(
  source: string,
  from: number,
  value: Scalar,
  edit: (words: string) => string | undefined,
): string | undefined {
  const [start, end] = value.range!.map((at) => at + from);
  const slice = source.slice(start, end);
  const quote = /^["']/.exec(slice)?.[0] ?? '';
  if (/[\r\n]/.test(slice)) return undefined;
  const words = edit(slice.slice(quote.length, slice.length - quote.length));
  if (words === undefined) return undefined;
  return source.slice(0, start) + (words === '' ? '[]' : quote + words + quote) + source.slice(end);
}

/** One word more, behind the separator that is there; undefined for a tag that is no word. */
export function addWord(words: string, tag: string): string | undefined {
  if (/[\s,]/.test(tag)) return undefined;
  const separator = /\s*,\s*/.exec(words)?.[0] ?? (/\S\s+\S/.test(words) ? ' ' : ', ');
  return words.trim() === '' ? tag : words.trimEnd() + separator + tag;
}

/** One word less, and a separator. */
export function removeWord(words: string, tag: string): string | undefined {
  const found = [...words.matchAll(/[^\s,]+/g)].find(([word]) => word.replace(/^#/, '') === tag);
  if (found === undefined) return undefined;
  const end = found.index + found[0].length;
  const behind = /^[\s,]+/.exec(words.slice(end))?.[0].length ?? 0;
  if (behind > 0) return cut(words, found.index, end + behind);
  return cut(words, found.index - (/[\s,]+$/.exec(words.slice(0, found.index))?.[0].length ?? 0), end);
}
