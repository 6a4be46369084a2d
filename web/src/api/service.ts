import { json, query, request } from './http';
import { everyItem, type List } from './lists';
import { jsonLines } from './streams';
import type {
  Checked,
  Cluster,
  Connection,
  ConnectionRequest,
  Decision,
  DecisionRequest,
  DiffTotals,
  Exchange,
  ExchangePage,
  ExportedPage,
  Job,
  MappedPage,
  PageDiff,
  ReviewItem,
  StoredPage,
  TagCount,
  TagStatus,
  Wiki,
} from './types';

const wiki = (id: number) => `/service/wikis/${id}`;
const job = (id: string) => `/service/analyze/wiki/cluster/${encodeURIComponent(id)}`;
const exchange = (id: string) => `/service/exchanges/${encodeURIComponent(id)}`;

export interface ReviewFilter {
  readonly status: TagStatus;
  readonly cluster_id?: number;
  readonly tag?: string;
  readonly page_id?: string;
  readonly q?: string;
}

/** The tagging service, as the wiki app's gateway passes it on. */
export const service = {
  wiki: (id: number, signal?: AbortSignal) => json<Pick<Wiki, 'pages' | 'current_job_id'>>(wiki(id), { signal }),
  storedPages: (id: number, signal?: AbortSignal) =>
    everyItem<'pages', StoredPage>(`${wiki(id)}/pages`, 'pages', signal),
  clusters: (id: number, signal?: AbortSignal) =>
    everyItem<'clusters', Cluster>(`${wiki(id)}/clusters`, 'clusters', signal),
  tags: (id: number, signal?: AbortSignal) => everyItem<'tags', TagCount>(`${wiki(id)}/tags`, 'tags', signal),
  map: (id: number, signal?: AbortSignal) => lines<MappedPage>(`${wiki(id)}/map`, signal),
  export: (id: number, signal?: AbortSignal) => lines<ExportedPage>(`${wiki(id)}/export`, signal),

  jobs: async (wiki_id: number, signal?: AbortSignal) =>
    (await json<{ jobs: Job[] }>(`/service/analyze/wiki/cluster${query({ wiki_id })}`, { signal })).jobs,
  job: (id: string, signal?: AbortSignal) => json<Job>(job(id), { signal }),
  events: (id: string, signal: AbortSignal) => request(`${job(id)}/events`, { signal }),
  tell: (id: string, what: 'cancel' | 'resume' | 'undo' | 'apply') =>
    json<unknown>(`${job(id)}/${what}`, { method: 'POST' }),
  diff: (id: string, cursor?: string, signal?: AbortSignal) =>
    json<List<'pages', PageDiff> & { totals: DiffTotals }>(`${job(id)}/diff${query({ cursor, limit: 50 })}`, {
      signal,
    }),

  review: (id: number, filter: ReviewFilter, cursor?: string, signal?: AbortSignal) =>
    json<List<'items', ReviewItem>>(`${wiki(id)}/review${query({ ...filter, cursor, limit: 50 })}`, { signal }),
  decide: (id: number, body: DecisionRequest) =>
    json<{ decision_id: string; changed: number }>(`${wiki(id)}/decisions`, { method: 'POST', body }),
  decisions: (id: number, signal?: AbortSignal) =>
    json<List<'decisions', Decision>>(`${wiki(id)}/decisions`, { signal }),
  takeBack: (id: number, decision: string) => json<void>(`${wiki(id)}/decisions/${decision}`, { method: 'DELETE' }),

  connection: (id: number, signal?: AbortSignal) => json<Connection>(`${wiki(id)}/connection`, { signal }),
  connect: (id: number, body: ConnectionRequest) => json<Connection>(`${wiki(id)}/connection`, { method: 'PUT', body }),
  disconnect: (id: number) => json<void>(`${wiki(id)}/connection`, { method: 'DELETE' }),
  checkConnection: (id: number) => json<Checked>(`${wiki(id)}/connection/check`, { method: 'POST' }),

  exchanges: async (id: number, signal?: AbortSignal) =>
    (await json<{ exchanges: Exchange[] }>(`${wiki(id)}/exchanges`, { signal })).exchanges,
  exchange: (id: string, signal?: AbortSignal) => json<Exchange>(exchange(id), { signal }),
  beginExchange: (id: number, kind: Exchange['kind']) =>
    json<Exchange>(`${wiki(id)}/exchanges`, { method: 'POST', body: { kind } }),
  exchangePages: (id: string, state: string | undefined, cursor?: string, signal?: AbortSignal) =>
    json<List<'pages', ExchangePage>>(`${exchange(id)}/pages${query({ state, cursor })}`, { signal }),
  tellExchange: (id: string, what: 'write' | 'undo' | 'cancel' | 'resume') =>
    json<Exchange>(`${exchange(id)}/${what}`, { method: 'POST' }),
};

async function lines<T>(path: string, signal?: AbortSignal): Promise<T[]> {
  const found: T[] = [];
  for await (const line of jsonLines<T>(await request(path, { signal }))) found.push(line);
  return found;
}
