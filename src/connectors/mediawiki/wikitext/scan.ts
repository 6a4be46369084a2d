/** A stretch of a text: from `start` up to, without, `end`, in UTF-16 units. */
export interface Span {
  readonly start: number;
  readonly end: number;
}

/** `{{name|…}}`, with the span of each part after a `|`. */
export interface Template extends Span {
  readonly name: string;
  /** Where the name ends, with the blanks around it. */
  readonly nameEnd: number;
  readonly params: readonly Span[];
}

/** What of a page's wikitext takes effect. */
export interface Scan {
  /** The text with comments and verbatim parts blanked out: each of their characters is COMMENT or VERBATIM. */
  readonly live: string;
  /** In the order of their ends, so that inner ones come before those around them. */
  readonly templates: readonly Template[];
  /** A comment or an `<includeonly>` that nobody closed swallows whatever is added at the end. */
  readonly openEnded: boolean;
}

/** Stands in `live` where a comment is. MediaWiki takes comments out before it reads a link. */
export const COMMENT = '\ufffe';
const VERBATIM = '\uffff';
/** Tags whose content is not wikitext, or not for this page. */
const OPENER =
  /<!--|<(nowiki|pre|syntaxhighlight|source|math|chem|score|timeline|templatedata|graph|mapframe|maplink|includeonly)(?:\s[^<>]*?)?(\/?)>/gi;

/** Reads wikitext as MediaWiki's preprocessor does, as far as links and templates need it. Takes time linear in the text. */
export function scan(text: string): Scan {
  const { live, openEnded } = blankOut(text);
  return { live, openEnded, templates: templatesOf(live) };
}

function blankOut(text: string): { live: string; openEnded: boolean } {
  const parts: string[] = [];
  const missing = new Set<string>();
  let at = 0;
  OPENER.lastIndex = 0;
  for (let opener = OPENER.exec(text); opener !== null; opener = OPENER.exec(text)) {
    const start = opener.index;
    const name = opener[1]?.toLowerCase();
    if (opener[2] === '/' || (name !== undefined && missing.has(name))) continue;
    const closer = name === undefined ? /-->/g : new RegExp(`</${name}\\s*>`, 'gi');
    closer.lastIndex = start + (name === undefined ? 4 : opener[0].length);
    const close = closer.exec(text);
    const unclosed = close === null;
    if (unclosed && name !== undefined && name !== 'includeonly') {
      missing.add(name); // plain text then; and there is no closing tag further on either
      continue;
    }
    const end = unclosed ? text.length : closer.lastIndex;
    parts.push(text.slice(at, start), (name === undefined ? COMMENT : VERBATIM).repeat(end - start));
    if (unclosed) return { live: parts.join(''), openEnded: true };
    at = OPENER.lastIndex = end;
  }
  return { live: parts.join('') + text.slice(at), openEnded: false };
}

interface Open {
  readonly bracket: '{' | '[';
  /** How many of its brackets are still free, and where they begin. */
  readonly start: number;
  count: number;
  /** Each `|` right inside, as of now. */
  pipes: number[];
}

/** Matches brackets by the preprocessor's rule: a closing run takes from the innermost opening one, three or two at a time. */
function templatesOf(live: string): Template[] {
  const found: Template[] = [];
  const open: Open[] = [];
  for (const { 0: run, index } of live.matchAll(/\{{2,}|\}{2,}|\[{2,}|\]{2,}|\|/g)) {
    const top = open.at(-1);
    if (run === '|') top?.pipes.push(index);
    else if (run[0] === '{' || run[0] === '[')
      open.push({ bracket: run[0], start: index, count: run.length, pipes: [] });
    else close(run[0] === '}' ? '{' : '[', index, run.length);
  }
  return found;

  function close(bracket: Open['bracket'], from: number, length: number): void {
    let at = from;
    let left = length;
    for (let top = open.at(-1); left >= 2 && top?.bracket === bracket; top = open.at(-1)) {
      const take = bracket === '[' ? 2 : Math.min(top.count, left, 3);
      top.count -= take;
      at += take;
      left -= take;
      if (take === 2 && bracket === '{') found.push(template(top.start + top.count, at, top.pipes));
      top.pipes = [];
      if (top.count < 2) open.pop();
    }
  }

  function template(start: number, end: number, pipes: readonly number[]): Template {
    const stops = [...pipes, end - 2];
    return {
      start,
      end,
      name: live.slice(start + 2, stops[0]),
      nameEnd: stops[0],
      params: pipes.map((pipe, i) => ({ start: pipe + 1, end: stops[i + 1] })),
    };
  }
}

/** `text` without the comments and blanks around it. */
export function bare(text: string): string {
  return text.replaceAll(COMMENT, '').trim();
}
