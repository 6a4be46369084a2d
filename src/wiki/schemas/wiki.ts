import { z } from 'zod';
import { listOf, listQuery } from '../../common/list-schemas.js';
import { storableText, whole, wholeParameter } from '../../common/storable-text.js';

const WIKI_ID = { description: 'The number of the wiki.', example: 1 };
const NAME = { description: 'What people call the wiki.', example: 'Handbook' };

export const wikiId = wholeParameter(1, 2_147_483_647, 'wiki_id').meta(WIKI_ID);

export const newWiki = z
  .strictObject(
    {
      name: storableText(1, 200)
        .refine((name) => name.trim() !== '', { error: 'must not be blank' })
        .meta(NAME),
      wiki_id: whole(1)
        .optional()
        .meta({ description: 'The number that your own system gives the wiki. Absent: one is chosen.', example: 1 }),
    },
    {
      error: (issue) =>
        issue.code === 'unrecognized_keys'
          ? `unknown field ${issue.keys?.slice(0, 5).join(', ')}; known are name and wiki_id`
          : 'send a JSON object like {"name": "Handbook"}, with content-type application/json',
    },
  )
  .meta({ description: 'A wiki to make.' });

export const createdWiki = z.object({ wiki_id: z.int().meta(WIKI_ID), name: z.string().meta(NAME) });

export const wiki = createdWiki.extend({
  pages: z.int().meta({ description: 'Pages stored, unpublished ones counted.', example: 4096 }),
  current_job_id: z.string().nullable().meta({
    description: 'The run whose clusters are the current ones; null before the first.',
    example: 'cluster_wiki_1_abc123',
  }),
  created_at: z.iso.datetime().meta({ description: 'When it was made, UTC.', example: '2026-01-31T12:00:00.000Z' }),
});

export const wikiListQuery = listQuery(whole(1));
export const wikiList = listOf('wikis', wiki);

export type NewWiki = z.output<typeof newWiki>;
export type Wiki = z.output<typeof wiki>;
export type WikiListQuery = z.output<typeof wikiListQuery>;
