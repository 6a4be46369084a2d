const DROPPED: readonly (readonly [RegExp, string])[] = [
  [/^\s*---\n[\s\S]*?\n---\n/, '\n'], // front matter
  [/```[\s\S]*?(```|$)|~~~[\s\S]*?(~~~|$)/g, '\n'], // fenced code
  [/<(script|style|pre|code|math)\b[\s\S]*?<\/\1>/gi, ' | '],
  [/<!--[\s\S]*?-->/g, ' '],
  [/\{\{[^{}]*\}\}|\{\|[\s\S]*?\|\}/g, ' | '], // wiki templates and tables
  [/!\[[^\]]*\]\([^)]*\)/g, ' | '], // images
  [/\[([^\]]*)\]\([^)]*\)/g, '$1'], // Markdown links keep their words
  [/\[\[(?:[^|\]]*\|)?([^\]]*)\]\]/g, '$1'], // wiki links too
  [/<\/?[a-z][^>]*>/gi, ' | '],
  [/&[a-z]+;|&#\d+;/gi, ' '],
  [/`[^`\n]*[^\p{L}\p{N}`\n .+#-][^`\n]*`/gu, ' | '], // inline code that is more than a name
];

/** What is dropped from a stretch without white space. */
const DROPPED_FROM_TOKENS: readonly RegExp[] = [
  /\b[a-z][\w+.-]*:\/\/\S+|\bwww\.\S+|\S+@\S+\.\S+/gi,
  /\S*(?:\/\S*\/|\\|::|->|=>|==|&&)\S*/g, // paths and operators
  /\S*\w\([^)\s]*\)\S*/g, // calls
];
/** Any of the above has one of these. */
const SUSPECT = /[@\\(/]|::|->|=>|==|&&|www\./gi;
const SPACE = /\s/;

/** A page's text without markup, code, addresses and paths. */
export function clean(text: string): string {
  let left = text.normalize('NFC');
  for (const [pattern, replacement] of DROPPED) left = left.replace(pattern, replacement);
  return withoutCodeTokens(left);
}

/** The patterns for single tokens are slow on whole texts, where every letter could begin a match: only suspects are tried. */
function withoutCodeTokens(text: string): string {
  let out = '';
  let done = 0;
  SUSPECT.lastIndex = 0;
  for (let match = SUSPECT.exec(text); match !== null; match = SUSPECT.exec(text)) {
    let start = match.index;
    while (start > done && !isSpace(text, start - 1)) start--;
    let end = match.index;
    while (end < text.length && !isSpace(text, end)) end++;
    let token = text.slice(start, end);
    for (const pattern of DROPPED_FROM_TOKENS) token = token.replace(pattern, ' | ');
    out += text.slice(done, start) + token;
    done = end;
    SUSPECT.lastIndex = Math.max(end, match.index + 1);
  }
  return out + text.slice(done);
}

function isSpace(text: string, at: number): boolean {
  const code = text.charCodeAt(at);
  return code < 128 ? code === 32 || (code >= 9 && code <= 13) : SPACE.test(text[at]);
}
