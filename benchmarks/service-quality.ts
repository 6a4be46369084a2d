import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { TestService } from '../test/support/service.js';
import { runToEnd } from '../test/support/wiki-client.js';
import type { Row, Trial } from './trial.js';

const SHARED = fileURLToPath(new URL('../../../shared/', import.meta.url)); // beside the checkout

interface Scores {
  readonly noise: number;
  readonly coverage: number;
  readonly oracle: { readonly f1: number };
  readonly extent_f1: number;
  readonly layer_extent_f1: number;
  readonly name_hit: number;
  readonly calibration_error: number;
  readonly clusters: number;
  readonly vocabulary: { readonly tags: number; readonly near_duplicates: number; readonly median_pages: number };
}

async function once(corpus: string, folder: string): Promise<Row> {
  const service = await TestService.start({ TAGGER: 'keywords', LOG_LEVEL: 'warn' });
  try {
    const { body: wiki } = await service.post<{ wiki_id: number }>('/wikis', { name: corpus });
    const lines = readFileSync(join(SHARED, 'data', `${corpus}.jsonl`), 'utf8')
      .split('\n')
      .filter(Boolean);
    const pages = lines.map((line) => JSON.parse(line) as { id: string; title: string; text: string });
    const body = pages.map(({ id, title, text }) => `${JSON.stringify({ page_id: id, title, text })}\n`).join('');
    await service.post(`/wikis/${wiki.wiki_id}/pages`, body, { 'content-type': 'application/x-ndjson' });
    await runToEnd(service, wiki.wiki_id);
    const file = join(folder, `${corpus}.ndjson`);
    writeFileSync(file, (await service.get<string>(`/wikis/${wiki.wiki_id}/export`)).body);
    const scorer = [
      join(SHARED, 'eval', 'score.mjs'),
      '--corpus',
      join(SHARED, 'data', `${corpus}.jsonl`),
      '--export',
      file,
      '--json',
    ];
    const scores = JSON.parse(execFileSync(process.execPath, scorer, { encoding: 'utf8' })) as Scores;
    const { vocabulary: v } = scores;
    return {
      corpus,
      clusters: scores.clusters,
      noise: scores.noise,
      coverage: scores.coverage,
      f1: scores.oracle.f1,
      layer_extent_f1: scores.layer_extent_f1,
      extent_f1: scores.extent_f1,
      name_hit: scores.name_hit,
      tags: v.tags,
      near_duplicates: v.near_duplicates,
      median_pages: v.median_pages,
      calibration_error: scores.calibration_error,
    };
  } finally {
    await service.stop();
  }
}

/** The tagged wiki as a user gets it, against the human tags it did not see. */
export const serviceQualityTrial: Trial = {
  name: 'service-quality',
  about: 'til and mdn through the service with all defaults and the offline tagger, scored against their human tags',
  async run() {
    if (!existsSync(join(SHARED, 'eval', 'score.mjs'))) return { notRun: `no ${SHARED}eval/score.mjs` };
    const folder = mkdtempSync(join(tmpdir(), 'wikitag-quality-'));
    try {
      const rows: Row[] = [];
      for (const corpus of ['til', 'mdn']) rows.push(await once(corpus, folder));
      return { rows };
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  },
};
