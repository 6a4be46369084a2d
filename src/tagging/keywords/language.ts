import stopwords from 'stopwords-iso/stopwords-iso.json' with { type: 'json' };
import { isUnspaced } from './text.js';

/** Words that stopwords-iso calls empty in English though whole wikis are about them. */
const TOPICAL = new Set(
  'computer computers html web system systems test tests index home go member members text color date cat'.split(' '),
);

/** English words that are true of nearly any page, or say what kind of text it is rather than what it is about. */
const GENERIC =
  `able access action add added adding additional advanced allow allowed answer apply approach argument article
attempt available background basic basics behavior behaviour body bottom build built bunch category chapter check choose class
clean click code column command comment common complete content contents context control copy correct create created creating
current custom data default define definition demo describe description detail details developer developers difference different
document documentation download easy edit element enable end entry error errors event example examples exist explain extra fail
feature features field file files final find fix fixed fixing following form format full fun function functions general
generate get guide handle handy header hello help hint history how implement implementation include included info input
install installed interesting interface introduction issue item key kind learn lesson level library line link list load local long look
lot main make manage manual message method methods minor mode model moment multiple need new nice note notes number object
official old open operation option options order original output overview package page pages param parameter parameters part pass path
pattern people piece place plain please point possible post practice prefix previous print problem process product program
project properties property provide quick quickly read reader readme recipe reference refer release remark remarks
remove reply report request require required requirement resource response result results return returns review root rule
run running sample save script search section select send separate series server service set setting settings setup show
simple simply single site size small solution sort source special specific specification standard start state status step steps
stop store string structure stuff style suggestion summary support supported syntax tag task technique template term thing things
time tip tips title today todo tool tools topic topics total trick try turn tutorial type types understand understanding update updated
usage use used useful user users using utility valid value values variable version versions view want warning way website
wiki word words work working works world write writing year
obj param arg ptr str func ret num idx ctx struct enum callback callbacks instance instances pointer caller failure success
constant constants compatibility table obsolete deprecated removed discouraged reason reasons nothing something everything
amount size length width height position count level thing day week month hour minute second morning evening
boolean int integer null true false void char const array arg args constructor attribute attributes
january february march april june july august september october november december
monday tuesday wednesday thursday friday saturday sunday`.split(/\s+/);

/** Words after which English has a verb, and words that follow a verb rather than a noun. */
export const BEFORE_VERBS: ReadonlySet<string> = new Set(
  "to will would can could should must may might i you we they let's let not don't cannot can't please".split(' '),
);
export const AFTER_VERBS: ReadonlySet<string> = new Set(
  'the a an this these that those your my our its their it them me us you any all each some'.split(' '),
);

const all = stopwords as Readonly<Record<string, readonly string[]>>;
const languages = Object.keys(all);
/** Indices into `languages`, by stop word. */
const languagesOf = new Map<string, number[]>();
for (const [index, language] of languages.entries()) {
  for (const word of all[language]) {
    const known = languagesOf.get(word);
    if (known) known.push(index);
    else languagesOf.set(word, [index]);
  }
}

const asWritten = new Map<string, readonly number[]>();
const NO_LANGUAGE: readonly number[] = [];
const MOST_REMEMBERED = 100_000;

function languagesOfWord(word: string): readonly number[] {
  let found = asWritten.get(word);
  if (found === undefined) {
    found = languagesOf.get(word.toLowerCase()) ?? NO_LANGUAGE;
    if (asWritten.size < MOST_REMEMBERED) asWritten.set(word, found);
  }
  return found;
}

/**
 * The language (ISO 639-1) whose stop words make up most of the words; a word that many languages share counts little.
 * 'en' where nothing tells.
 */
export function detectLanguage(words: readonly string[]): string {
  const votes = new Float64Array(languages.length);
  for (const word of words.slice(0, 200)) {
    const sharing = languagesOfWord(word);
    for (const language of sharing) votes[language] += 1 / sharing.length;
  }
  if (words.length > 0 && words.filter(isUnspaced).length * 2 > words.length) {
    return words.some((word) => /[\p{Script=Hiragana}\p{Script=Katakana}]/u.test(word)) ? 'ja' : 'zh';
  }
  let best = languages.indexOf('en');
  for (let language = 0; language < votes.length; language++) if (votes[language] > votes[best]) best = language;
  return languages[best];
}

const stopSets = new Map<string, ReadonlySet<string>>();

/** Stop words of a language, lower case. */
export function stopWordsOf(language: string): ReadonlySet<string> {
  const known = stopSets.get(language);
  if (known) return known;
  const words = new Set(all[language] ?? []);
  if (language === 'en') for (const word of TOPICAL) words.delete(word);
  stopSets.set(language, words);
  return words;
}

/** English words too general to be a tag alone, lower case; fine inside a phrase. */
export const GENERIC_WORDS: ReadonlySet<string> = new Set(GENERIC);
