import { bare, type Span } from './scan.js';

/** `[[target|rest]]`, in its place. Links within the text of others (as pictures have) are not told apart. */
export interface Link extends Span {
  readonly target: string;
}

const LINK = /\[\[([^[\]{}|<>\n\uffff]+)(?:\|(?:(?!\]\]|\[\[)[^\uffff])*)?\]\]/g;

/** All links in wikitext that was scanned, in their order. */
export function linksOf(live: string): Link[] {
  return [...live.matchAll(LINK)].map((match) => ({
    start: match.index,
    end: match.index + match[0].length,
    target: decoded(bare(match[1])),
  }));
}

/** MediaWiki reads references to characters in a title as the characters. Only those that titles need are known here. */
function decoded(title: string): string {
  return title
    .replace(/&#(\d{1,7});/g, (whole, code: string) => character(Number(code)) ?? whole)
    .replace(/&#x([\da-f]{1,6});/gi, (whole, code: string) => character(Number.parseInt(code, 16)) ?? whole)
    .replaceAll('&quot;', '"')
    .replaceAll('&nbsp;', ' ')
    .replaceAll('&amp;', '&');
}

const character = (code: number) => (code > 31 && code <= 0x10ffff ? String.fromCodePoint(code) : undefined);
