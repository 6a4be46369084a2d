import { mixedWords } from '../vocabulary/characters.js';
import { ANSWER, GIVE, MACHINE, ONLY, OVERRIDE, RULES, SCOPE, TAGS } from './cues.js';
import { decodedBlobs, plainReadings, unseenText } from './readings.js';

/** Form alone tells: nobody writes so for people. Tried on the text as it stands. */
const MARKS: readonly RegExp[] = [
  /<\|\s*\w+\s*\|>|<\/?s>|\[\/?INST\]|<<\/?SYS>>|<\/?(?:start|end)_of_turn>|<\/?(?:system|assistant|user|instructions?)>/i,
  /(?:^|[\n"'*#>|.!?])[\s#*]*(?:system|assistant|user|human|ai|developer|tool)(?:\s+(?:prompt|message|note|override))?\s*\**:+\**\s/im,
  /"?(?:tags|existing_tags|broader_tags|confidence|excerpt)"\s*:|confidence\s*[:=]\s*[01]?[.,\d]/i,
  /<<<\w{8,}|\w{8,}>>>|\b[0-9a-f]{24}\b|(?:end|begin|start) of (?:the )?(?:data|quote|quoted|context|pages?|documents?|input|untrusted)\b/i,
  /(?:(?<!\p{L})\p{L}[ .\-_*/|]){6,}\p{L}(?!\p{L})/u, // s p a c e d
  /[\u202A-\u202E\u2066-\u2069]|[\p{Script=Latin}\p{Script=Cyrillic}](?:[\u200B-\u200F\u2060-\u2064\uFEFF]|\u034F)+[\p{Script=Latin}\p{Script=Cyrillic}]/u,
  // the words of an order, backwards and in rot13
  /(?<!\p{L})(?:rewsna|ylper|dnopser|erongi|sn?oitcurtsni|tpmorp|ecnedifnoc|tuptuo|nafjre|ercyl|erfcbaq|vtaber|vafgehpgvbaf?|cebzcg|pbasvqrapr|bhgchg)(?!\p{L})/iu,
  /[\u{1D400}-\u{1D7FF}\u24B6-\u24E9\u{1F130}-\u{1F189}]{5}/u,
];

/** One sentence at a time is judged: the words of an order stand near each other. A line end is none: the prompt has no lines. */
const SENTENCE_END = /(?<=[.!?।]["'”’»)]?)\s+|(?<=[。！？])/u;
const SENTENCE = /.{1,400}(?!\S)|.{1,400}/gsu;

/**
 * Whether a text, or a part of it, looks as if it were written for a language model: orders about answers and tags, role
 * and template marks, imitations of our own prompt, encoded or invisible text. Heuristic and meant to err on this side:
 * a page taken for one loses little, and an order that gets by here still meets the rule of support.
 */
export function looksLikeInstruction(text: string): boolean {
  if (MARKS.some((mark) => mark.test(text))) return true;
  if (unseenText(text) !== '' || mixedWords(text).length > 1 || decodedBlobs(text).length > 0) return true;
  return plainReadings(text).some(hasOrder);
}

/** @param text in folded form */
function hasOrder(text: string): boolean {
  if (!TAGS.test(text) && !MACHINE.test(text) && !OVERRIDE.test(text)) return false;
  return text.split(SENTENCE_END).some((sentence) => (sentence.match(SENTENCE) ?? []).some(isOrder));
}

function isOrder(sentence: string): boolean {
  const tags = TAGS.test(sentence);
  const machine = MACHINE.test(sentence);
  if (OVERRIDE.test(sentence) && (tags || machine || RULES.test(sentence))) return true;
  if (machine) return tags || RULES.test(sentence) || (ANSWER.test(sentence) && ONLY.test(sentence));
  if (!tags) return false;
  return ANSWER.test(sentence) || SCOPE.test(sentence) || (GIVE.test(sentence) && ONLY.test(sentence));
}
