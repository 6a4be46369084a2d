import { z } from 'zod';
import { RUN_STAGES, RUN_STATUSES } from '../pipeline/run.js';

const share = z.number().min(0).max(1);

export const wikiId = z.coerce
  .number()
  .int()
  .min(1)
  .max(2_147_483_647)
  .meta({ description: 'The wiki, as `POST /wikis` named it.', example: 1 });
export const jobId = z
  .string()
  .regex(/^[\w-]{1,100}$/, 'must be a job_id as POST /analyze/wiki/cluster gives it')
  .meta({ description: 'The job.', example: 'cluster_wiki_1_9f2c41d07a3b' });

const options = z
  .strictObject({
    method: z
      .enum(['auto', 'hdbscan'])
      .default('auto')
      .meta({ description: '`auto`: what serves wikis best. `hdbscan`: plain HDBSCAN* on the vectors as they are.' }),
    min_cluster_size: z
      .number()
      .int()
      .min(2)
      .max(10_000)
      .optional()
      .meta({ description: 'Fewest pages that make a cluster. Absent: chosen from the wiki.', example: 3 }),
    outlier_threshold: share.default(1).meta({
      description: 'A page with a higher outlier score counts as an outlier, inside a cluster too. 1 turns that off.',
    }),
    auto_apply_threshold: share
      .default(0.7)
      .meta({ description: 'A page-tag with a lower confidence is stored as `suggested`, not `applied`.' }),
    handle_outliers: z.enum(['individual', 'nearest', 'skip']).default('nearest').meta({
      description:
        'Pages in no cluster: `nearest` gives them the tags of the nearest cluster with low confidence, `individual` tags each on its own (one LLM call a page), `skip` leaves them without.',
    }),
    regenerate_clusters: z.boolean().default(true).meta({
      description:
        '`false` keeps the current clusters, gives new and changed pages to them, and tags only what has no tags yet.',
    }),
    dry_run: z.boolean().default(false).meta({
      description:
        '`true`: the wiki keeps its clusters and tags. `GET …/{job_id}/diff` shows what would change, `POST …/{job_id}/apply` makes it so.',
    }),
  })
  .prefault({});

export const startRequest = z.strictObject(
  {
    wiki_id: z.number().int().min(1).max(2_147_483_647).meta({ description: 'The wiki to tag.', example: 1 }),
    callback_url: z
      .url({ protocol: /^https?$/, error: 'must be an http(s) URL' })
      .max(2000)
      .optional()
      .meta({
        description:
          'Where to send a signed message (Standard Webhooks) when the run has ended, however it ended. A public http(s) address, without user name and password.',
        example: 'https://wiki.example.com/hooks/tags?run=1',
      }),
    options: options.meta({ description: 'How to do it; every option has a default.' }),
  },
  {
    error: (issue) =>
      issue.code === 'unrecognized_keys'
        ? `unknown field ${issue.keys?.slice(0, 5).join(', ')}; known are wiki_id, options and callback_url`
        : 'send a JSON object like {"wiki_id": 1}, with content-type application/json',
  },
);

export const startAnswer = z.object({
  job_id: z.string().meta({ description: 'Ask for the job by this id.', example: 'cluster_wiki_1_9f2c41d07a3b' }),
  status: z.literal('queued').meta({ description: 'Always `queued` here.' }),
  estimated_duration_seconds: z
    .number()
    .int()
    .meta({ description: 'A guess from the size of the wiki and from earlier runs, the wait in the queue included.' }),
  queue_position: z.number().int().meta({ description: 'Unfinished runs ahead of this one, plus one.' }),
});

const seconds = z.record(z.string(), z.number());
const time = z.iso.datetime();

export const jobSchema = z.object({
  job_id: z.string().meta({ description: 'The job.' }),
  wiki_id: z.number().int().meta({ description: 'The wiki it tags.' }),
  status: z.enum(RUN_STATUSES).meta({
    description:
      '`completed` with entries in `errors` is a partial success: those clusters were skipped, the rest is kept.',
  }),
  stage: z.enum(RUN_STAGES).meta({ description: 'The stage it is in, or ended in.' }),
  options: z.record(z.string(), z.unknown()).meta({ description: 'The options as they apply, defaults filled in.' }),
  progress: z
    .object({
      pages_fetched: z.number().int().meta({ description: 'Published pages of the wiki.' }),
      clusters_created: z.number().int().meta({ description: 'Clusters found, over all layers.' }),
      clusters_processed: z.number().int().meta({ description: 'Clusters tagged or given up.' }),
      tags_generated: z.number().int().meta({ description: 'Tags given to clusters.' }),
      tags_applied: z.number().int().meta({ description: 'Page-tags stored with status `applied`.' }),
      outliers_handled: z.number().int().meta({ description: 'Outlier pages dealt with.' }),
    })
    .meta({ description: 'Live counters.' }),
  errors: z
    .array(
      z.object({
        cluster_id: z
          .number()
          .int()
          .nullable()
          .meta({ description: 'The cluster that it was about; null: the run as a whole, or a page.' }),
        stage: z.string().meta({ description: 'Where it failed.' }),
        error: z.string().meta({ description: 'What failed and why, for people.' }),
      }),
    )
    .meta({ description: 'What failed; the rest of the run is kept.' }),
  attempts: z.number().int().meta({ description: 'How often a worker took the run.' }),
  setback: z
    .object({
      error: z.string().meta({ description: 'What is in the way.' }),
      times: z.number().int().meta({ description: 'How often in a row.' }),
      next_look_at: time.nullable().meta({ description: 'Not before then is it tried again.' }),
    })
    .nullable()
    .meta({ description: 'Why an unfinished run stands still, such as a full disk; it goes on by itself.' }),
  timings: seconds.meta({ description: 'Seconds of each finished stage.' }),
  compute: z
    .looseObject({
      backend: z.string().nullable().meta({ description: 'native, js, onnx or tfjs-gpu; null before the clustering.' }),
      device: z.string().nullable().meta({ description: 'Where it ran, such as `cpu avx2 x 2 threads`.' }),
      gpu_utilization: z
        .union([
          z.string().meta({ description: '`not measured: ` and why.' }),
          z.object({
            gpu: z.string().meta({ description: 'The busiest GPU of the machine.' }),
            mean_percent: z.number().meta({ description: 'Mean of the samples.' }),
            max_percent: z.number().meta({ description: 'The highest of them.' }),
            max_memory_mib: z.number().nullable().meta({ description: 'Most memory in use, by whoever.' }),
            samples: z.number().int().meta({ description: 'How many there were, two a second.' }),
            note: z.string().optional().meta({ description: 'Why there are fewer than there should be.' }),
          }),
        ])
        .optional()
        .meta({ description: 'As nvidia-smi measured it while the clustering ran.' }),
    })
    .meta({ description: 'Backend and device of the clustering, and what it chose and why.' }),
  queue_position: z.number().int().nullable().meta({ description: 'Place in the queue; null once it runs.' }),
  created_at: time.meta({ description: 'When it was asked for.' }),
  started_at: time.nullable().meta({ description: 'When a worker first took it.' }),
  completed_at: time.nullable().meta({ description: 'When it ended, however it ended.' }),
  dry_run: z.boolean().meta({ description: 'Whether it was started as a dry run.' }),
  applied_at: time
    .nullable()
    .meta({ description: 'When a dry run was made real; null: it was not, or is no dry run.' }),
  undone_at: time.nullable().meta({ description: 'When it was undone; null: it was not.' }),
});

export const jobList = z.object({ jobs: z.array(jobSchema).meta({ description: 'Newest first, at most 100.' }) });

export type StartRequest = z.output<typeof startRequest>;
export type StartAnswer = z.output<typeof startAnswer>;
export type Job = z.output<typeof jobSchema>;
