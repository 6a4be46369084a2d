import { Problem } from '../common/problem.js';

/** Checks the Idempotency-Key header, where one was sent. @throws {Problem} validation_failed */
export function checkIdempotencyKey(value: string | undefined): string | undefined {
  if (value === undefined || /^[\x21-\x7e]{1,255}$/.test(value)) return value;
  throw new Problem(
    'validation_failed',
    'Idempotency-Key: must be 1 to 255 printable ASCII characters without spaces.',
  );
}
