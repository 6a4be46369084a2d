import { z } from 'zod';
import { type TagSuggestion } from '../types.js';
import { fold } from '../vocabulary/fold.js';
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

/**
 * The tags of an answer that a wiki can carry: cleaned, usable, in the wiki's own spelling where it has one, without
 * repetitions and without the broader group's tags; the 5 surest, surest first. An unusable tag goes alone.
 * @throws {BadAnswerError} none is left
 */
export function usableTags(
  answer: Answer,
  parentTags: readonly string[],
  wikiSpelling: (tag: string) => string,
): readonly TagSuggestion[] {
  const taken = new Set(parentTags.map(fold));
  const kept: TagSuggestion[] = [];
  for (const { tag: raw, confidence } of [...answer.tags].sort((a, b) => b.confidence - a.confidence)) {
    const tag = wikiSpelling(cleanTag(raw));
    if (!isUsable(tag) || taken.has(fold(tag))) continue;
    taken.add(fold(tag));
    kept.push({ tag, confidence });
    if (kept.length === MAX_TAGS) break;
  }
  if (kept.length === 0) throw new BadAnswerError('none of its tags is a short subject tag that is new to the group');
  return kept;
}

function isUsable(tag: string): boolean {
  return tagProblem(tag) === null && tag.split(' ').length <= MAX_WORDS && [...tag].length <= MAX_CHARACTERS;
}
