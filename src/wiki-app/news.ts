import { type Queryable, rows } from '../database/rows.js';
import type { ServiceJob } from './service-schemas.js';

export const KINDS = ['started', 'completed', 'failed', 'cancelled'] as const;
export type Kind = (typeof KINDS)[number];

/** What happened to a run, for whoever started it. */
export interface News {
  readonly kind: Kind;
  /** When it happened, ISO 8601 UTC. The same kind at the same time is the same event. */
  readonly at: string;
  /** For people. */
  readonly message: string;
}

/** Tells whoever started the run. @returns false where they were told already */
export async function notify(
  db: Queryable,
  { request_id, started_by }: { readonly request_id: string; readonly started_by: string },
  { kind, at, message }: News,
): Promise<boolean> {
  const told = await rows(
    db,
    `INSERT INTO wiki_app_notifications (sub, request_id, kind, event_at, message) VALUES ($1, $2, $3, $4, $5)
     ON CONFLICT DO NOTHING RETURNING 1`,
    [started_by, request_id, kind, at, message],
  );
  return told.length > 0;
}

/** The news in a job that has ended. */
export function newsOfJob(job: ServiceJob): News | undefined {
  const { status, completed_at } = job;
  if (status === 'queued' || status === 'processing' || completed_at === null) return undefined;
  return { kind: status, at: completed_at, message: SAYS[status](job) };
}

const SAYS: Readonly<Record<'completed' | 'failed' | 'cancelled', (job: ServiceJob) => string>> = {
  completed: ({ wiki_id, dry_run, progress, errors }) => {
    const { pages_fetched, clusters_created, tags_applied } = progress;
    const counts = `${pages_fetched} pages, ${clusters_created} clusters, ${tags_applied} page-tags`;
    const left =
      errors.length === 0
        ? ''
        : ` ${errors.length} errors: what they name was left out; resume the run to try that again.`;
    return `${dry_run ? 'The dry run of' : 'Tagging'} wiki ${wiki_id} is complete: ${counts}.${left}`;
  },
  failed: ({ wiki_id, errors }) =>
    `Tagging wiki ${wiki_id} failed: ${errors[0]?.error ?? 'the service gave no reason'} Resume the run once that is mended.`,
  cancelled: ({ wiki_id }) => `Tagging wiki ${wiki_id} was cancelled. What was done stays; the run can be resumed.`,
};
