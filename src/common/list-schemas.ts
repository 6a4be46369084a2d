import { z } from 'zod';
import { decodeCursor } from './cursor.js';
import { wholeParameter } from './storable-text.js';

/** The query of a list: `limit` and an opaque `cursor` that holds a `key`, the sort key of the last item seen. */
export function listQuery<Key extends z.ZodType>(key: Key, defaultLimit = 100) {
  return z.object({
    limit: wholeParameter(1, 1000)
      .default(defaultLimit)
      .meta({ description: 'How many items to give at most, 1 to 1000.', example: defaultLimit }),
    cursor: z
      .string()
      .transform((value, context): z.output<Key> => {
        const decoded = key.safeParse(decodeCursor(value));
        if (decoded.success) return decoded.data;
        context.addIssue('is not a cursor of this list: leave it out, or send the next_cursor of the answer before');
        return z.NEVER;
      })
      .optional()
      .meta({
        description: 'The `next_cursor` of the answer before, to go on after it. Leave it out for the first items.',
        example: 'WyJwYWdlLTEwMCJd',
      }),
  });
}

/** One answer of a list whose items stand under `name`. */
export function listOf(name: string, item: z.ZodType) {
  return z.object({
    [name]: z.array(item).meta({ description: `Some of the ${name}, in a stable order.` }),
    next_cursor: z
      .string()
      .nullable()
      .meta({ description: 'Send it as `cursor` for the next items; null at the end.', example: null }),
  });
}
