import { z } from 'zod';

/** A NUL, or half of a surrogate pair: JSON can write both, PostgreSQL can store neither. */
const UNSTORABLE = /[\0\p{Surrogate}]/u;

/** A string that PostgreSQL can store, of `low` to `high` UTF-16 units. Messages are for people. */
export function storableText(low: number, high = Number.POSITIVE_INFINITY) {
  const length =
    high === Number.POSITIVE_INFINITY
      ? `must have at least ${low} characters`
      : `must have ${low} to ${high} characters`;
  const bounded = z
    .string({ error: (issue) => (issue.input === undefined ? 'is missing' : 'must be a string') })
    .min(low, length);
  return (Number.isFinite(high) ? bounded.max(high, length) : bounded).refine((value) => !UNSTORABLE.test(value), {
    error: 'must not contain NUL characters or unpaired surrogates: they cannot be stored',
  });
}

/** A whole number that PostgreSQL's `integer` can store. */
export function whole(low: number) {
  const error = `must be a whole number from ${low} to 2147483647`;
  return z.number({ error }).int(error).min(low, error).max(2_147_483_647, error);
}

/** The same, read from a path or a query string; `name` for the message, where the value stands alone. */
export function wholeParameter(low: number, high = 2_147_483_647, name = '') {
  const error = `${name} must be a whole number from ${low} to ${high}`.trim();
  return z.coerce.number({ error }).int(error).min(low, error).max(high, error);
}
