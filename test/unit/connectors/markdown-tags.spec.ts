import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { parse } from 'yaml';
import { readFrontMatter, readTags } from '../../../src/connectors/markdown/front-matter.js';
import { UnwritableTags, withTags } from '../../../src/connectors/markdown/tag-edits.js';
import { reversed, spliceBetween, spliced } from '../../../src/connectors/splice.js';
import { bareFiles, madeFiles, newTags, textOf } from '../../support/front-matters.js';

const tagsOf = (source: string) => readTags(readFrontMatter(source));

describe('tags in the front matter', () => {
  it.each<[string, string, string[]]>([
    ['none', '# Text\n', []],
    ['a list in brackets', '---\ntags: [a, b c, "d, e", \'f\']\n---\n', ['a', 'b c', 'd, e', 'f']],
    ['a list of lines, with comments', '---\ntags:\n- a # one\n# no tag\n-   "b"\n---\n', ['a', 'b']],
    ['words with commas', '---\ntags: a, b,c\n---\n', ['a', 'b', 'c']],
    ['words with spaces', '---\ntags: a b\n---\n', ['a', 'b']],
    ['with # in front, in quotes', '---\ntags: ["#a", b]\ntag: "#c"\n---\n', ['a', 'b', 'c']],
    ['numbers and words of YAML as they are written', '---\ntags: [2024, 007, no, ~]\n---\n', ['2024', '007', 'no']],
    ['CRLF and a byte order mark', '\uFEFF---\r\ntags:\r\n  - a\r\n---\r\ntext', ['a']],
    ['a fence that nothing closes', '---\ntags: [a]\n', []],
    ['no YAML', '---\ntags: [a\n---\n', []],
    ['a text between rules', '---\nhello\n---\n', []],
    ['TOML', '+++\ntags = ["a"]\n+++\n', []],
    ['deeper keys of the same name', '---\nx:\n  tags: [a]\n---\n', []],
    ['an alias', '---\nx: &x [a]\ntags: *x\n---\n', ['a']],
    ['a closing fence at the very end', '---\ntags: [a]\n---', ['a']],
  ])('are read: %s', (_what, source, tags) => {
    expect(tagsOf(source)).toEqual(tags);
  });

  it.each<[string, string, string]>([
    ['tags: [a, b]\n', 'tags: [a, b, new one]\n', 'brackets'],
    ["tags: ['a', 'b',]\n", "tags: ['a', 'b', new one,]\n", 'a comma at the end'],
    ['tags: []\n', 'tags: [new one]\n', 'no item yet'],
    ['tags:\n- a # why\n\nx: 1\n', 'tags:\n- a # why\n- new one\n\nx: 1\n', 'lines at the margin'],
    ['tags:\n    -   a\n', 'tags:\n    -   a\n    -   new one\n', 'lines far in'],
    ['tags: # none\nx: 1\n', 'tags: [new one] # none\nx: 1\n', 'nothing but a comment'],
    ['tags: a, b # two\n', 'tags: [a, b, new one] # two\n', 'a text that cannot hold it'],
    ['x: 1\n', 'x: 1\ntags:\n  - new one\n', 'no key yet'],
    ['', 'tags:\n  - new one\n', 'nothing in it'],
    ['tag: a\nTags: [b]\n', 'tag: a\nTags: [b, new one]\n', 'two keys'],
  ])('get one more: %j becomes %j', (before, after) => {
    expect(withTags(`---\n${before}---\nText.\n`, ['new one'], [])).toBe(`---\n${after}---\nText.\n`);
  });

  it.each<[string, string]>([
    ['tags: [a, old, b]\n', 'tags: [a, b]\n'],
    ['tags: [a, "old"]\n', 'tags: [a]\n'],
    ['tags: [old]\n', 'tags: []\n'],
    ['tags: [a, # first\n  old, # gone\n  b] # end\n', 'tags: [a, # first\n  # gone\n  b] # end\n'],
    ['tags:\n  - a\n  - old # gone\n  # stays\n  - b\n', 'tags:\n  - a\n  # stays\n  - b\n'],
    ['tags: # why\n  - old\nx: 1\n', 'tags: [] # why\nx: 1\n'],
    ['tags: a, old, b\n', 'tags: a, b\n'],
    ['tags: "a old"\n', 'tags: "a"\n'],
    ['tags: old\n', 'tags: []\n'],
    ['tags: [a, old]\ntag: old\n', 'tags: [a]\ntag: []\n'],
  ])('get one less: %j becomes %j', (before, after) => {
    expect(withTags(`---\n${before}---\nText.\n`, [], ['old'])).toBe(`---\n${after}---\nText.\n`);
  });

  it.each([
    ['TOML', '+++\nx = 1\n+++\n'],
    ['YAML that ends in dots', '---\ntags: [a]\n...\ntext\n'],
    ['lines of a Mac of old', '---\rtags: [a]\r---\rtext\r'],
    ['no YAML', '---\n: [\n---\n'],
    ['a mapping of tags', '---\ntags: {a: 1}\n---\n'],
    ['anchors', '---\ntags: &t [a]\nmore: *t\n---\n'],
    ['an alias', '---\nx: &x [a]\ntags: *x\n---\n'],
    ['a text between rules', '---\nhello\n---\n'],
  ])('are left alone: %s', (_what, source) => {
    expect(() => withTags(source, ['x'], [])).toThrow(UnwritableTags);
  });

  const expectJustThat = (
    made: { before: string; value: string; after: string; tags: readonly string[] },
    add: string[],
    picks: boolean[],
  ) => {
    const source = made.before + made.value + made.after;
    const fresh = add.filter((tag) => !made.tags.includes(tag));
    const remove = made.tags.filter((_, i) => picks[i]);
    if (fresh.length + remove.length === 0) return;
    const written = withTags(source, fresh, remove);
    expect(written.startsWith(made.before)).toBe(true);
    expect(written.endsWith(made.after)).toBe(true);
    const wanted = [...made.tags.filter((tag) => !remove.includes(tag)), ...fresh].sort();
    expect(tagsOf(written).toSorted()).toEqual(wanted);
    const crlf = (text: string) => /\r\n/.test(text) && !/[^\r]\n/.test(text);
    if (crlf(source)) expect(crlf(written)).toBe(true);
    const splice = spliceBetween(source, written);
    expect(spliced(source, splice)).toBe(written);
    expect(spliced(written, reversed(splice))).toBe(source);
  };

  it('in any spelling: what stands around their value stays to the byte, and the way back is exact', () => {
    fc.assert(
      fc.property(madeFiles, newTags, fc.array(fc.boolean(), { minLength: 5, maxLength: 5 }), (made, add, picks) => {
        expect(tagsOf(textOf(made)).toSorted()).toEqual([...made.tags].sort());
        expectJustThat(made, add, picks);
      }),
      { numRuns: 1_000, seed: 5 },
    );
  });

  it('in a file that has no front matter: it gets one, and the rest stays to the byte', () => {
    fc.assert(
      fc.property(bareFiles, newTags, (made, add) => {
        expectJustThat(made, add, []);
        if (add.length === 0) return;
        const [, front] = withTags(textOf(made), add, [])
          .replace('\uFEFF', '')
          .split(/^---\r?\n/m);
        expect(parse(front)).toEqual({ tags: add });
      }),
      { numRuns: 500, seed: 5 },
    );
  });

  it('in any text at all: either nothing else changes, or nothing', () => {
    const junk = fc
      .array(
        fc.constantFrom(
          '---\n',
          'tags:',
          ' [',
          ']',
          ' a',
          ',',
          '\n',
          '- ',
          '#',
          "'",
          '"',
          ': ',
          '&x',
          '*x',
          '|',
          '{',
          '}',
          '\t',
          '\r\n',
          '  ',
        ),
        { maxLength: 25 },
      )
      .map((parts) => `---\n${parts.join('')}`);
    fc.assert(
      fc.property(junk, (source) => {
        const before = tagsOf(source);
        if (before.includes('new')) return;
        let written: string;
        try {
          written = withTags(source, ['new'], []);
        } catch (error) {
          expect(error).toBeInstanceOf(UnwritableTags);
          return;
        }
        expect(tagsOf(written).toSorted()).toEqual([...before, 'new'].sort());
        expect(spliced(written, reversed(spliceBetween(source, written)))).toBe(source);
      }),
      { numRuns: 3_000, seed: 5 },
    );
  });
});
