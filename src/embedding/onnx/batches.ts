import type { Tokens } from './token-reader.js';

/** Padded tokens of one pass through the model: bounds its memory, and how long a cancelled run goes on. */
const BATCH_TOKENS = 4096;

/** One pass through the model: texts of about one length. */
export interface Batch {
  readonly texts: readonly Tokens[];
  /** For each text: the inputs that read so. */
  readonly inputs: readonly (readonly number[])[];
}

/**
 * Packs texts of about the same length together, longest first, so that little is padded. Texts that are the same to the
 * model are computed once. Which texts share a batch does not depend on their order. Texts without tokens are in none.
 */
export function batchesByLength(texts: readonly Tokens[], batchTokens = BATCH_TOKENS): Batch[] {
  const inputsOf = new Map<string, number[]>();
  texts.forEach(({ ids }, input) => {
    if (ids.length === 0) return;
    const key = ids.join();
    const same = inputsOf.get(key);
    if (same) same.push(input);
    else inputsOf.set(key, [input]);
  });
  const distinct = [...inputsOf.values()].sort(([a], [b]) => compare(texts[a].ids, texts[b].ids));
  const packed: Batch[] = [];
  for (let at = 0; at < distinct.length; ) {
    const width = texts[distinct[at][0]].ids.length;
    const inputs = distinct.slice(at, at + Math.max(Math.floor(batchTokens / width), 1));
    packed.push({ texts: inputs.map(([first]) => texts[first]), inputs });
    at += inputs.length;
  }
  return packed;
}

/** Longer first; among equally long ones by the first id that differs. */
function compare(a: Int32Array, b: Int32Array): number {
  if (a.length !== b.length) return b.length - a.length;
  const at = a.findIndex((id, i) => id !== b[i]);
  return at < 0 ? 0 : a[at] - b[at];
}
