import { z } from 'zod';
import { fold } from '../../common/fold.js';
import { type TagSuggestion } from '../types.js';
import { type Support } from '../untrusted/support.js';
import { cleanTag, tagProblem } from '../vocabulary/hygiene.js';

/** Counts up when the form of an answer changes: older stored answers are then asked for again. */
export const SCHEMA_VERSION = 1;

/** What is asked for. More than that is no judgement any more: the best are kept, be it of 6 or of 90. */
const MAX_TAGS = 5;
/** Stricter than the wiki's own limits: people may name a tag in five words, a model that does is writing a sentence. */
const MAX_WORDS = 4;
const MAX_CHARACTERS = 40;

const answerSchema = z.object({
  tags: z.array(z.object({ tag: z.string(), confidence: z.number().min(0).max(1) })).min(1),
});

export type Answer = z.output<typeof answerSchema>;

/**
 * The schema as servers take it with `strict`: limits on numbers and lengths are left out, since several servers
 * (Azure, fine-tuned models) reject them; `readAnswer` checks them.
 */
export const ANSWER_JSON_SCHEMA = {
  type: 'object',
  properties: {
    tags: {
      type: 'array',
      description: '3 to 5 subject tags, from the broadest to the narrowest',
      items: {
        type: 'object',
        properties: {
          tag: { type: 'string', description: '1 to 3 words' },
          confidence: { type: 'number', description: 'from 0 to 1' },
        },
        required: ['tag', 'confidence'],
        additionalProperties: false,
      },
    },
  },
  required: ['tags'],
  additionalProperties: false,
} as const;

/** An answer that cannot be used. The message says what is wrong with it, quotes none of it, and can be told to the model. */
export class BadAnswerError extends Error {
  override readonly name = 'BadAnswerError';
}

/**
 * Reads a model's text as an answer. Code fences and a preamble around the JSON object are forgiven (servers without
 * structured output add them), nothing else is.
 * @throws {BadAnswerError} no JSON, or not of the form asked for
 */
export function readAnswer(content: string): Answer {
  return checkAnswer(parseJson(content.slice(content.indexOf('{'), content.lastIndexOf('}') + 1)));
}

/** @throws {BadAnswerError} where a value does not have the form of an answer */
export function checkAnswer(value: unknown): Answer {
  const parsed = answerSchema.safeParse(value);
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0];
  throw new BadAnswerError(`it does not follow the schema (${issue.path.join('.') || 'answer'}: ${issue.message})`);
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new BadAnswerError('it is not valid JSON');
  }
}

/** What the tags of an answer are held against. */
export interface TagRules {
  /** Tags of the broader groups. */
  readonly parentTags: readonly string[];
  /** The wiki's own spelling of a tag, or the tag itself. */
  readonly spell: (tag: string) => string;
  /** What the group's pages and the wiki's people say for a tag. */
  readonly support: (tag: string) => Support;
  /** Whether one of the pages that the model read may have told it what to answer. */
  readonly isSuspicious: boolean;
}

/**
 * A tag in words that no page of the group uses is the model's own: people shall look at it before it is applied.
 * Clearly below the default of `auto_apply_threshold`.
 */
export const FOREIGN_WORTH = 0.5;

/**
 * The tags of an answer that a group can carry: cleaned, usable, in the wiki's own spelling where it has one, without
 * repetitions; the 5 surest, surest first. An unusable tag goes alone, and so does one that the pages do not support.
 * The model's own words stay as suggestions where no page that it read looks like an instruction. Tags of broader groups
 * go where there are others.
 * @throws {BadAnswerError} none is left
 */
export function usableTags(answer: Answer, rules: TagRules): readonly TagSuggestion[] {
  const usable = wellFormed(answer, rules.spell);
  if (usable.length === 0) throw new BadAnswerError('none of its tags is a short subject tag');
  const supported = usable.flatMap((suggestion) => held(suggestion, rules));
  if (supported.length === 0)
    throw new BadAnswerError('none of its tags is made of words that several of the quoted pages use');
  const broader = new Set(rules.parentTags.map(fold));
  const fresh = supported.filter(({ tag }) => !broader.has(fold(tag)));
  const best = fresh.length > 0 ? fresh : supported;
  return [...best].sort((a, b) => b.confidence - a.confidence).slice(0, MAX_TAGS);
}

/** Surest first, each folded name once. */
function wellFormed(answer: Answer, spell: TagRules['spell']): readonly TagSuggestion[] {
  const usable = new Map<string, TagSuggestion>();
  for (const { tag: raw, confidence } of [...answer.tags].sort((a, b) => b.confidence - a.confidence)) {
    const tag = spell(cleanTag(raw));
    if (confidence > 0 && isUsable(tag, raw) && !usable.has(fold(tag))) usable.set(fold(tag), { tag, confidence });
  }
  return [...usable.values()];
}

/** The tag with what it is worth by its support, or nothing. */
function held(suggestion: TagSuggestion, { support, isSuspicious }: TagRules): readonly TagSuggestion[] {
  const found = support(suggestion.tag);
  if (found === 'supported') return [suggestion];
  if (found === 'doubtful' || isSuspicious) return [];
  return [{ ...suggestion, confidence: Math.min(suggestion.confidence, FOREIGN_WORTH) }];
}

function isUsable(tag: string, raw: string): boolean {
  const words = tag.split(' ').length;
  const isSentence = words > 2 && /[.!?。！？]["'”’»]?\s*$/u.test(raw);
  return tagProblem(tag) === null && !isSentence && words <= MAX_WORDS && [...tag].length <= MAX_CHARACTERS;
}
