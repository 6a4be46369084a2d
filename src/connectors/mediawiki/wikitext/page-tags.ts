import { WikiFault } from '../../faults.js';
import type { Titles } from '../title.js';
import { type Link, linksOf } from './links.js';
import { COMMENT, type Scan, type Span, scan } from './scan.js';
import { findTagsTemplate } from './tags-template.js';

/** How a wiki's pages carry tags. */
export interface TagRules {
  readonly titles: Titles;
  /** Prefixes of links to the same page in other languages, which stand at a page's end. */
  readonly languages: ReadonlySet<string>;
  /** Tags are written as values of this template; absent: as categories. Both are read. */
  readonly template?: string;
}

/** A tag as it stands on a page. */
export interface PageTag extends Span {
  readonly tag: string;
  /** The same for all spellings. */
  readonly key: string;
  /** The wikitext that puts it there. */
  readonly written: string;
  readonly by: 'category' | 'template';
}

export interface EditedTags {
  readonly text: string;
  /** As the page spells them: MediaWiki reads `a_b` as `a b`. */
  readonly added: readonly string[];
  readonly removed: readonly PageTag[];
}

/** Each that is taken away goes through the whole text once more: a page made of thousands would hold everybody up. */
const MOST_REMOVED = 200;

/** The tags that stand in a page's own text, in their order; of several spellings of one the first. */
export function readTags(text: string, rules: TagRules): PageTag[] {
  const seen = new Set<string>();
  return standingTags(text, scan(text), rules).filter(({ key }) => !seen.has(key) && seen.add(key));
}

/**
 * Takes tags from a page's text and puts others into it; nothing else of the text changes, but for the blank lines that end
 * up around a link that went.
 * @param add how each is written by tag; null: as the rules say
 * @throws {WikiFault} `refused` where a tag (its `tag`) cannot be a category's title, the page's end cannot take it, or far too much is to go
 */
export function editTags(
  text: string,
  add: ReadonlyMap<string, string | null>,
  remove: readonly string[],
  rules: TagRules,
): EditedTags {
  const keys = new Set(remove.map((tag) => keyOf(tag, rules)));
  const removed = standingTags(text, scan(text), rules).filter(({ key }) => keys.has(key));
  if (removed.length > MOST_REMOVED)
    throw new WikiFault('refused', `The tags to be taken off stand on the page ${removed.length} times.`);
  const less = removed.toSorted((a, b) => b.start - a.start).reduce((rest, tag) => without(rest, tag, rules), text);
  const standing = new Set(readTags(less, rules).map(({ key }) => key));
  // as MediaWiki saves all text; or else it would change the page in another way than we mean to
  const wanted = [...add].map(([tag, written]) => [tag.normalize('NFC'), written] as const);
  const missing = wanted.filter(([tag]) => {
    const key = keyOf(tag, rules);
    refuseImpossible(tag, rules);
    return !standing.has(key) && standing.add(key);
  });
  const links = missing.filter(([, written]) => rules.template === undefined || written !== null);
  const values = missing.filter((one) => !links.includes(one)).map(([tag]) => tag);
  const withValues = values.length === 0 ? less : withTemplateValues(less, values, rules);
  const lines = links.map(([tag, written]) => written ?? `[[${rules.titles.category}:${tag}]]`);
  const edited = lines.length === 0 ? withValues : withLines(withValues, lines, rules);
  const spelled = new Map(readTags(edited, rules).map(({ key, tag }) => [key, tag]));
  return { text: edited, added: missing.map(([tag]) => spelled.get(keyOf(tag, rules)) ?? tag), removed };
}

function standingTags(text: string, scanned: Scan, rules: TagRules): PageTag[] {
  const categories = linksOf(scanned.live).flatMap(({ start, end, target }): PageTag[] => {
    const tag = rules.titles.categoryOf(target);
    if (tag === undefined) return [];
    return [{ tag, key: keyOf(tag, rules), start, end, written: text.slice(start, end), by: 'category' }];
  });
  const template = rules.template === undefined ? undefined : findTagsTemplate(scanned, rules.template);
  const values = (template?.tags ?? []).map(
    ({ tag, start, end }): PageTag => ({
      tag,
      key: keyOf(tag, rules),
      start,
      end,
      written: text.slice(start, end),
      by: 'template',
    }),
  );
  return [...categories, ...values].sort((a, b) => a.start - b.start);
}

const keyOf = (tag: string, { titles }: TagRules) => titles.keyOf(tag) ?? tag;

const TO_DO = 'Rename or reject that tag.';

function refuseImpossible(tag: string, { titles, template }: TagRules): void {
  if (template === undefined && titles.keyOf(tag) === undefined)
    throw new WikiFault('refused', `MediaWiki cannot have a category named “${tag}”. ${TO_DO}`, undefined, { tag });
  if (template !== undefined && /[{}|<>[\]\n]|~~~/.test(tag))
    throw new WikiFault('refused', `“${tag}” cannot stand in a template. ${TO_DO}`, undefined, { tag });
}

/** The text without a tag, and without what is of no use then: a line that is blank, a template that holds no value. */
function without(text: string, { start, end, by }: PageTag, { template }: TagRules): string {
  const rest = text.slice(0, start) + text.slice(end);
  if (by === 'category') return withoutBlankLine(rest, start);
  const left = findTagsTemplate(scan(rest), template!);
  if (left === undefined || left.tags.length > 0 || left.more) return rest;
  return withoutBlankLine(rest.slice(0, left.start) + rest.slice(left.end), left.start);
}

function withoutBlankLine(text: string, at: number): string {
  const head = text.slice(0, at);
  const tail = text.slice(at);
  if (trimmedLength(tail) === 0) return head.slice(0, trimmedLength(head));
  const before = /(?:^|\n)[ \t]*$/.exec(head);
  const after = /^[ \t]*\n/.exec(tail);
  if (before === null || after === null) return text;
  const above = head.slice(0, before[0].startsWith('\n') ? before.index + 1 : 0);
  const below = tail.slice(after[0].length);
  // Of a blank line above and one below, one is enough.
  return above + (/(?:^|\n)\n$/.test(above) || above === '' ? below.replace(/^\n/, '') : below);
}

function withTemplateValues(text: string, tags: readonly string[], rules: TagRules): string {
  const found = findTagsTemplate(scan(text), rules.template!);
  const values = (first: number, numbered: boolean) =>
    tags.map((tag, i) => (numbered || tag.includes('=') ? `|${first + i}=${tag}` : `|${tag}`)).join('');
  if (found === undefined) return withLines(text, [`{{${rules.template}${values(1, tags.some(hasEquals))}}}`], rules);
  const numbered = found.nextNumber !== undefined || tags.some(hasEquals);
  const value = values(found.nextNumber ?? found.tags.length + 1, numbered);
  return text.slice(0, found.next) + value + text.slice(found.next);
}

const hasEquals = (tag: string) => tag.includes('=');

/** Adds lines at the text's end: after the categories there, before the links to other languages. */
function withLines(text: string, lines: readonly string[], rules: TagRules): string {
  const scanned = scan(text);
  if (scanned.openEnded)
    throw new WikiFault('refused', 'The page ends in a comment or <includeonly> that is never closed.');
  const block = lines.join('\n');
  const links = linksOf(scanned.live);
  const category = lastCategoryOfTheEnd(scanned, links, rules);
  if (category !== undefined) return `${text.slice(0, category)}\n${block}${text.slice(category)}`;
  const end = beforeLanguages(text, links, rules);
  const head = text.slice(0, end);
  const rest = text.slice(end);
  const gap = head === '' ? '' : '\n\n';
  return `${head}${gap}${block}${trimmedLength(rest) === 0 || /^\s*\n/.test(rest) ? '' : '\n'}${rest}`;
}

/** The end of the last category that no template holds and after which no text of the page comes. */
function lastCategoryOfTheEnd({ live, templates }: Scan, links: readonly Link[], rules: TagRules): number | undefined {
  const inTemplate = (at: number) => templates.some(({ start, end }) => start < at && at < end);
  const last = links.findLast(
    ({ start, target }) => rules.titles.categoryOf(target) !== undefined && !inTemplate(start),
  );
  if (last === undefined) return undefined;
  // Of templates that begin at the same place the outer one comes later, and stays in the map.
  const noText = new Map(
    [...templates, ...links.filter((link) => isLanguage(link, rules))].map((s) => [s.start, s.end]),
  );
  const blank = new RegExp(`(?:\\s|${COMMENT}|</noinclude\\s*>)*`, 'iy');
  for (let at = last.end; ; ) {
    blank.lastIndex = at;
    at += blank.exec(live)![0].length;
    if (at === live.length) return last.end;
    const end = noText.get(at);
    if (end === undefined) return undefined;
    at = end;
  }
}

/** Where the links to other languages at the text's end begin, or the text's own end; the blanks before belong to neither. */
function beforeLanguages(text: string, links: readonly Link[], rules: TagRules): number {
  let end = trimmedLength(text);
  for (const link of links.filter((one) => isLanguage(one, rules)).reverse()) {
    if (link.end !== end) break;
    end = trimmedLength(text.slice(0, link.start));
  }
  return end;
}

const isLanguage = ({ target }: Link, { languages }: TagRules) =>
  languages.has(/^([^:]+):/.exec(target)?.[1].trim().toLowerCase() ?? '');

/** The length without the blanks at the end that MediaWiki cuts off when it saves a page. */
export function trimmedLength(text: string): number {
  let end = text.length;
  while (end > 0 && ' \t\n\r\v\0'.includes(text[end - 1])) end--;
  return end;
}
