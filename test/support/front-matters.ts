import fc from 'fast-check';

/** A Markdown file in parts: what stands before the value of its tags, that value, and what stands behind it. */
export interface MadeFile {
  readonly style: string;
  readonly before: string;
  readonly value: string;
  readonly after: string;
  readonly tags: readonly string[];
}

export const textOf = ({ before, value, after }: MadeFile) => before + value + after;

const word = fc
  .stringMatching(/^[a-z][a-z0-9/_-]{0,8}$/)
  .filter((w) => !/^(no|off|on|yes|y|n|true|false|null)$/i.test(w));
const spaced = fc.tuple(word, word).map((two) => two.join(' '));
const words = fc.uniqueArray(word, { minLength: 1, maxLength: 5 });
const anyTags = fc.uniqueArray(fc.oneof(word, spaced), { minLength: 1, maxLength: 5 });
const space = fc.constantFrom('', ' ', '  ');
const comment = fc.constantFrom('', '', ' # made by hand', ' # tags: [no]');

/** How a tag stands in a list: as it is, or in quotes. */
const quoted = (tag: string, how: number) =>
  how === 1 ? `'${tag}'` : how === 2 ? `"${tag}"` : how === 3 ? `"#${tag}"` : tag;
const hows = fc.array(fc.constantFrom(0, 0, 0, 1, 2, 3), { minLength: 5, maxLength: 5 });

const flow = fc
  .tuple(anyTags, hows, space, fc.constantFrom(',', ', ', ' , ', ',\n    '), fc.boolean(), comment)
  .map(([tags, how, pad, comma, trailing, note]) => {
    const list = tags.map((tag, i) => quoted(tag, how[i])).join(comma);
    return { style: 'flow', tags, value: ` [${pad}${list}${trailing ? ',' : ''}${pad}]`, note: `${note}\n` };
  });
const block = fc
  .tuple(anyTags, hows, fc.constantFrom('', '  ', '    '), fc.constantFrom(' ', '   '), comment, fc.boolean())
  .map(([tags, how, indent, gap, note, between]) => {
    const lines = tags.map((tag, i) => `${indent}-${gap}${quoted(tag, how[i])}${i === 0 ? note : ''}\n`);
    return { style: 'block', tags, value: `\n${lines.join(between ? `${indent}# between\n` : '')}`, note: '' };
  });
const text = fc
  .tuple(words, fc.constantFrom(', ', ',', ' '), fc.constantFrom('', '"', "'"), comment)
  .map(([tags, separator, quote, note]) => ({
    style: 'text',
    tags,
    value: ` ${quote}${tags.join(separator)}${quote}`,
    note: `${note}\n`,
  }));
const none = fc
  .constantFrom('', ' []', ' [ ]', ' ""', ' ~', ' null')
  .map((value) => ({ style: 'empty', tags: [] as string[], value, note: '\n' }));
const folded = words.map((tags) => ({ style: 'folded', tags, value: ` >-\n  ${tags.join('\n  ')}\n`, note: '' }));

const OTHERS = [
  'title: "A: b"\n',
  'date: 2024-01-31\n',
  '# a comment\n',
  'nested:\n  tags: [not, these]\n',
  'text: |\n  tags: [a]\n\n  ---x\n',
  "aliases: ['x', y]\n",
];
const others = fc.subarray(OTHERS).map((some) => some.join(''));
const BODY = [
  '# Heading\n\nText.\n',
  '\n---\n\ntags: [a]\n',
  '',
  'no newline at the end',
  '```\n---\ntags: x\n---\n```\n',
  'Ünï 日本語 \u{1f600}\n',
];

/** Files in every spelling that people use, with CRLF or without, with a byte order mark or without. */
export const madeFiles: fc.Arbitrary<MadeFile> = fc
  .tuple(
    fc.oneof(flow, block, text, none, folded),
    fc.constantFrom('tags', 'tags', 'tag', 'Tags'),
    others,
    others,
    fc.constantFrom(...BODY),
    fc.boolean(),
    fc.boolean(),
    fc.constantFrom('', ' '),
  )
  .map(([{ style, tags, value, note }, key, above, below, body, crlf, mark, fence]) => {
    const rest = OTHERS.filter((other) => below.includes(other) && !above.includes(other)).join('');
    const part = (p: string) => (crlf ? p.replaceAll('\n', '\r\n') : p);
    return {
      style,
      tags,
      before: (mark ? '\uFEFF' : '') + part(`---${fence}\n${above}${key}:`),
      value: part(value),
      after: part(`${note}${rest}---\n${body}`),
    };
  });

/** Files without front matter. */
export const bareFiles: fc.Arbitrary<MadeFile> = fc
  .tuple(fc.constantFrom(...BODY.filter((body) => !body.startsWith('---'))), fc.boolean(), fc.boolean())
  .map(([body, crlf, mark]) => ({
    style: 'none',
    tags: [],
    before: mark ? '\uFEFF' : '',
    value: '',
    after: crlf ? body.replaceAll('\n', '\r\n') : body,
  }));

/** Tags to be added: some of them need quotes. */
export const newTags = fc.uniqueArray(
  fc.oneof(
    word,
    spaced,
    fc.constantFrom(
      'C++',
      'a: b',
      'no',
      '2024',
      "it's",
      'x, y',
      '[z]',
      '日本語',
      'a #b',
      '- q',
      '*s',
      '?',
      'null',
      '"',
    ),
  ),
  { maxLength: 4 },
);
