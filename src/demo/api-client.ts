import { Readable } from 'node:stream';
import type { Job } from '../jobs/jobs.schemas.js';

export interface Loaded {
  readonly received: number;
  readonly rejected: { line: number; error: string }[];
}

export interface ClusterView {
  readonly cluster_id: number;
  readonly label: string | null;
  readonly size: number;
  readonly tags: { tag: string; confidence: number }[];
  readonly representatives: { page_id: string; title: string }[];
  readonly parent_id: number | null;
}

/** What the demo needs of the API, over HTTP like any other client. */
export class ApiClient {
  constructor(
    private readonly url: string,
    private readonly key: string,
  ) {}

  /** The wiki of that name, made where there is none. */
  async wikiNamed(name: string): Promise<number> {
    for (let cursor: string | undefined = ''; cursor !== undefined; ) {
      const page: { wikis: { wiki_id: number; name: string }[]; next_cursor: string | null } = await this.json(
        `/wikis?limit=1000${cursor && `&cursor=${cursor}`}`,
      );
      const found = page.wikis.find((wiki) => wiki.name === name);
      if (found !== undefined) return found.wiki_id;
      cursor = page.next_cursor ?? undefined;
    }
    return (await this.json<{ wiki_id: number }>('/wikis', { name })).wiki_id;
  }

  async loadPages(wikiId: number, lines: AsyncIterable<string> | Iterable<string>): Promise<Loaded> {
    const body = Readable.toWeb(Readable.from(lines).map((line: string) => Buffer.from(line))) as ReadableStream;
    const init = {
      method: 'POST',
      body,
      duplex: 'half',
      headers: { 'content-type': 'application/x-ndjson' },
    } as RequestInit;
    return (await this.fetch(`/wikis/${wikiId}/pages`, init)).json() as Promise<Loaded>;
  }

  /** The run that is under way for the wiki, e.g. since a demo that was stopped in the middle. */
  async activeRun(wikiId: number): Promise<string | undefined> {
    const { jobs } = await this.json<{ jobs: Job[] }>(`/analyze/wiki/cluster?wiki_id=${wikiId}`);
    return jobs.find((job) => job.status === 'queued' || job.status === 'processing')?.job_id;
  }

  async startRun(wikiId: number): Promise<string> {
    return (await this.json<{ job_id: string }>('/analyze/wiki/cluster', { wiki_id: wikiId })).job_id;
  }

  /** Follows the job's server-sent events until it ends. */
  async watch(jobId: string, onState: (job: Job) => void): Promise<Job> {
    const response = await this.fetch(`/analyze/wiki/cluster/${jobId}/events`);
    let text = '';
    for await (const chunk of response.body!.pipeThrough(new TextDecoderStream())) {
      text += chunk;
      for (let end = text.indexOf('\n\n'); end >= 0; end = text.indexOf('\n\n')) {
        const data = text
          .slice(0, end)
          .split('\n')
          .find((line) => line.startsWith('data:'));
        text = text.slice(end + 2);
        if (data !== undefined) onState(JSON.parse(data.slice(5)) as Job);
      }
    }
    return this.json(`/analyze/wiki/cluster/${jobId}`);
  }

  async clusters(wikiId: number): Promise<ClusterView[]> {
    return (await this.json<{ clusters: ClusterView[] }>(`/wikis/${wikiId}/clusters?limit=1000`)).clusters;
  }

  /** Every page of the export. */
  async export(
    wikiId: number,
  ): Promise<{ cluster_id: number | null; tags: { tag: string; status: string; source: string }[] }[]> {
    const text = await (await this.fetch(`/wikis/${wikiId}/export`)).text();
    return text
      .split('\n')
      .filter(Boolean)
      .map((line) => JSON.parse(line));
  }

  private async json<T>(path: string, body?: unknown): Promise<T> {
    const init =
      body === undefined
        ? {}
        : { method: 'POST', body: JSON.stringify(body), headers: { 'content-type': 'application/json' } };
    return (await this.fetch(path, init)).json() as Promise<T>;
  }

  private async fetch(path: string, init: RequestInit = {}): Promise<Response> {
    const response = await fetch(this.url + path, {
      ...init,
      headers: { ...init.headers, authorization: `Bearer ${this.key}` },
    });
    if (response.ok) return response;
    const problem = (await response.json().catch(() => ({}))) as { title?: string; detail?: string };
    throw new Error(`${path} answered ${response.status}: ${problem.title ?? ''}. ${problem.detail ?? ''}`);
  }
}
