import { StandardSchemaValidationPipe } from '@nestjs/common';
import { Problem } from './problem.js';

const SHOWN_ISSUES = 20;

/** Checks what `@Body/@Query/@Param({ schema })` declare; a failure is one 422 problem that lists every field. */
export function createValidationPipe(): StandardSchemaValidationPipe {
  return new StandardSchemaValidationPipe({
    exceptionFactory: (issues) => {
      const errors = issues.slice(0, SHOWN_ISSUES).map((issue) => ({
        field: (issue.path ?? []).map((part) => String(typeof part === 'object' ? part.key : part)).join('.'),
        message: issue.message,
      }));
      const first = errors[0];
      const detail =
        first === undefined
          ? 'The request does not have the right form.'
          : `${first.field && `${first.field}: `}${first.message}. See /docs for the form of this request.`;
      return new Problem('validation_failed', detail, { errors });
    },
  });
}
