import { Problem } from '../../common/problem.js';
import { storableText } from '../../common/storable-text.js';

/** In one line: what comes percent-encoded could hold anything. */
const user = storableText(1, 200).regex(/^\P{Cc}*$/u);

/**
 * Who a decision is by: the user that the X-Acting-User header names, else `keyName`. Headers are ASCII: names in other
 * scripts come as `encodeURI` writes them.
 * @throws {Problem} validation_failed
 */
export function deciderOf(header: string | undefined, keyName: string): string {
  if (header === undefined) return keyName;
  const read = user.safeParse(decoded(header));
  if (read.success) return read.data;
  throw new Problem(
    'validation_failed',
    'X-Acting-User: must be 1 to 200 characters, none of them a control character.',
  );
}

function decoded(text: string): string {
  try {
    return decodeURI(text);
  } catch {
    return text; // a name that happens to have a % in it
  }
}
