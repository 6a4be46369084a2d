import { z } from 'zod';
import { storableText } from '../../common/storable-text.js';

// What a wiki answers; docs/connectors.md describes it for those who build one. Unknown fields are ignored.

const pageId = storableText(1, 512).refine((id) => id !== '.' && id !== '..');

/** As it stands between the quotes of If-Match. */
const revision = z.string().regex(/^[\x21\x23-\x7e]{1,200}$/);

export const wikiAnswer = z.object({
  title: storableText(1, 200),
  pages: z.int().min(0).optional(),
  can_write: z.boolean().default(true),
});

export const listAnswer = z.object({
  pages: z.array(z.object({ page_id: pageId, revision })),
  next_cursor: storableText(1, 2000).nullish(),
});

export const pageAnswer = z.object({
  page_id: pageId,
  title: z.string(),
  text: z.string(),
  published: z.boolean().default(true),
  tags: z.array(z.string()),
  revision,
});
export type PageAnswer = z.output<typeof pageAnswer>;

export const writtenAnswer = z.object({ revision });
