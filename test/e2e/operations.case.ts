import { expect, it } from '@jest/globals';
import { topicPages } from '../support/made-pages.js';
import type { TestService } from '../support/service.js';
import { makeWiki, runToEnd } from '../support/wiki-client.js';

/** What an operator looks at: health, metrics, logs. */
export function operatorsSeeWhatHappens(service: () => TestService): void {
  it('is ready, and says what it looked at', async () => {
    const { status, body } = await service().get('/health/ready');
    expect(status).toBe(200);
    expect(body).toEqual({
      status: 'up',
      checks: { database: { status: 'up' }, queue: { status: 'up' }, worker: { status: 'up' } },
    });
  });

  it('counts runs and page-tags for Prometheus', async () => {
    await runToEnd(service(), await makeWiki(service(), topicPages(40, 4)));
    const { body } = await service().get<string>('/metrics');
    expect(Number(/^wikitag_runs\{status="completed"\} (\d+)$/m.exec(body)?.[1])).toBeGreaterThan(0);
    expect(Number(/^wikitag_page_tags\{status="applied"\} (\d+)$/m.exec(body)?.[1])).toBeGreaterThan(0);
    expect(body).toMatch(/^wikitag_webhooks\{state="pending"\} \d+$/m);
    expect(body).toContain('wikitag_process_resident_memory_bytes');
  });

  it('has the job id in every line that a run logs', async () => {
    const job = await runToEnd(service(), await makeWiki(service(), topicPages(40, 4)));
    const lines = service()
      .logged.split('\n')
      .filter((line) => line.startsWith('{'))
      .map((line) => JSON.parse(line) as { context?: string; msg: string; job_id?: string });
    const stages = lines.filter(({ context, msg }) => context === 'Runner' && /begins|took/.test(msg));
    expect(stages.every(({ job_id }) => job_id !== undefined)).toBe(true);
    for (const stage of ['fetch', 'embed', 'cluster', 'tag', 'outliers', 'finish'])
      expect(
        stages.filter(({ msg, job_id }) => job_id === job.job_id && msg.startsWith(`${stage} `)).length,
      ).toBeGreaterThan(0);
  });
}
