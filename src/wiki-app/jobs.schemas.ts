import { z } from 'zod';
import { wholeParameter } from '../common/storable-text.js';
import type { JobRow } from './jobs.repository.js';
import { STATUSES } from './service-schemas.js';

const time = z.iso.datetime();

export const wikiId = wholeParameter(1, 2_147_483_647, 'wiki_id').meta({ description: 'The wiki.', example: 1 });
export const jobId = z
  .string()
  .regex(/^[\w-]{1,100}$/, 'must be a job_id as POST /api/tags/cluster-tag-wiki gives it')
  .meta({ description: 'The job.', example: 'cluster_wiki_1_9f2c41d07a3b' });

export const startRequest = z.strictObject(
  {
    wiki_id: z.int().min(1).max(2_147_483_647).meta({ description: 'The wiki to tag.', example: 1 }),
    options: z
      .record(z.string(), z.unknown())
      .default({})
      .meta({
        description: 'The options of `POST /analyze/wiki/cluster`, which checks them; every one has a default.',
        example: { dry_run: false },
      }),
  },
  { error: (issue) => (issue.code === 'invalid_type' ? 'must be a JSON object' : undefined) },
);

export const startedJob = z.object({
  job_id: z.string().meta({ description: 'The job.' }),
  status: z.literal('queued').meta({ description: 'It waits for a worker.' }),
  estimated_duration_seconds: z.number().meta({ description: 'About how long it will take, waiting included.' }),
});

export const wikiAppJob = z.looseObject({
  request_id: z.uuid().meta({ description: 'The request that asked for the run; it is there before the job_id is.' }),
  job_id: z.string().nullable().meta({ description: 'The job; null until the service has named it.' }),
  wiki_id: z.int().meta({ description: 'The wiki it tags.' }),
  status: z.enum(['calling', ...STATUSES]).meta({
    description:
      '`calling`: the service was asked, and whether the run has begun is not known yet. The others as in the service.',
  }),
  started_by: z.string().meta({ description: 'The `sub` of who asked for it.' }),
  options: z
    .record(z.string(), z.unknown())
    .meta({ description: 'As they apply, once the run was seen; before, as they were asked for.' }),
  error: z
    .object({
      code: z.string().meta({ description: 'As in problem+json.' }),
      detail: z.string().meta({ description: 'For people.' }),
    })
    .nullable()
    .meta({ description: 'Why there is no run.' }),
  trouble: z
    .string()
    .nullable()
    .meta({ description: 'Why the service could not be asked the last time; it is asked again by itself.' }),
  created_at: time.meta({ description: 'When it was asked for.' }),
  completed_at: time.nullable().meta({ description: 'When the run ended; null before.' }),
  checked_at: time.nullable().meta({ description: 'When the service was last heard of: the rest is as old as that.' }),
  stage: z.string().nullable().meta({ description: 'The stage of the run, once it was seen.' }),
  progress: z
    .record(z.string(), z.int())
    .nullable()
    .meta({ description: 'The counters of the run, once it was seen.' }),
  errors: z
    .array(z.looseObject({ error: z.string().meta({ description: 'What failed and why, for people.' }) }))
    .meta({ description: 'What failed in the run.' }),
});

export const wikiAppJobs = z.object({
  jobs: z.array(wikiAppJob).meta({ description: 'Newest first, at most 100.' }),
});

export type StartRequest = z.output<typeof startRequest>;
export type StartedJob = z.output<typeof startedJob>;
export type WikiAppJob = z.output<typeof wikiAppJob>;

/** A row as users see it: what the service says of the job, and what the wiki app knows better. */
export function describeJob(row: JobRow): WikiAppJob {
  const { request_id, job_id, wiki_id, status, started_by, options, error, trouble, job } = row;
  return {
    stage: null,
    progress: null,
    errors: [],
    completed_at: null,
    options,
    ...job,
    ...{ request_id, job_id, wiki_id, status, started_by, error, trouble },
    created_at: row.created_at.toISOString(),
    checked_at: row.checked_at?.toISOString() ?? null,
  } as WikiAppJob;
}
