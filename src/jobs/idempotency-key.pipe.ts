import { Injectable, type PipeTransform } from '@nestjs/common';
import { Problem } from '../common/problem.js';

const MAX_LENGTH = 255;

/** Checks the Idempotency-Key header, where one was sent. */
@Injectable()
export class IdempotencyKeyPipe implements PipeTransform<string | undefined, string | undefined> {
  transform(value: string | undefined): string | undefined {
    if (value === undefined || /^[\x21-\x7e]{1,255}$/.test(value)) return value;
    throw new Problem(
      'validation_failed',
      `Idempotency-Key: must be 1 to ${MAX_LENGTH} printable ASCII characters without spaces.`,
    );
  }
}
