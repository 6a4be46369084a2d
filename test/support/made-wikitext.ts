import fc from 'fast-check';
import { Titles } from '../../src/connectors/mediawiki/title.js';
import type { TagRules } from '../../src/connectors/mediawiki/wikitext/page-tags.js';

const NAMESPACES = [
  { id: 0, name: '', case: 'first-letter' },
  { id: 1, name: 'Talk', canonical: 'Talk', case: 'first-letter' },
  { id: 14, name: 'Category', canonical: 'Category', case: 'first-letter' },
];

/** The rules of an English wiki, as a new installation has them. */
export function englishRules(template?: string): TagRules {
  return { titles: new Titles(NAMESPACES), languages: new Set(['de', 'fr', 'ja']), template };
}

/** Pieces of wikitext, whole ones and broken ones, in which categories take effect or do not. */
export const PIECES: readonly string[] = [
  'Bread is made of flour. ',
  "'''Bread''' and [[butter|some butter]]",
  '\n',
  '\n\n',
  '\n* one\n* two',
  '== Heading ==\n',
  '[[Category:Alpha]]',
  '[[ category : beta_gamma|sort key]]',
  '\n[[Category:Delta]]',
  '[[category:alpha|{{PAGENAME}}]]',
  '[[:Category:Linked]]',
  '<!-- [[Category:Commented]] -->',
  '<nowiki>[[Category:Shown]]</nowiki>',
  '<pre>\n[[Category:Preformatted]]</pre>',
  '<nowiki />',
  '<nowiki>',
  '</nowiki>',
  '<includeonly>[[Category:Elsewhere]]</includeonly>',
  '<noinclude>[[Category:Epsilon]]</noinclude>',
  '[[Category:Zeta<!-- really -->]]',
  '[[Category:Bad{{',
  '{{Missing template|a=b|c}}',
  '{{Missing|{{deeper|x}}}}',
  '{{{argument|default}}}',
  '{{',
  '}}',
  '[[',
  ']]',
  '{|\n| cell\n|}',
  '\n[[de:Brot]]',
  '\n[[ja:パン]]',
  '🥖 pâte',
  '&amp; [[Category:R&amp;D]]',
  "''",
  '<ref>note</ref>',
];

/** Wikitext as MediaWiki would have it stored: no blanks at its end. */
export const madeWikitext = (pieces: readonly string[] = PIECES) =>
  fc.array(fc.constantFrom(...pieces), { maxLength: 12 }).map((parts) => parts.join('').replace(/[ \t\n]+$/, ''));
