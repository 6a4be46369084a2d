import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { WikiFault } from '../../../src/connectors/faults.js';
import { Titles } from '../../../src/connectors/mediawiki/title.js';
import { editTags, readTags } from '../../../src/connectors/mediawiki/wikitext/page-tags.js';
import { reversed, spliceBetween, spliced } from '../../../src/connectors/splice.js';
import { englishRules, madeWikitext } from '../../support/made-wikitext.js';

const rules = englishRules();
const inTemplate = englishRules('Tags');
const tagsOf = (text: string, by = rules) => readTags(text, by).map(({ tag }) => tag);
const wish = (...tags: string[]) => new Map(tags.map((tag) => [tag, null]));
const add = (text: string, ...tags: string[]) => editTags(text, wish(...tags), [], rules).text;
const inked = (text: string) => text.replaceAll(/\s/g, '');
const remove = (text: string, ...tags: string[]) => editTags(text, new Map(), tags, rules).text;

describe('tags of wikitext', () => {
  it.each([
    ['[[Category:Bread]]', ['Bread']],
    ['[[category: bread_rolls |key]]', ['bread rolls']],
    ['[[Category:Bread]] [[Category:bread]] [[Category:_Bread_]]', ['Bread']],
    ['[[:Category:Bread]]', []],
    ['[[en:Category:Bread]]', []],
    ['[[Category:Bread|[sort] key]]', ['Bread']],
    ['[[Category:Bread\n]]', []],
    ['[[Category:A<!-- x -->]]', ['A']],
    ['<!-- [[Category:A]] --><nowiki>[[Category:B]]</nowiki><pre>[[Category:C]]</pre>', []],
    ['<nowiki>[[Category:A]]', ['A']],
    ['<nowiki/>[[Category:A]]<nowiki />', ['A']],
    ['<includeonly>[[Category:A]]</includeonly><noinclude>[[Category:B]]</noinclude>', ['B']],
    ['<!-- never closed [[Category:A]]', []],
    ['{{Box|text=[[Category:A]]}}', ['A']],
    ['[[Category:R&amp;D]] [[Category:A&#38;B]]', ['R&D', 'A&B']],
    ['[[Category:]] [[Category:#x]] [[Category:Talk:Bread]]', ['Talk:Bread']],
  ])('%j has %j', (text, tags) => {
    expect(tagsOf(text)).toEqual(tags);
  });

  it('knows the wiki’s own word for category, its aliases and the English one', () => {
    const titles = new Titles(
      [
        { id: 0, name: '', case: 'first-letter' },
        { id: 14, name: 'Thể loại', canonical: 'Category', case: 'first-letter' },
      ],
      [{ id: 14, alias: 'TL' }],
    );
    const vietnamese = { titles, languages: new Set<string>() };
    expect(tagsOf('[[thể_loại:A]] [[Category:B]] [[tl:C]] [[Kategorie:D]]', vietnamese)).toEqual(['A', 'B', 'C']);
    expect(editTags('x', wish('Bánh mì'), [], vietnamese).text).toBe('x\n\n[[Thể loại:Bánh mì]]');
  });

  it('where a wiki tells upper from lower case in titles, so do we', () => {
    const titles = new Titles([{ id: 14, name: 'Category', case: 'case-sensitive' }]);
    expect(tagsOf('[[Category:A]] [[Category:a]]', { titles, languages: new Set() })).toEqual(['A', 'a']);
  });
});

describe('adding tags', () => {
  it.each([
    ['', '[[Category:New]]'],
    ['Text.', 'Text.\n\n[[Category:New]]'],
    ['Text.\n[[Category:Old|k]]', 'Text.\n[[Category:Old|k]]\n[[Category:New]]'],
    ['Text.\n\n[[de:Brot]]\n[[fr:Pain]]', 'Text.\n\n[[Category:New]]\n\n[[de:Brot]]\n[[fr:Pain]]'],
    ['Text.\n\n[[Category:Old]]\n\n[[de:Brot]]', 'Text.\n\n[[Category:Old]]\n[[Category:New]]\n\n[[de:Brot]]'],
    ['[[Category:Top]]\nText.', '[[Category:Top]]\nText.\n\n[[Category:New]]'],
    ['Text.\n[[Category:Old]]\n{{stub}}', 'Text.\n[[Category:Old]]\n[[Category:New]]\n{{stub}}'],
    ['Text.\n{{Box|[[Category:In]]}}', 'Text.\n{{Box|[[Category:In]]}}\n\n[[Category:New]]'],
    ['T<noinclude>[[Category:Old]]</noinclude>', 'T<noinclude>[[Category:Old]]\n[[Category:New]]</noinclude>'],
    ['Text. {{unclosed [[x', 'Text. {{unclosed [[x\n\n[[Category:New]]'],
    ['See [[de:Brot]]', 'See\n\n[[Category:New]]\n [[de:Brot]]'],
  ])('%j becomes %j', (before, after) => {
    expect(add(before, 'New')).toBe(after);
  });

  it('adds nothing that is there already, however it is spelled', () => {
    const text = 'Text.\n[[category: bread_rolls|key]]';
    expect(editTags(text, wish('Bread rolls'), [], rules)).toEqual({ text, added: [], removed: [] });
  });

  it.each([
    ['snake_case', 'snake case'],
    ['a  b', 'a b'],
    ['__init__', 'init'],
    ['Cafe\u0301', 'Caf\u00e9'],
    ['日本\u3000語', '日本 語'],
  ])('says of %j that the page has it as %j: so it is known as ours again', (tag, spelled) => {
    const { text, added } = editTags('Text.', wish(tag), [], rules);
    expect([added, readTags(text, rules).map((one) => one.tag)]).toEqual([[spelled], [spelled]]);
  });

  it.each(['C#', 'a|b', '[x]', '{x}', '<b>', '', ' ', '..', 'a~~~b', '&lt;', 'x'.repeat(256), 'a\nb'])(
    'refuses %j, which cannot be a title',
    (tag) => {
      expect(() => add('Text.', tag)).toThrow(WikiFault);
    },
  );

  it('refuses a page that ends in a comment or <includeonly> that is never closed', () => {
    expect(() => add('Text. <!-- to do', 'New')).toThrow(/never closed/);
    expect(() => add('Text. <includeonly>', 'New')).toThrow(/never closed/);
  });
});

describe('removing tags', () => {
  it.each([
    ['Text.\n\n[[Category:Old]]', 'Text.'],
    ['Text.\n[[Category:A]]\n[[category:old|k]]\n[[Category:B]]', 'Text.\n[[Category:A]]\n[[Category:B]]'],
    ['[[Category:Old]]\nText.', 'Text.'],
    ['Text [[Category:Old]] goes on.', 'Text  goes on.'],
    ['[[Category:Old]][[Category:A]]', '[[Category:A]]'],
    ['Text.\n\n[[Category:Old]]\n\n[[de:Brot]]', 'Text.\n\n[[de:Brot]]'],
    ['<nowiki>[[Category:Old]]</nowiki>', '<nowiki>[[Category:Old]]</nowiki>'],
    ['[[Category:Old]]', ''],
  ])('%j becomes %j', (before, after) => {
    expect(remove(before, 'Old')).toBe(after);
  });
});

it('leaves a page alone that is made of a tag, and does not take for ever', () => {
  const text = '[[Category:Old]]<!---->\n'.repeat(30_000);
  const started = performance.now();
  expect(() => editTags(text, wish('New'), ['Old'], rules)).toThrow(/30000 times/);
  expect(performance.now() - started).toBeLessThan(5_000);
});

describe('tags as values of a template', () => {
  const edit = (text: string, added: string[], removed: string[] = []) =>
    editTags(text, wish(...added), removed, inTemplate).text;

  it.each([
    ['Text.', 'Text.\n\n{{Tags|a|b}}'],
    ['{{tags|x}} Text.', '{{tags|x|a|b}} Text.'],
    ['{{Tags\n| x\n| sep=,\n}}', '{{Tags\n| x|a|b\n| sep=,\n}}'],
    ['{{Template:Tags}}', '{{Template:Tags|a|b}}'],
    ['{{Tags|a|1=z}}', '{{Tags|a|1=z|2=b}}'],
    ['{{Tags|x<!-- | -->}}', '{{Tags|x<!-- | -->|a|b}}'],
    ['{{Box|{{Tags|x}}}}', '{{Box|{{Tags|x|a|b}}}}'],
    ['[[Category:A]]', '[[Category:A]]\n{{Tags|b}}'],
  ])('%j becomes %j', (before, after) => {
    expect(edit(before, ['a', 'b'])).toBe(after);
  });

  it('names values by number where one holds an equals sign', () => {
    expect(edit('Text.', ['a=b', 'c'])).toBe('Text.\n\n{{Tags|1=a=b|2=c}}');
    expect(tagsOf('{{Tags|1=a=b|2=c}}', inTemplate)).toEqual(['a=b', 'c']);
  });

  it.each([
    ['Text.\n\n{{Tags|a|b}}', 'Text.\n\n{{Tags|b}}'],
    ['Text.\n\n{{Tags|a}}', 'Text.'],
    ['{{Tags|a|sep=,}}\nText.', '{{Tags|sep=,}}\nText.'],
    ['{{Tags\n| b\n| a\n}}', '{{Tags\n| b\n}}'],
    ['Text.\n[[Category:a]]\n{{Tags|b}}', 'Text.\n{{Tags|b}}'],
  ])('%j loses a: %j', (before, after) => {
    expect(edit(before, [], ['a'])).toBe(after);
  });

  it('refuses what would end the template or the value', () => {
    for (const tag of ['a|b', '{{x}}', 'a]b', '~~~~']) expect(() => edit('Text.', [tag])).toThrow(WikiFault);
    expect(edit('Text.', ['C#'])).toBe('Text.\n\n{{Tags|C#}}');
  });
});

describe('any wikitext', () => {
  const tags = fc.uniqueArray(fc.constantFrom('Bread', 'web components', '日本語', 'Alpha', 'R&D'), { minLength: 1 });

  it.each([
    ['categories', rules],
    ['template', inTemplate],
  ])(
    '%s: has the added tags and its own afterwards; nothing of it is gone; only blanks may stay when they go',
    (_, by) => {
      fc.assert(
        fc.property(madeWikitext(), tags, (text, wanted) => {
          let edited: ReturnType<typeof editTags>;
          try {
            edited = editTags(text, wish(...wanted), [], by);
          } catch (error) {
            expect((error as WikiFault).kind).toBe('refused'); // it ends in something open
            return;
          }
          const splice = spliceBetween(text, edited.text);
          expect(splice.removed).toBe('');
          expect(spliced(edited.text, reversed(splice))).toBe(text);
          expect(new Set(tagsOf(edited.text, by))).toEqual(new Set([...tagsOf(text, by), ...edited.added]));
          expect(editTags(edited.text, wish(...wanted), [], by).text).toBe(edited.text);
          expect(inked(editTags(edited.text, new Map(), edited.added, by).text)).toBe(inked(text));
        }),
        { numRuns: 2000 },
      );
    },
  );

  it('a splice leads from any text to any other and back, as JSON too', () => {
    const text = fc.string({ unit: fc.constantFrom('a', 'b', '\n', '🥖', '🥐', 'é') });
    fc.assert(
      fc.property(text, text, (before, after) => {
        const splice = JSON.parse(JSON.stringify(spliceBetween(before, after)));
        expect(spliced(before, splice)).toBe(after);
        expect(spliced(after, reversed(splice))).toBe(before);
        expect(splice.inserted.isWellFormed() && splice.removed.isWellFormed()).toBe(true);
      }),
    );
  });

  it('takes time that grows with the text and not faster', () => {
    for (const piece of [
      '{{',
      '[[',
      '{{a|',
      '[[a|',
      '<nowiki>',
      '<nowiki></nowiki>',
      '\n[[Category:A]]',
      '[[Category:',
      '\n',
    ]) {
      const text = `${piece.repeat(300_000 / piece.length)}x`;
      const begun = process.cpuUsage();
      add(text, 'New');
      const { user } = process.cpuUsage(begun);
      expect({ piece, seconds: user / 1e6 < 3 }).toEqual({ piece, seconds: true });
    }
  });
});
