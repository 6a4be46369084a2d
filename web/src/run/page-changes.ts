import type { Job, StoredPage } from '../api/types';

export interface PageChanges {
  readonly pages: number;
  readonly added: number;
  readonly changed: number;
}

/** How many pages came or changed since the last run that tagged the wiki began; all are new where there was none. */
export function pageChanges(pages: readonly StoredPage[], jobs: readonly Job[]): PageChanges {
  const since = lastTagging(jobs)?.created_at;
  const after = (time: string) => since === undefined || Date.parse(time) > Date.parse(since);
  const added = pages.filter((page) => after(page.created_at)).length;
  return { pages: pages.length, added, changed: pages.filter((page) => after(page.updated_at)).length - added };
}

/** The run whose tags the wiki has. */
export const lastTagging = (jobs: readonly Job[]): Job | undefined =>
  jobs.find(
    (job) => job.status === 'completed' && job.undone_at == null && (job.dry_run !== true || job.applied_at != null),
  );
