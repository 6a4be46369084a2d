import type { Job } from '../../src/jobs/jobs.schemas.js';
import type { TestService } from './service.js';

export interface PageInput {
  readonly page_id: string;
  readonly title: string;
  readonly text: string;
  readonly tags?: readonly string[];
  readonly embedding?: readonly number[];
  readonly published?: boolean;
}

export interface ExportedPage {
  readonly page_id: string;
  readonly title: string;
  readonly cluster_id: number | null;
  readonly assigned_cluster_id: number | null;
  readonly cluster_path: number[];
  readonly probability: number;
  readonly outlier_score: number;
  readonly tags: {
    tag: string;
    confidence: number;
    source: string;
    status: string;
    cluster_id: number | null;
    job_id: string | null;
  }[];
}

let made = 0;

/** A new wiki with these pages. */
export async function makeWiki(
  service: TestService,
  pages: readonly PageInput[],
  name = `wiki ${++made}`,
): Promise<number> {
  const { body } = await service.post<{ wiki_id: number }>('/wikis', { name });
  if (pages.length > 0) await loadPages(service, body.wiki_id, pages);
  return body.wiki_id;
}

export async function loadPages(service: TestService, wikiId: number, pages: readonly PageInput[]) {
  const lines = pages.map((page) => `${JSON.stringify(page)}\n`).join('');
  return service.post<{
    received: number;
    created: number;
    updated: number;
    unchanged: number;
    rejected: { line: number; error: string }[];
  }>(`/wikis/${wikiId}/pages`, lines, { 'content-type': 'application/x-ndjson' });
}

/** Starts a run and waits, by its events, until it has ended. */
export async function runToEnd(
  service: TestService,
  wikiId: number,
  options: Record<string, unknown> = {},
  callbackUrl?: string,
): Promise<Job> {
  const request = { wiki_id: wikiId, options, callback_url: callbackUrl };
  const started = await service.post<{ job_id: string }>('/analyze/wiki/cluster', request);
  if (started.status !== 202) throw new Error(`not started: ${started.status} ${JSON.stringify(started.body)}`);
  return untilEnd(service, started.body.job_id);
}

/** Reads the job's event stream to its end, again where it was cut off (its database was away) before the run had ended. */
export async function untilEnd(service: TestService, jobId: string): Promise<Job> {
  for (;;) {
    await service.get(`/analyze/wiki/cluster/${jobId}/events`);
    const { status, body } = await service.get<Job>(`/analyze/wiki/cluster/${jobId}`);
    if (status !== 200) throw new Error(`no job to wait for: ${status} ${JSON.stringify(body)}`);
    if (body.completed_at !== null) return body;
  }
}

export const exportOf = (service: TestService, wikiId: number) =>
  linesOf<ExportedPage>(service, `/wikis/${wikiId}/export`);

export interface MappedPage {
  readonly page_id: string;
  readonly x: number;
  readonly y: number;
  readonly cluster_id: number | null;
}

export const mapOf = (service: TestService, wikiId: number) => linesOf<MappedPage>(service, `/wikis/${wikiId}/map`);

async function linesOf<T>(service: TestService, path: string): Promise<T[]> {
  const { body } = await service.get<string>(path);
  return body
    .split('\n')
    .filter(Boolean)
    .map((line) => JSON.parse(line) as T);
}
