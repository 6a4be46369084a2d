/** The one stretch of a text that an edit replaces. `at` counts UTF-16 units. */
export interface Splice {
  readonly at: number;
  readonly removed: string;
  readonly inserted: string;
}

/** The shortest splice that makes `after` of `before`. */
export function spliceBetween(before: string, after: string): Splice {
  const shorter = Math.min(before.length, after.length);
  let head = 0;
  while (head < shorter && before[head] === after[head]) head++;
  let tail = 0;
  while (tail < shorter - head && before.at(-1 - tail) === after.at(-1 - tail)) tail++;
  // A character of two units stays whole: half of one cannot be kept as JSON.
  if (isHighSurrogate(before[head - 1])) head--;
  if (tail > 0 && isLowSurrogate(before.at(-tail))) tail--;
  return {
    at: head,
    removed: before.slice(head, before.length - tail),
    inserted: after.slice(head, after.length - tail),
  };
}

/** @returns undefined where the text does not have at that place what the splice takes out */
export function spliced(text: string, { at, removed, inserted }: Splice): string | undefined {
  if (!text.startsWith(removed, at) || at > text.length) return undefined;
  return text.slice(0, at) + inserted + text.slice(at + removed.length);
}

export const reversed = ({ at, removed, inserted }: Splice): Splice => ({ at, removed: inserted, inserted: removed });

const isHighSurrogate = (unit = '') => unit >= '\ud800' && unit <= '\udbff';
const isLowSurrogate = (unit = '') => unit >= '\udc00' && unit <= '\udfff';
