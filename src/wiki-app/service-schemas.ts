import { z } from 'zod';

// What the wiki app reads of the tagging service's answers. Whatever else they hold is kept as it is.

export const STATUSES = ['queued', 'processing', 'completed', 'failed', 'cancelled'] as const;

export const serviceJob = z.looseObject({
  job_id: z.string(),
  wiki_id: z.int(),
  status: z.enum(STATUSES),
  completed_at: z.iso.datetime().nullable(),
  dry_run: z.boolean().optional(),
  progress: z.looseObject({ pages_fetched: z.int(), clusters_created: z.int(), tags_applied: z.int() }),
  errors: z.array(z.looseObject({ error: z.string() })),
});

export const startAnswer = z.looseObject({ job_id: z.string(), estimated_duration_seconds: z.number() });

export const serviceWiki = z.looseObject({
  wiki_id: z.int(),
  name: z.string(),
  pages: z.int(),
  current_job_id: z.string().nullable(),
  created_at: z.iso.datetime(),
});

export const createdWiki = z.looseObject({ wiki_id: z.int() });
export const serviceWikis = z.looseObject({ wikis: z.array(serviceWiki), next_cursor: z.string().nullable() });

export type ServiceJob = z.output<typeof serviceJob>;
export type StartAnswer = z.output<typeof startAnswer>;
export type ServiceWiki = z.output<typeof serviceWiki>;
