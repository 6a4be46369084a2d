import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { cleanTag, isUsableTag, tagProblem } from '../../src/tagging/vocabulary/hygiene.js';

const FINE = [
  'Node.js',
  'vue.js',
  'Socket.IO',
  'C++',
  'C#',
  'F#',
  '.NET',
  '.NET Framework',
  'ASP.NET',
  'package.json',
  'TCP/IP',
  'CI/CD',
  'e-mail',
  'R&D',
  'AT&T',
  "O'Reilly",
  'Côte d’Ivoire',
  "rock 'n' roll",
  '3D',
  '3D-печать',
  'IT-специалист',
  'H.264',
  'Python 3.12',
  'ISO 9001:2015',
  'IEEE 802.11',
  '2023-2024 season',
  'World War 1939-1945',
  'Ph.D',
  'Google+',
  'β-carotene',
  'TGFβ',
  'μTorrent',
  'San José',
  'Đà Nẵng',
  'Ελλάδα',
  'Москва',
  '面包',
  '茶',
  'プログラミング',
  '한국어',
  'العربية',
  'کتاب\u200Cها', // Persian plural: a non-joiner between Arabic letters
  'क्\u200Dष', // Devanagari: a joiner behind the virama
  'हिन्दी',
  'ไทย',
  'עִבְרִית',
  'ＳＱＬ',
];

const BAD: Readonly<Record<string, readonly string[]>> = {
  'is an address': [
    'https://evil.example',
    'evil.example',
    'www.evil.example',
    'visit evil.example now',
    'evil.co.uk',
    'evil.example/path',
    'ｅｖｉｌ．ｅｘａｍｐｌｅ',
    'javascript:alert(1)',
    'mailto:me',
    'me@evil.example',
    'me @ evil',
    '@zorblax',
    'follow @zorblax',
    'buy #zorblax',
    '/etc/passwd',
    '../secret',
    'r/zorblax/wiki',
    'server 10.0.0.1',
    'localhost:3000',
  ],
  'is a telephone number': ['call +1 555 010 9999', 'call 555-0199-22', '1-800-FLOWERS', 'tel ٠١٢٣٤٥٦٧٨'],
  'has markup or code in it': [
    '<b>bread</b>',
    '＜script＞',
    '[bread](x)',
    'bread {{7*7}}',
    'bread`x`',
    "bread' OR 1=1",
    'bread --x',
    '__proto__',
    '+SUM(A1)',
    '$bread',
  ],
  'is encoded': ['%3Cb%3E', 'tag Wm9yYmxheEJ1eU5vdw', 'deadbeef00112233'],
  'has characters that cannot be shown': [
    'bre\u200Bad',
    'bre\u200Dad',
    'bre\u200Cad',
    'bread\u202E',
    'b\u2066read',
    'bread\u{E0041}',
    'bread\uFE0F',
    'bread\u3164x',
    'bre\u00ADad',
    'bread\u0000',
    'bread\uE000',
    'b\u0301\u0302\u0303\u0304\u0305read',
  ],
  'has letters that look like others': ['brеad', 'Вread', '𝐛𝐫𝐞𝐚𝐝', 'xⓑⓡⓔⓐⓓ', '🅑🅡🅔🅐🅓x', 'ΒREAD'],
};

describe('tag hygiene, both ways', () => {
  it.each(FINE)('%s stays as it is', (tag) => {
    expect({ tag: cleanTag(tag), problem: tagProblem(tag) }).toEqual({ tag, problem: null });
  });

  it.each(Object.entries(BAD).flatMap(([problem, tags]) => tags.map((tag) => [tag, problem])))(
    '%j %s',
    (tag, problem) => {
      expect(tagProblem(cleanTag(tag))).toBe(problem);
    },
  );

  const letters = fc.stringMatching(/^[a-z]{3,9}$/);
  it('one unseen character anywhere spoils a Latin word', () => {
    const unseen = fc.constantFrom(
      ...'\u00AD\u034F\u115F\u200B\u200C\u200D\u200E\u202A\u202E\u2060\u2066\uFE00\uFEFF',
      '\u{E0061}',
      '\u{E0100}',
    );
    fc.assert(
      fc.property(letters, unseen, fc.nat(9), (word, sign, at) => {
        const cut = 1 + (at % (word.length - 1));
        expect(isUsableTag(word.slice(0, cut) + sign + word.slice(cut))).toBe(false);
      }),
    );
  });

  it('one Cyrillic letter inside spoils a Latin word, a Cyrillic word beside it does not', () => {
    fc.assert(
      fc.property(letters, fc.constantFrom(...'аеорсухіј'), fc.nat(9), (word, sign, at) => {
        const cut = 1 + (at % (word.length - 1));
        expect(tagProblem(word.slice(0, cut) + sign + word.slice(cut))).toBe('has letters that look like others');
        expect(tagProblem(`${word} хлеб`)).toBe(null);
      }),
    );
  });

  it('a host name is an address whatever its labels', () => {
    const ending = fc.constantFrom('com', 'org', 'example', 'ru', 'xyz', 'shop', 'de', 'zip');
    fc.assert(
      fc.property(fc.array(letters, { minLength: 1, maxLength: 3 }), ending, (labels, last) => {
        expect(tagProblem([...labels, last].join('.'))).toBe('is an address');
      }),
    );
  });
});
