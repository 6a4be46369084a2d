import type { Job } from '../src/jobs/jobs.schemas.js';
import { TestService } from '../test/support/service.js';
import { untilEnd } from '../test/support/wiki-client.js';
import { MemoryWatch } from './process-memory.js';

export interface BarePage {
  readonly page_id: string;
  readonly title: string;
  readonly text: string;
}

export interface WholeRun {
  readonly job: Job;
  /** Pages that the import created. */
  readonly pages: number;
  readonly importSeconds: number;
  /** From the first byte of the import to `completed`. */
  readonly totalSeconds: number;
  /** The most that all processes together held, in MB. */
  readonly peakMb: number;
}

/** One wiki through a service of its own, from nothing to the end of its run: embedded PostgreSQL, offline tagger. */
export async function wholeRun(name: string, pages: readonly BarePage[]): Promise<WholeRun> {
  const body = pages.map(({ page_id, title, text }) => `${JSON.stringify({ page_id, title, text })}\n`).join('');
  const service = await TestService.start({ TAGGER: 'keywords', LOG_LEVEL: 'warn' });
  try {
    const memory = new MemoryWatch(service.pid);
    const { body: wiki } = await service.post<{ wiki_id: number }>('/wikis', { name });
    const started = performance.now();
    const loaded = await service.post(`/wikis/${wiki.wiki_id}/pages`, body, { 'content-type': 'application/x-ndjson' });
    const imported = performance.now();
    const { body: run } = await service.post<{ job_id: string }>('/analyze/wiki/cluster', { wiki_id: wiki.wiki_id });
    const job: Job = await untilEnd(service, run.job_id);
    const ended = performance.now();
    return {
      job,
      pages: Number(loaded.body['created']),
      importSeconds: (imported - started) / 1000,
      totalSeconds: (ended - started) / 1000,
      peakMb: memory.stop(),
    };
  } finally {
    await service.stop();
  }
}
