import { z } from 'zod';
import { listOf, listQuery } from '../common/list-schemas.js';
import { whole, wholeParameter } from '../common/storable-text.js';

export const STATES = ['pending', 'delivered', 'dead', 'disabled'] as const;

export const webhookId = z
  .string()
  .regex(/^msg_\w{1,100}$/, 'must be a webhook_id such as msg_0f3a…')
  .meta({
    description: 'The message; receivers know it as `webhook-id`.',
    example: 'msg_6f1c2a9be0d14f7c8a55b0c6d7e8f901',
  });

export const webhookListQuery = listQuery(whole(1))
  .extend({
    wiki_id: wholeParameter(1, 2_147_483_647, 'wiki_id')
      .optional()
      .meta({ description: 'Messages about this wiki.', example: 1 }),
    job_id: z
      .string()
      .regex(/^[\w-]{1,100}$/, 'must be a job_id as POST /analyze/wiki/cluster gives it')
      .optional()
      .meta({ description: 'Messages about this job.', example: 'cluster_wiki_1_9f2c41d07a3b' }),
  })
  .refine(({ wiki_id, job_id }) => (wiki_id === undefined) !== (job_id === undefined), {
    error: 'say which messages: either ?wiki_id= or ?job_id=',
  });

const time = z.iso.datetime();

export const webhook = z.object({
  webhook_id: z.string().meta({ description: 'The message; the same in every delivery, as `webhook-id`.' }),
  wiki_id: z.int().meta({ description: 'The wiki it is about.' }),
  job_id: z.string().meta({ description: 'The job it is about.' }),
  type: z.string().meta({ description: 'What happened.', example: 'cluster_tag_wiki.completed' }),
  url: z.string().meta({ description: 'Where it goes, without the values of the query.' }),
  state: z.enum(STATES).meta({
    description:
      '`pending`: will be tried at `next_attempt_at`. `delivered`: answered with 2xx. `dead`: given up after the last attempt. `disabled`: the endpoint has answered 410 Gone.',
  }),
  attempt_count: z.int().meta({ description: 'Attempts so far.' }),
  next_attempt_at: time.nullable().meta({ description: 'When it is tried next; null where it is not.' }),
  created_at: time.meta({ description: 'When it happened.' }),
  delivered_at: time.nullable().meta({ description: 'When it was last delivered.' }),
});

const webhookAttempt = z.object({
  attempt: z.int().meta({ description: 'Counts from 1.' }),
  started_at: time.meta({ description: 'When it began.' }),
  duration_ms: z.int().nullable().meta({ description: 'How long it took.' }),
  status: z.int().nullable().meta({ description: 'The HTTP status of the answer; null where none came.' }),
  error: z.string().nullable().meta({
    description:
      'Why it counts as failed; null where it did not. With `duration_ms` null too: it is under way, or its worker was lost.',
  }),
  response_excerpt: z.string().nullable().meta({ description: 'The beginning of what a failed answer said.' }),
});

export const webhookList = listOf('webhooks', webhook);
export const webhookWithAttempts = webhook.extend({
  attempts: z.array(webhookAttempt).meta({ description: 'Newest first, at most 100.' }),
});

export type Webhook = z.output<typeof webhook>;
export type WebhookAttempt = z.output<typeof webhookAttempt>;
export type WebhookWithAttempts = z.output<typeof webhookWithAttempts>;
export type WebhookListQuery = z.output<typeof webhookListQuery>;
