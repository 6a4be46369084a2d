const MAX_CHARACTERS = 50;
const MAX_WORDS = 5;
const WRAPPING = /^[\s"'“”‘’«»„`*#•·,;:.(-]+|[\s"'“”‘’«»„`*•·,;:.!?。！？-]+$/gu;

/** NFC, single spaces, without the quotes, bullets, hash signs and full stops that writers put around a tag. */
export function cleanTag(raw: string): string {
  const tag = raw.normalize('NFC').replace(/\s+/gu, ' ').replace(WRAPPING, '');
  // A bracket that lost its partner above, or never had one, is no part of a name.
  return tag.includes('(') === tag.includes(')') ? tag : tag.replace(/[()]/g, '').trim();
}

/**
 * Whether a cleaned text can stand as a tag: 2 to 50 characters (one is enough in Han script), at most 5 words, a
 * letter in it; not a sentence, a list, an address, markup or a line of code.
 */
export function isUsableTag(tag: string): boolean {
  return tagProblem(tag) === null;
}

/** What is wrong with a tag, for people, or null where nothing is. */
export function tagProblem(tag: string): string | null {
  const length = [...tag].length;
  if (length < 2 && !/^\p{Script=Han}$/u.test(tag)) return 'is too short';
  if (length > MAX_CHARACTERS) return `is longer than ${MAX_CHARACTERS} characters`;
  if (!/\p{L}/u.test(tag)) return 'has no letter in it';
  if (tag.split(' ').length > MAX_WORDS) return `has more than ${MAX_WORDS} words`;
  if (/\p{Cc}|\p{Cf}|\p{Co}|\p{Cn}|\uFFFD/u.test(tag)) return 'has characters that cannot be shown';
  if (/:\/\/|^www\.|\S@\S+\.\S|^[\w-]+(\.[\w-]+)*\.\w{2,}\//iu.test(tag)) return 'is an address';
  if (/[<>{}[\]|\\`*=;$^~"]|\(\)|&\w+;|->|::/u.test(tag)) return 'has markup or code in it';
  if (/[!?。！？]|\p{L}{2}[.:](\s|$)|[,、，](\s|$)/u.test(tag)) return 'is a sentence or a list';
  return null;
}
