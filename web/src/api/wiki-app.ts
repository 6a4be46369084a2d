import { json } from './http';
import type { Me, Notification, RunOptions, Wiki } from './types';

/** The routes of the wiki app itself: who may do what, and who is told. */
export const wikiApp = {
  me: (signal?: AbortSignal) => json<Me>('/me', { signal }),
  wikis: async (signal?: AbortSignal) => (await json<{ wikis: Wiki[] }>('/wikis', { signal })).wikis,
  addWiki: (name: string) => json<{ wiki_id: number }>('/wikis', { method: 'POST', body: { name } }),
  start: (wiki_id: number, options: RunOptions) =>
    json<{ job_id: string; estimated_duration_seconds?: number }>('/tags/cluster-tag-wiki', {
      method: 'POST',
      body: { wiki_id, options },
    }),
  notifications: async (signal?: AbortSignal) =>
    (await json<{ notifications: Notification[] }>('/notifications', { signal })).notifications,
  read: (id: Notification['id']) => json<void>(`/notifications/${id}/read`, { method: 'POST' }),
};
