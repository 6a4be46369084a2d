import { z } from 'zod';
import { listOf, listQuery } from '../../common/list-schemas.js';
import { storableText, wholeParameter } from '../../common/storable-text.js';
import { pageId } from '../../wiki/schemas/page.js';

const status = z.enum(['suggested', 'applied', 'rejected']);

const item = z.object({
  page_id: z.string().meta({ description: 'The page.', example: 'page-17' }),
  title: z.string().meta({ description: 'Its title.', example: 'Brewing espresso' }),
  tag: z.string().meta({ description: 'The tag.', example: 'coffee' }),
  confidence: z.number().meta({ description: 'How sure the tag is, 0 to 1.', example: 0.63 }),
  source: z.enum(['cluster', 'nearest', 'individual', 'human']).meta({
    description: 'Where it comes from; `human`: it is the new name of a tag that people renamed.',
  }),
  status: status.meta({ description: 'What becomes of it as things stand.' }),
  cluster_id: z.int().nullable().meta({ description: 'The cluster that it comes from; null: none.', example: 12 }),
  cluster_label: z.string().nullable().meta({ description: 'The name of that cluster.', example: 'Coffee' }),
  why: z.string().meta({
    description: 'Why the page has it, in words.',
    example:
      'It comes from the cluster “Coffee”, where the page belongs firmly (93 %). The page says it in so many words.',
  }),
  decision_id: z
    .string()
    .nullable()
    .meta({ description: 'The decision that made it so; null: nobody decided on it.', example: null }),
});

export const reviewQuery = listQuery(z.tuple([pageId, storableText(0)])).extend({
  status: status.default('suggested').meta({ description: 'Tags of this status.' }),
  cluster_id: wholeParameter(0).optional().meta({
    description: 'Tags on the pages of this cluster of the current run, of any layer, and on the outliers put to it.',
    example: 12,
  }),
  tag: storableText(1, 200).optional().meta({ description: 'This tag, in any of its spellings.', example: 'coffee' }),
  page_id: pageId.optional().meta({ description: 'Tags of this page.', example: 'page-17' }),
  q: storableText(1, 200)
    .optional()
    .meta({ description: 'Where the tag or the title of the page has these characters.', example: 'espresso' }),
});
export const reviewList = listOf('items', item);

export type ReviewItem = z.output<typeof item>;
export type ReviewQuery = z.output<typeof reviewQuery>;
