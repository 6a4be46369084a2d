import { describe, expect, it } from '@jest/globals';
import { newsOfJob } from '../../../src/wiki-app/news.js';
import type { ServiceJob } from '../../../src/wiki-app/service-schemas.js';

const job = (more: Partial<ServiceJob>): ServiceJob => ({
  job_id: 'job_1',
  wiki_id: 7,
  status: 'completed',
  completed_at: '2026-01-31T12:00:00.000Z',
  progress: { pages_fetched: 56, clusters_created: 12, tags_applied: 210 },
  errors: [],
  ...more,
});

describe('the news of a run', () => {
  it.each([
    [{}, 'completed', 'Tagging wiki 7 is complete: 56 pages, 12 clusters, 210 page-tags.'],
    [{ dry_run: true }, 'completed', 'The dry run of wiki 7 is complete: 56 pages, 12 clusters, 210 page-tags.'],
    [{ errors: [{ error: 'x' }, { error: 'y' }] }, 'completed', / 2 errors: .* resume the run/],
    [
      { status: 'failed', errors: [{ error: 'The disk is full.' }] },
      'failed',
      /^Tagging wiki 7 failed: The disk is full\. /,
    ],
    [
      { status: 'cancelled' },
      'cancelled',
      'Tagging wiki 7 was cancelled. What was done stays; the run can be resumed.',
    ],
  ] as const)('%j is %s', (more, kind, message) => {
    const news = newsOfJob(job(more as Partial<ServiceJob>))!;
    expect([news.kind, news.at]).toEqual([kind, '2026-01-31T12:00:00.000Z']);
    if (message instanceof RegExp) expect(news.message).toMatch(message);
    else expect(news.message).toBe(message);
  });

  it('is none before its end', () => {
    expect(newsOfJob(job({ status: 'processing', completed_at: null }))).toBeUndefined();
  });
});
