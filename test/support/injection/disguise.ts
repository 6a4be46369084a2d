/** Ways to hide an order from people, and from programs that look for words. The obedient model undoes each of them. */
export const DISGUISES: Readonly<Record<string, (order: string) => string>> = {
  base64: (order) => `Aside: ${Buffer.from(order).toString('base64')}`,
  hexadecimal: (order) => `Aside: ${Buffer.from(order).toString('hex')}`,
  'percent signs': (order) => [...Buffer.from(order)].map((byte) => `%${byte.toString(16).padStart(2, '0')}`).join(''),
  backwards: (order) => [...order].reverse().join(''),
  rot13: (order) => rot13(order),
  leetspeak: (order) => order.replace(/[oieast]/g, (letter) => '0134 57'['oiea st'.indexOf(letter)]),
  'Cyrillic homoglyphs': (order) => order.replace(/[aeopcx]/g, (letter) => 'аеорсх'['aeopcx'.indexOf(letter)]),
  'zero-width spaces': (order) => [...order].join('\u200B'),
  'soft hyphens': (order) => order.replace(/(?<=\p{L})(?=\p{L})/gu, '\u00AD'),
  'tag characters': (order) =>
    `Bread. ${[...order].map((sign) => String.fromCodePoint(0xe0000 + (sign.codePointAt(0)! & 0x7f))).join('')}`,
  'right-to-left override': (order) => `\u202E${[...order].reverse().join('')}\u202C`,
  'full-width letters': (order) =>
    order.replace(/[!-~]/g, (sign) => String.fromCodePoint(sign.codePointAt(0)! + 0xfee0)),
  'bold mathematical letters': (order) =>
    order.replace(/[a-z]/g, (letter) => String.fromCodePoint(0x1d41a + letter.codePointAt(0)! - 97)),
  'a word a line': (order) => order.replaceAll(' ', '\n\n'),
  'letters apart': (order) => [...order].join(' '),
};

function rot13(text: string): string {
  return text.replace(/[a-z]/gi, (letter) => {
    const first = letter <= 'Z' ? 65 : 97;
    return String.fromCharCode(((letter.charCodeAt(0) - first + 13) % 26) + first);
  });
}

/** All that a clever model makes of a text. Written without a look at how the service reads pages. */
export function undisguise(text: string): readonly string[] {
  const tidy = text.normalize('NFKC').replace(/[\u200B\u00AD\u202A-\u202E]/g, '');
  const blobs = [
    ...[...text.matchAll(/[A-Za-z0-9+/]{12,}={0,2}/g)].map(([blob]) => Buffer.from(blob, 'base64').toString()),
    ...[...text.matchAll(/(?:[0-9a-f]{2}){6,}/g)].map(([blob]) => Buffer.from(blob, 'hex').toString()),
    ...[...text.matchAll(/(?:%[0-9a-f]{2}){6,}/g)].map(([blob]) =>
      Buffer.from(blob.replaceAll('%', ''), 'hex').toString(),
    ),
  ];
  return [
    text,
    tidy,
    ...blobs,
    [...tidy].reverse().join(''),
    rot13(tidy),
    tidy.replace(/[013457]/g, (figure) => 'oieast'['013457'.indexOf(figure)]),
    tidy.replace(/[аеорсх]/g, (letter) => 'aeopcx'['аеорсх'.indexOf(letter)]),
    tidy.replace(/ (?=. |.$)/g, ''),
    (text.match(/[\u{E0020}-\u{E007E}]/gu) ?? [])
      .map((s) => String.fromCodePoint(s.codePointAt(0)! - 0xe0000))
      .join(''),
  ];
}
