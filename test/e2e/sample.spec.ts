import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type DataFolder, dataFolder } from '../support/data-folder.js';
import { samplePages, sampleTopics } from '../support/sample-wiki.js';
import { TestService } from '../support/service.js';
import { type ExportedPage, exportOf, makeWiki, runToEnd } from '../support/wiki-client.js';

const DEMO = fileURLToPath(new URL('../../src/demo.js', import.meta.url)); // dist/src, seen from dist/test/e2e

/** Tags that a librarian would give a page of each topic, folded to lower case; found tags must be among them. */
const GOOD_TAGS: Readonly<Record<string, readonly string[]>> = {
  'bread baking': ['bread', 'baking', 'dough', 'sourdough', 'loaf', 'flour', 'starter', 'yeast', 'sourdough starter'],
  beekeeping: [
    'bees',
    'bee',
    'beekeeping',
    'beekeeper',
    'hive',
    'hives',
    'honey',
    'colony',
    'swarm',
    'queen',
    'apiary',
    'honey bees',
  ],
  astronomy: [
    'telescope',
    'telescopes',
    'astronomy',
    'stargazing',
    'moon',
    'star',
    'stars',
    'sky',
    'night sky',
    'planets',
    'binoculars',
  ],
  'bicycle repair': [
    'bicycle',
    'bicycles',
    'bike',
    'bikes',
    'bicycle repair',
    'bike repair',
    'brake',
    'brakes',
    'wheel',
    'chain',
    'tyre',
    'tyres',
  ],
  coffee: ['coffee', 'espresso', 'coffee beans', 'beans', 'grinder', 'brewing', 'cup'],
  chess: ['chess', 'pawn', 'pawns', 'king', 'opening', 'openings', 'endgame', 'checkmate', 'rook', 'chess openings'],
  houseplants: [
    'houseplants',
    'houseplant',
    'plant',
    'plants',
    'indoor plants',
    'potting',
    'pot',
    'soil',
    'leaves',
    'cuttings',
  ],
};

describe('the sample wiki', () => {
  let service: TestService;
  let pages: (ExportedPage & { topic: string })[];

  beforeAll(async () => {
    service = await TestService.start({ TAGGER: 'keywords' });
    const wiki = await makeWiki(service, samplePages());
    expect(await runToEnd(service, wiki)).toMatchObject({ status: 'completed', errors: [] });
    const topics = sampleTopics();
    pages = (await exportOf(service, wiki)).map((page) => ({ ...page, topic: topics.get(page.page_id)! }));
  });
  afterAll(() => service?.stop());

  it('comes out with every topic found, no cluster that mixes two, and at most 5 % outliers', () => {
    const topicsOf = new Map<number, Set<string>>();
    for (const { cluster_id, topic } of pages)
      if (cluster_id !== null) topicsOf.set(cluster_id, (topicsOf.get(cluster_id) ?? new Set()).add(topic));
    expect([...topicsOf.values()].filter((set) => set.size > 1)).toEqual([]);
    expect(new Set([...topicsOf.values()].flatMap((set) => [...set]))).toEqual(new Set(pages.map((p) => p.topic)));
    expect(pages.filter((p) => p.cluster_id === null).length).toBeLessThanOrEqual(pages.length * 0.05);
  });

  it('gives only tags that a librarian would give', () => {
    const odd = pages.flatMap(({ page_id, topic, tags }) =>
      tags
        .filter((t) => t.status === 'applied' && !GOOD_TAGS[topic]!.includes(t.tag.toLowerCase()))
        .map((t) => `${page_id}: ${t.tag}`),
    );
    expect(odd).toEqual([]);
  });

  it('gives at least 85 % of the pages a tag', () => {
    expect(pages.filter((p) => p.tags.some((t) => t.status === 'applied')).length).toBeGreaterThanOrEqual(
      pages.length * 0.85,
    );
  });
});

describe('npm run demo -- --once', () => {
  let folder: DataFolder;
  beforeAll(() => {
    folder = dataFolder();
  });
  afterAll(() => folder.remove());

  async function demo(...args: string[]): Promise<{ code: number; stdout: string; stderr: string }> {
    const env = { PATH: process.env['PATH'], HOME: process.env['HOME'], DATA_DIR: folder.path, PORT: '0' };
    const child = spawn(process.execPath, [DEMO, ...args], { env, stdio: ['ignore', 'pipe', 'pipe'] });
    let stdout = '';
    let stderr = '';
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      stdout += text;
    });
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      stderr += text;
    });
    const [code] = (await once(child, 'close')) as [number];
    return { code, stdout, stderr };
  }

  it('ends 0 and closes with the summary as one JSON line', async () => {
    const { code, stdout } = await demo('--once');
    expect(code).toBe(0);
    const summary = JSON.parse(stdout.trimEnd().split('\n').at(-1)!);
    expect(Object.keys(summary)).toEqual(['job_id', 'status', 'pages', 'clusters', 'outliers', 'tags', 'seconds']);
    expect(summary).toMatchObject({ status: 'completed', pages: 56 });
    expect(summary.clusters).toBeGreaterThanOrEqual(5);
  });

  it('says what is wrong with its arguments', async () => {
    expect(await demo('--folder', '/nowhere')).toMatchObject({
      code: 1,
      stderr: 'wikitag demo: /nowhere is not a folder.\n',
    });
    expect(await demo('--fodler', 'x')).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('--fodler') as unknown as string,
    });
    expect(await demo('--help')).toMatchObject({
      code: 0,
      stdout: expect.stringContaining('--jsonl FILE') as unknown as string,
    });
  });
});
