import type { Job, StoredPage } from '../api/types';

export interface PageChanges {
  readonly pages: number;
  readonly added: number;
  readonly changed: number;
}

/** How many pages came or changed since the run that the wiki shows began; all are new where it shows none. */
export function pageChanges(pages: readonly StoredPage[], current: Job | undefined): PageChanges {
  const since = current?.created_at;
  const after = (time: string) => since === undefined || Date.parse(time) > Date.parse(since);
  const added = pages.filter((page) => after(page.created_at)).length;
  return { pages: pages.length, added, changed: pages.filter((page) => after(page.updated_at)).length - added };
}
