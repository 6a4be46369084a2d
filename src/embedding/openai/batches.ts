import { truncate } from '../page-text.js';

/** One request's worth of inputs: their indices and texts. */
export interface Batch {
  readonly indices: readonly number[];
  readonly texts: readonly string[];
}

export interface BatchLimits {
  readonly maxTexts: number;
  /** Of all texts of a request together; one text alone may not be longer than `maxTextChars`. */
  readonly maxChars: number;
  readonly maxTextChars: number;
}

/** Packs the texts in order into requests within the limits. Cuts long ones, never inside a character; skips empty ones. */
export function batches(texts: readonly string[], { maxTexts, maxChars, maxTextChars }: BatchLimits): Batch[] {
  const packed: { indices: number[]; texts: string[]; chars: number }[] = [];
  texts.forEach((text, index) => {
    if (text === '') return;
    const cut = truncate(text, Math.min(maxTextChars, maxChars));
    let last = packed.at(-1);
    if (last === undefined || last.texts.length === maxTexts || last.chars + cut.length > maxChars) {
      last = { indices: [], texts: [], chars: 0 };
      packed.push(last);
    }
    last.indices.push(index);
    last.texts.push(cut);
    last.chars += cut.length;
  });
  return packed.map(({ indices, texts: own }) => ({ indices, texts: own }));
}
