import { type EmbeddingInput } from './types.js';

/** What an embedding model reads of a page: the title, an empty line, the text. Empty where neither has a word. */
export function pageText({ title, text }: EmbeddingInput): string {
  return [title, text]
    .map((part) => part.trim())
    .filter(Boolean)
    .join('\n\n');
}

/** The first `chars` UTF-16 units of a text, never ending inside a character. */
export function truncate(text: string, chars: number): string {
  return text.length <= chars ? text : text.slice(0, chars).replace(/[\uD800-\uDBFF]$/, '');
}
