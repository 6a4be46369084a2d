/** What leads somewhere: a tag must not, whether a program makes a link of it or a reader follows it by hand. */
const ADDRESS = [
  /:\/\/|^www\./iu,
  /\b(https?|ftp|file|mailto|tel|sms|data|javascript|vbscript|blob|wss?|ssh|git|magnet):/iu,
  /^[\w-]+(\.[\w-]+)*\.\w{2,}\//iu,
  /@|(^|\s)#\S/u, // mail, handles, hashtags
  /(^|\s)\.{0,2}\/|\.\.|\/\S*\//u, // paths; 'TCP/IP' has one slash, inside
  /\p{L}:\d{2,}/u, // host and port
  /\b\d{1,3}(\.\d{1,3}){3}\b/u,
];

/** Two labels or more with full stops between them, as in 'evil.example'. */
const DOTTED = /(?<![\p{L}\p{N}_.-])[\p{L}\p{N}_-]+(?:\.[\p{L}\p{N}_-]+)*\.(\p{L}[\p{L}\p{N}-]+)(?![\p{L}\p{N}_-])/gu;
/**
 * What may stand behind the last full stop of a name: ends of the names of programs and files. All else could be a
 * host name, of which there are over a thousand endings and more each year. 'ASP.NET' and 'fly.io' pass for what they
 * are; whether a group's pages speak of them is asked elsewhere.
 */
const NAME_ENDINGS = new Set(
  'js mjs cjs jsx ts tsx net io ai py rs json xml yaml yml toml css html csv txt conf config ini env lock pdf'.split(
    ' ',
  ),
);

const MIN_PHONE_DIGITS = 7;
const YEARS = /(?<!\p{Nd})[12]\d{3}\s?[-–/]\s?(?:[12]\d{3}|\d{2})(?!\p{Nd})/gu;

/** What is wrong with a tag that is an address of any kind, with or without a scheme, or null. */
export function addressProblem(tag: string): string | null {
  if (ADDRESS.some((pattern) => pattern.test(tag))) return 'is an address';
  for (const [, ending] of tag.matchAll(DOTTED)) if (!NAME_ENDINGS.has(ending.toLowerCase())) return 'is an address';
  return isPhoneNumber(tag) ? 'is a telephone number' : null;
}

function isPhoneNumber(tag: string): boolean {
  if (/(?<!\p{Nd})\d?[-. ]?\(?8\d\d\)?[-. ]\p{Lu}{4,}/u.test(tag)) return true; // 1-800-FLOWERS
  for (const [run] of tag.replace(YEARS, ' ').matchAll(/(?<![\p{L}\p{Nd}])[+(]?\p{Nd}[\p{Nd}\s().\-–/]*/gu)) {
    if ((run.match(/\p{Nd}/gu) ?? []).length >= MIN_PHONE_DIGITS) return true;
  }
  return false;
}
