/** Letters of other scripts that pass for Latin ones (a choice from the Unicode confusables, UTS #39), folded. */
const LOOKALIKES: Readonly<Record<string, string>> = Object.fromEntries(
  [...'аaеeоoрpсcуyхxіiјjѕsһhԁdԛqԝwкkмmтtвbнhғfαaοoνvιiκkρpτtυuχxεeηn'.matchAll(/(.)(.)/gu)].map(([, from, to]) => [
    from,
    to,
  ]),
);
const LEET: Readonly<Record<string, string>> = { 0: 'o', 1: 'i', 3: 'e', 4: 'a', 5: 's', 7: 't', '@': 'a', $: 's' };

/** A blob in which readable text may hide. */
const BLOBS: readonly (readonly [pattern: RegExp, decode: (blob: string) => string])[] = [
  [/(?:[A-Za-z0-9+/_-]{4}){3,}(?:[A-Za-z0-9+/_-]{2,3}={0,2})?/g, (blob) => utf8(Buffer.from(blob, 'base64'))],
  [/[A-Za-z0-9+/_-]{6,}={1,2}/g, (blob) => utf8(Buffer.from(blob, 'base64'))],
  [/(?:\b|0x|\\x)[0-9a-f]{2}(?:[\s:,]?(?:0x|\\x)?[0-9a-f]{2}){5,}/gi, (blob) => utf8(bytes(blob, /[0-9a-f]{2}/gi, 16))],
  [/(?:%[0-9a-f]{2}){4,}/gi, (blob) => utf8(bytes(blob, /[0-9a-f]{2}/gi, 16))],
  [/(?:\b[01]{8}\s*){4,}/g, (blob) => utf8(bytes(blob, /[01]{8}/g, 2))],
  [/(?:\b\d{2,3}[\s,]+){5,}\d{2,3}\b/g, (blob) => utf8(bytes(blob, /\d{2,3}/g, 10))],
  [/(?:&#x[0-9a-f]{2,5};){3,}/gi, (blob) => codePoints(blob, /(?<=x)[0-9a-f]+/gi, 16)],
  [/(?:&#\d{2,6};){3,}/g, (blob) => codePoints(blob, /\d+/g, 10)],
  [/(?:\\u[0-9a-f]{4}){3,}/gi, (blob) => codePoints(blob, /(?<=u)[0-9a-f]{4}/gi, 16)],
];

/** Compatibility forms and case do not count, nor accents, nor what is not seen. */
export function plain(text: string): string {
  return text
    .normalize('NFKD')
    .replace(/(?=\p{Script=Inherited})\p{M}|\p{Default_Ignorable_Code_Point}/gu, '')
    .normalize('NFC')
    .toLowerCase();
}

/** Base64, hexadecimal, binary and other blobs of a text that decode to something readable, decoded. */
export function decodedBlobs(text: string): readonly string[] {
  return BLOBS.flatMap(([pattern, decode]) => (text.match(pattern) ?? []).map(decode)).filter(isReadable);
}

/** Text written in tag characters or other ranges that mirror ASCII and are never shown. */
export function unseenText(text: string): string {
  return (text.match(/[\u{E0020}-\u{E007E}]/gu) ?? [])
    .map((sign) => String.fromCharCode(sign.codePointAt(0)! - 0xe0000))
    .join('');
}

/** A text in folded form, and again with look-alikes and figures for letters read as the letters where it has any. */
export function plainReadings(text: string): readonly string[] {
  const seen = plain(text);
  const latin = /[^\0-\x7F]/.test(seen) ? seen.replace(/[^\0-\x7F]/gu, (letter) => LOOKALIKES[letter] ?? letter) : seen;
  const spelt = latin.replace(/(?<=\p{L})[013457@$]|[013457@$](?=\p{L})/gu, (sign) => LEET[sign]);
  return [...new Set([seen, latin, spelt])];
}

/** The ways in which somebody clever may read a text, as it stands and out of the usual disguises, in folded form. */
export function readings(text: string): readonly string[] {
  const seen = plain(text);
  return [
    ...plainReadings(text),
    [...seen].reverse().join(''),
    seen.replace(/[a-z]/g, rot13),
    plain(unseenText(text)),
    ...decodedBlobs(text).map(plain),
  ];
}

function rot13(letter: string): string {
  return String.fromCharCode(((letter.charCodeAt(0) - 97 + 13) % 26) + 97);
}

const bytes = (blob: string, unit: RegExp, radix: number) =>
  Buffer.from((blob.match(unit) ?? []).map((digits) => Number.parseInt(digits, radix) & 0xff));

const codePoints = (blob: string, unit: RegExp, radix: number) =>
  (blob.match(unit) ?? []).map((digits) => String.fromCodePoint(Number.parseInt(digits, radix) % 0x110000)).join('');

const utf8 = (data: Buffer) => data.toString('utf8');

/** Letters and spaces nearly all, of at least five. Random bytes and digests are not. */
function isReadable(text: string): boolean {
  const letters = (text.match(/[\p{L} ]/gu) ?? []).length;
  return letters >= 5 && !/\uFFFD|\p{Cc}{2}/u.test(text) && letters >= 0.75 * [...text].length;
}
