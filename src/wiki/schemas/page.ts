import { z } from 'zod';
import { listOf, listQuery } from '../../common/list-schemas.js';
import { storableText } from '../../common/storable-text.js';

const PAGE_ID = { description: 'The page’s id in your own system: 1 to 512 characters.', example: 'page-17' };
const TITLE = { description: 'The title, up to 2,000 characters.', example: 'Brewing espresso' };
const PUBLISHED = {
  description: 'Unpublished pages are stored, but neither clustered nor tagged nor exported.',
  example: true,
};

export const MAX_TAGS = 1000;

/** '.' and '..' are no ids: clients resolve them in a URL, so that DELETE …/pages/.. would delete the whole wiki. */
export const pageId = storableText(1, 512)
  .refine((id) => id !== '.' && id !== '..', { error: "must not be '.' or '..': no URL can name such a page" })
  .meta(PAGE_ID);

/** One page of an upload, its vector aside: that is checked number by number, see import/vector.ts. */
export const pageFields = z.object(
  {
    page_id: pageId,
    title: storableText(0, 2000).meta(TITLE),
    text: storableText(0).meta({ description: 'The text; may be empty.', example: 'Grind the beans finely …' }),
    published: z.boolean('must be true or false').default(true).meta(PUBLISHED),
    tags: z
      .array(storableText(1, 200), 'must be a list of strings')
      .max(MAX_TAGS)
      .nullish()
      .transform((tags) => [...new Set(tags ?? [])])
      .meta({
        description:
          'The tags that people gave the page. They replace those sent before; no run changes them. Absent: none.',
        example: ['coffee'],
      }),
  },
  { error: 'must be a JSON object, one page' },
);

/** The whole page, for the documentation. */
export const page = pageFields.extend({
  embedding: z
    .array(z.number())
    .min(1)
    .nullish()
    .meta({
      description:
        'A vector of the text from a model of your own, the same length for every page of the wiki. Absent: the vector sent before is kept as long as the text stays the same; a page without one gets one from `EMBEDDER`.',
      example: [0.12, -0.5, 0.33],
    }),
  embedding_base64: z.string().nullish().meta({
    description: 'The same as base64 of float32 little-endian bytes: a third of the size. Send one of the two.',
    example: 'j8L1PQAAAL/D9ag+',
  }),
});

const count = (description: string, example: number) => z.int().meta({ description, example });

export const importReport = z.object({
  received: count('Pages found in the body, rejected ones counted. A page sent twice counts twice; the last wins.', 4),
  created: count('Pages that were not there before.', 1),
  updated: count('Pages that differed from what was stored.', 1),
  unchanged: count('Pages that were stored already, just so; nothing was written.', 1),
  rejected: z
    .array(
      z.object({
        line: count('The line, counted from 1; in a JSON array the element.', 3),
        error: z.string().meta({
          description: 'What is wrong with this page. The others are stored all the same.',
          example: 'page_id: must be a string',
        }),
      }),
    )
    .meta({ description: 'The pages that were not stored and why; the first 1,000 of them.' }),
  rejected_count: count('How many pages were not stored.', 1),
});

const listedPage = z.object({
  page_id: z.string().meta(PAGE_ID),
  title: z.string().meta(TITLE),
  published: z.boolean().meta(PUBLISHED),
  tags: z.array(z.string()).meta({ description: 'The tags that people gave the page.', example: ['coffee'] }),
  text_length: count('Characters of the text.', 2048),
  embedding_dims: z
    .int()
    .nullable()
    .meta({ description: 'Length of the vector that was sent with the page; null: none.', example: 1536 }),
  created_at: z.iso.datetime().meta({ description: 'When the page first came, UTC.', example: '2026-01-31T12:00:00Z' }),
  updated_at: z.iso.datetime().meta({ description: 'When it last changed, UTC.', example: '2026-01-31T12:00:00Z' }),
});

/** A cursor of a list in the order of page_id. */
export const pageListQuery = listQuery(pageId);
export const pageList = listOf('pages', listedPage);

export type ImportReport = z.output<typeof importReport>;
export type ListedPage = z.output<typeof listedPage>;
export type PageListQuery = z.output<typeof pageListQuery>;
