import { json } from './http';
import { everyItem } from './lists';
import type { Me, Notification, RunOptions, Wiki } from './types';

/** The routes of the wiki app itself: who may do what, and who is told. */
export const wikiApp = {
  me: (signal?: AbortSignal) => json<Me>('/me', { signal }),
  wikis: (signal?: AbortSignal) => everyItem<'wikis', Wiki>('/wikis', 'wikis', signal),
  addWiki: (name: string) => json<{ wiki_id: number }>('/wikis', { method: 'POST', body: { name } }),
  start: (wiki_id: number, options: RunOptions) =>
    json<{ job_id: string; estimated_duration_seconds: number }>('/tags/cluster-tag-wiki', {
      method: 'POST',
      body: { wiki_id, options },
    }),
  notifications: async (signal?: AbortSignal) =>
    (await json<{ notifications: Notification[] }>('/notifications', { signal })).notifications,
  read: (id: string) => json<void>(`/notifications/${id}/read`, { method: 'POST' }),
};
