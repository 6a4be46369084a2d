import { Problem } from '../../common/problem.js';

/** Who a decision is by: the user that the X-Acting-User header names, else `keyName`. @throws {Problem} validation_failed */
export function deciderOf(header: string | undefined, keyName: string): string {
  if (header === undefined) return keyName;
  if (/^[\x20-\x7e\xa0-\xff]{1,200}$/.test(header)) return header;
  throw new Problem('validation_failed', 'X-Acting-User: must be 1 to 200 printable characters.');
}
