import { addressProblem } from './addresses.js';
import { characterProblem } from './characters.js';

const MAX_CHARACTERS = 50;
const MAX_WORDS = 5;
const WRAPPING = /^[\s"'“”‘’«»„`*#•·,;:.(-]+|[\s"'“”‘’«»„`*•·,;:.!?。！？-]+$/gu;
/** The full stop in front of a name that begins with it. */
const DOTTED_NAME = /^\.(?=[\p{L}\p{N}]+(\s|$))/u;

/** NFC, single spaces, without the quotes, bullets, hash signs and full stops that writers put around a tag. */
export function cleanTag(raw: string): string {
  const spaced = raw.normalize('NFC').replace(/\s+/gu, ' ').trim();
  const name = DOTTED_NAME.test(spaced) ? '.' : '';
  const tag = name + spaced.replace(WRAPPING, '');
  // A bracket that lost its partner above, or never had one, is no part of a name.
  return tag.includes('(') === tag.includes(')') ? tag : tag.replace(/[()]/g, '').trim();
}

/**
 * Whether a cleaned text can stand as a tag: 2 to 50 characters (one is enough in Han script), at most 5 words, a
 * letter in it; not a sentence, a list, an address, markup or a line of code; nothing invisible or in disguise.
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
  // What a full-width '＜' or '．' stands for is looked at too: readers, browsers and models take one for the other.
  const plain = tag.normalize('NFKC');
  return (
    characterProblem(tag) ?? formProblem(tag) ?? (plain === tag ? null : formProblem(plain)) ?? encodingProblem(plain)
  );
}

function formProblem(tag: string): string | null {
  const address = addressProblem(tag);
  if (address !== null) return address;
  if (/[<>{}[\]|\\`*=;$^~"]|\(\)|&\w+;|->|::|__|--|^\+/u.test(tag)) return 'has markup or code in it';
  if (/[!?。！？]|\p{L}{2}[.:](\s|$)|[,、，](\s|$)/u.test(tag)) return 'is a sentence or a list';
  return null;
}

/** Long strings of letters of both cases and digits, or of hexadecimal digits: text in disguise, or a key. */
function encodingProblem(tag: string): string | null {
  if (/%[0-9a-f]{2}|&#/iu.test(tag)) return 'is encoded';
  const blob = tag.split(/[^A-Za-z0-9+/_]+/).some((word) => {
    const mixed = /\d/.test(word) && /[a-z]/.test(word) && /[A-Z]/.test(word);
    return (word.length >= 16 && mixed) || /^(?=.*\d)[0-9a-f]{16,}$/i.test(word);
  });
  return blob ? 'is encoded' : null;
}
