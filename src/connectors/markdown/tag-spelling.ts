import { isScalar, isSeq, parseDocument, type YAMLSeq } from 'yaml';
import { tagOf } from './front-matter.js';

/** Characters that no scalar without quotes, or that no scalar at all, may hold as they are. */
const CONTROL = /[\p{Cc}\u2028\u2029\uFEFF]/u;

/** Tags as a list in brackets. */
export const flowList = (tags: readonly string[]) => `[${tags.map((tag) => written(tag)).join(', ')}]`;

/** A tag as YAML, for a list of either kind: in quotes only where it would be something else without, and then as its neighbours. */
export function written(tag: string, list?: YAMLSeq): string {
  if (!CONTROL.test(tag) && isPlain(tag)) return tag;
  const single = list?.items.some((item) => isScalar(item) && item.type === 'QUOTE_SINGLE');
  return single && !CONTROL.test(tag) ? `'${tag.replaceAll("'", "''")}'` : JSON.stringify(tag);
}

/** Whether the tag means itself without quotes, in brackets and on a line of its own. */
function isPlain(tag: string): boolean {
  return [`[${tag}, x]`, `- ${tag}\n- x\n`].every((text) => {
    const { errors, contents } = parseDocument(text);
    if (errors.length > 0 || !isSeq(contents) || contents.items.length !== 2) return false;
    const [first] = contents.items;
    return isScalar(first) && first.type === 'PLAIN' && first.value === tag && tagOf(first) === tag;
  });
}
