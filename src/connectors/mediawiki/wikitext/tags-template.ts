import { bare, type Scan, type Span, type Template } from './scan.js';

/** One value of `{{Tags|a|b}}`: its span takes in the `|` before it. */
export interface TemplateTag extends Span {
  readonly tag: string;
}

/** The first template of that name on the page, and the tags that it holds. */
export interface TagsTemplate extends Span {
  readonly tags: readonly TemplateTag[];
  /** Where a further value goes, and its number where the values are numbered one by one. */
  readonly next: number;
  readonly nextNumber: number | undefined;
  /** It holds something else besides, such as a separator. */
  readonly more: boolean;
}

export function findTagsTemplate({ live, templates }: Scan, name: string): TagsTemplate | undefined {
  const found = templates.find((template) => isCalled(template, name));
  if (found === undefined) return undefined;
  const tags: TemplateTag[] = [];
  let next = trimmedEnd(live, found.start + 2, found.nameEnd);
  let numbered = false;
  let highest = 0;
  let position = 0;
  for (const { start, end } of found.params) {
    const [, key, value] = /^([^=[\]{}]*)=([\s\S]*)$/.exec(live.slice(start, end)) ?? [];
    const number = key === undefined ? ++position : /^\d+$/.test(key.trim()) ? Number(key) : undefined;
    if (number === undefined) continue;
    numbered ||= key !== undefined;
    highest = Math.max(highest, number);
    next = trimmedEnd(live, start, end);
    const tag = bare(value ?? live.slice(start, end));
    if (tag !== '') tags.push({ tag, start: start - 1, end });
  }
  const more = tags.length < found.params.length;
  return { start: found.start, end: found.end, tags, next, nextNumber: numbered ? highest + 1 : undefined, more };
}

/** Template names differ from each other by more than underscores, the `Template:` before them and their first letter. */
export function isCalled({ name }: Template, wanted: string): boolean {
  return titleOf(name) === titleOf(wanted);
}

function titleOf(name: string): string {
  const title = bare(name)
    .replace(/^template\s*:/i, '')
    .replaceAll(/[\s_]+/g, ' ')
    .trim();
  return title.slice(0, 1).toUpperCase() + title.slice(1);
}

const trimmedEnd = (text: string, start: number, end: number) => start + text.slice(start, end).trimEnd().length;
