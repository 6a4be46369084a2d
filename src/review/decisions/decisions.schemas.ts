import { z } from 'zod';
import { listOf, listQuery } from '../../common/list-schemas.js';
import { storableText, whole } from '../../common/storable-text.js';
import { pageId } from '../../wiki/schemas/page.js';

const DECISION_ID = { description: 'The decision.', example: 'dec_6f1c2a9be0d14f7c' };
const CHANGED = { description: 'How many pages show other tags because of it.', example: 17 };
const kind = z.enum(['approve', 'reject', 'rename']).meta({
  description:
    '`approve`: the tag is applied, and stays where a later run does not give it. `reject`: it is gone and no run brings it back. `rename`: `new_tag` takes its place, in later runs too.',
});

export const decisionId = z
  .string()
  .regex(/^dec_\w{1,100}$/, 'must be a decision_id such as dec_6f1c…')
  .meta(DECISION_ID);

export const newDecision = z
  .strictObject(
    {
      decision: kind,
      tag: storableText(1, 200).meta({ description: 'The tag, in any of its spellings.', example: 'coffee' }),
      page_id: pageId.optional().meta({ description: 'For this page alone.', example: 'page-17' }),
      cluster_id: whole(0)
        .optional()
        .meta({ description: 'For the pages of this cluster of the current run that carry the tag.', example: 12 }),
      new_tag: storableText(1, 200)
        .refine((tag) => tag.trim() === tag && !/\p{Cc}/u.test(tag), {
          error: 'must not begin or end with a space, nor contain line breaks or other control characters',
        })
        .optional()
        .meta({ description: 'What `rename` makes of the tag.', example: 'Coffee' }),
    },
    {
      error: (issue) =>
        issue.code === 'unrecognized_keys'
          ? `unknown field ${issue.keys?.slice(0, 5).join(', ')}; known are decision, tag, page_id, cluster_id and new_tag`
          : 'send a JSON object like {"decision": "approve", "tag": "coffee"}, with content-type application/json',
    },
  )
  .refine(({ decision, new_tag }) => (decision === 'rename') === (new_tag !== undefined), {
    error: 'is needed for a rename, and only there',
    path: ['new_tag'],
  })
  .refine(({ page_id, cluster_id }) => page_id === undefined || cluster_id === undefined, {
    error: 'send page_id or cluster_id, or neither for the whole wiki',
    path: ['cluster_id'],
  })
  .meta({ description: 'Without `page_id` and `cluster_id` it is for the whole wiki.' });

export const decided = z.object({
  decision_id: z.string().meta(DECISION_ID),
  changed: z.int().meta(CHANGED),
});

const decision = decided.extend({
  decision: kind,
  tag: z.string().meta({ description: 'The tag it is about.', example: 'coffee' }),
  new_tag: z.string().nullable().meta({ description: 'What a rename made of it.', example: null }),
  page_id: z
    .string()
    .nullable()
    .meta({ description: 'The page it is about; null: more than one.', example: 'page-17' }),
  cluster_id: z.int().nullable().meta({ description: 'The cluster whose pages it is about.', example: null }),
  job_id: z
    .string()
    .nullable()
    .meta({ description: 'The run that the cluster is of.', example: 'cluster_wiki_1_9f2c41d07a3b' }),
  decided_by: z
    .string()
    .meta({ description: 'Who: the `X-Acting-User` of the request, else the name of its API key.', example: 'anna' }),
  decided_at: z.iso.datetime().meta({ description: 'When.' }),
});

export const decisionListQuery = listQuery(whole(1));
export const decisionList = listOf('decisions', decision);

export type NewDecision = z.output<typeof newDecision>;
export type Decided = z.output<typeof decided>;
export type Decision = z.output<typeof decision>;
export type DecisionListQuery = z.output<typeof decisionListQuery>;
