import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { EmbeddedPostgres } from '../../src/database/embedded/embedded-postgres.js';
import type { Job } from '../../src/jobs/jobs.schemas.js';
import type { Decided, Decision } from '../../src/review/decisions/decisions.schemas.js';
import type { ReviewItem } from '../../src/review/queue/review.schemas.js';
import type { Diff } from '../../src/review/runs/diff.repository.js';
import { type DataFolder, dataFolder } from '../support/data-folder.js';
import { topicPages, unrelatedPages } from '../support/made-pages.js';
import { orphans } from '../support/orphans.js';
import { TestService } from '../support/service.js';
import { exportOf, loadPages, makeWiki, runToEnd } from '../support/wiki-client.js';

/** Most tags are suggestions. */
const CAREFUL = { auto_apply_threshold: 0.95 };
const PAGES = [...topicPages(60, 4), ...unrelatedPages(3)];

describe('review over HTTP', () => {
  let folder: DataFolder;
  let attached: EmbeddedPostgres;
  let service: TestService;

  beforeAll(async () => {
    folder = dataFolder();
    service = await TestService.start({ DATA_DIR: folder.path, TAGGER: 'keywords' });
    attached = await EmbeddedPostgres.start(folder.path);
  });
  afterEach(async () => {
    expect(await orphans(attached.url)).toEqual([]);
  });
  afterAll(async () => {
    await attached?.leave();
    await service?.stop();
    folder.remove();
  });

  const taggedWiki = async (options: Record<string, unknown> = CAREFUL, pages = PAGES) => {
    const wiki = await makeWiki(service, pages);
    return { wiki, job: await runToEnd(service, wiki, options) };
  };
  const bytes = async (wiki: number) => (await service.get<string>(`/wikis/${wiki}/export`)).body;
  const everything = async (wiki: number) => [
    await bytes(wiki),
    (await service.get(`/wikis/${wiki}/clusters`)).body,
    (await service.get<string>(`/wikis/${wiki}/map`)).body,
    (await service.get(`/wikis/${wiki}/tags`)).body,
  ];
  const queue = async (wiki: number, query = '') =>
    (await service.get<{ items: ReviewItem[]; next_cursor: string | null }>(`/wikis/${wiki}/review?limit=1000${query}`))
      .body.items;
  const decide = async (wiki: number, body: object) => {
    const answer = await service.post<Decided>(`/wikis/${wiki}/decisions`, body, { 'x-acting-user': 'anna' });
    expect(answer).toMatchObject({ status: 200 });
    return answer.body;
  };
  const run = (id: string, what: string) =>
    service.post<Job & { code?: string }>(`/analyze/wiki/cluster/${id}/${what}`);
  const diffOf = async (id: string, query = '') =>
    (await service.get<Diff>(`/analyze/wiki/cluster/${id}/diff?limit=1000${query}`)).body;
  const changedPages = (wiki: number) =>
    loadPages(
      service,
      wiki,
      PAGES.slice(0, 20).map((page, i) => ({ ...page, text: `${PAGES[40 + (i % 7)]!.text} ${i}` })),
    );

  it('lists what is suggested with a reason each, page by page, filtered and searched', async () => {
    const { wiki } = await taggedWiki();
    const items = await queue(wiki);
    expect(items.length).toBeGreaterThan(20);
    for (const item of items) {
      expect(item).toMatchObject({ status: 'suggested', decision_id: null });
      expect(item.why).toMatch(/cluster/);
      expect(item.why).toMatch(/The page (says it|does not say it)/);
    }
    const exported = (await exportOf(service, wiki)).flatMap((page) =>
      page.tags.filter((t) => t.status === 'suggested').map((t) => `${page.page_id} ${t.tag}`),
    );
    expect(items.map((item) => `${item.page_id} ${item.tag}`).sort()).toEqual(exported.sort());
    const seen: string[] = [];
    for (let cursor: string | null = ''; cursor !== null; ) {
      const { body }: { body: { items: ReviewItem[]; next_cursor: string | null } } = await service.get(
        `/wikis/${wiki}/review?limit=7${cursor && `&cursor=${cursor}`}`,
      );
      seen.push(...body.items.map((item) => `${item.page_id} ${item.tag}`));
      cursor = body.next_cursor;
    }
    expect(seen).toEqual(items.map((item) => `${item.page_id} ${item.tag}`));
    const [first] = items;
    const upper = encodeURIComponent(first!.tag.toUpperCase());
    expect(await queue(wiki, `&tag=${upper}`)).toEqual(items.filter(({ tag }) => tag === first!.tag));
    expect(await queue(wiki, `&page_id=${first!.page_id}`)).toEqual(
      items.filter(({ page_id }) => page_id === first!.page_id),
    );
    expect(await queue(wiki, `&q=${upper}`)).toEqual(
      items.filter(({ tag, title }) => `${tag}\n${title}`.includes(first!.tag)),
    );
    const member = items.find(({ source }) => source === 'cluster')!;
    const inCluster = await queue(wiki, `&cluster_id=${member.cluster_id}`);
    expect(inCluster).toContainEqual(member);
    expect(inCluster.length).toBeLessThan(items.length);
    expect(await service.get(`/wikis/${wiki}/review?cluster_id=9999`)).toMatchObject({ status: 404 });
    expect(await service.get(`/wikis/${wiki}/review?page_id=none`)).toMatchObject({ status: 404 });
    expect(await service.get(`/wikis/${wiki}/review?status=human`)).toMatchObject({ status: 422 });
  });

  it('keeps a decision on one page through later runs and lets it be taken back', async () => {
    const { wiki } = await taggedWiki();
    const [yes, no, other] = (await queue(wiki)).filter(
      ({ page_id }, i, all) => all.findIndex((item) => item.page_id === page_id) === i,
    );
    await decide(wiki, { decision: 'approve', tag: yes!.tag, page_id: yes!.page_id });
    const rejected = await decide(wiki, { decision: 'reject', tag: no!.tag, page_id: no!.page_id });
    expect(rejected.changed).toBe(1);
    await decide(wiki, { decision: 'rename', tag: other!.tag, new_tag: 'Better Name', page_id: other!.page_id });
    const statuses = async () => {
      const pages = new Map((await exportOf(service, wiki)).map((page) => [page.page_id, page]));
      const of = (item: ReviewItem, tag = item.tag) =>
        pages.get(item.page_id)!.tags.find((t) => t.tag === tag && t.source !== 'human')?.status;
      const better = pages.get(other!.page_id)!.tags.find((t) => t.tag === 'Better Name');
      return [of(yes!), of(no!), of(other!), `${better?.source} ${better?.status} ${better?.confidence}`];
    };
    const wanted = ['applied', 'rejected', 'rejected', 'human applied 1'];
    expect(await statuses()).toEqual(wanted);
    const whys = await queue(wiki, '&status=applied');
    expect(whys.find(({ page_id, tag }) => page_id === yes!.page_id && tag === yes!.tag)!.why).toMatch(
      /^Approved by anna\. /,
    );
    expect(whys.find(({ tag }) => tag === 'Better Name')!.why).toBe(`Renamed from “${other!.tag}” by anna.`);
    for (const regenerate_clusters of [false, true]) {
      await runToEnd(service, wiki, { ...CAREFUL, regenerate_clusters });
      expect(await statuses()).toEqual(wanted);
    }
    const { decisions } = (await service.get<{ decisions: Decision[] }>(`/wikis/${wiki}/decisions`)).body;
    expect(decisions.map((d) => [d.decision, d.tag, d.new_tag, d.page_id, d.decided_by])).toEqual([
      ['rename', other!.tag, 'Better Name', other!.page_id, 'anna'],
      ['reject', no!.tag, null, no!.page_id, 'anna'],
      ['approve', yes!.tag, null, yes!.page_id, 'anna'],
    ]);
    for (const { decision_id } of decisions)
      expect((await service.request('DELETE', `/wikis/${wiki}/decisions/${decision_id}`)).status).toBe(204);
    expect(await service.request('DELETE', `/wikis/${wiki}/decisions/${rejected.decision_id}`)).toMatchObject({
      status: 404,
      body: { code: 'decision_not_found' },
    });
    expect(await statuses()).toEqual(['suggested', 'suggested', 'suggested', 'undefined undefined undefined']);
    const { entries } = (await service.get<{ entries: { action: string }[] }>(`/audit?wiki_id=${wiki}`)).body;
    expect(entries.filter(({ action }) => action === 'tag.decide')).toHaveLength(3);
    expect(entries.filter(({ action }) => action === 'tag.take_back')).toHaveLength(3);
  });

  const kinds = ['approve', 'reject', 'rename'] as const;
  const scopes = ['page', 'cluster', 'wiki'] as const;
  it.each(scopes.flatMap((scope) => kinds.map((kind) => [kind, scope] as const)))(
    'holds through later runs, with the clusters kept and with new ones: %s for a %s',
    async (kind, scope) => {
      const { wiki } = await taggedWiki();
      const { tag, page_id, cluster_id } = (await queue(wiki)).find(({ source }) => source === 'cluster')!;
      const of = { page: `&page_id=${page_id}`, cluster: `&cluster_id=${cluster_id}`, wiki: '' }[scope];
      const about = { page: { page_id }, cluster: { cluster_id }, wiki: {} }[scope];
      const pages = (await queue(wiki, `${of}&tag=${tag}`)).map((item) => item.page_id);
      expect(pages.length).toBeGreaterThanOrEqual(scope === 'page' ? 1 : 2);
      await decide(wiki, { decision: kind, tag, ...about, ...(kind === 'rename' ? { new_tag: 'Brand New' } : {}) });
      await changedPages(wiki);
      for (const regenerate_clusters of [false, true]) {
        await runToEnd(service, wiki, { ...CAREFUL, regenerate_clusters });
        const shown = (await exportOf(service, wiki)).flatMap((page) =>
          page.tags.filter((t) => t.status !== 'rejected').map((t) => `${page.page_id} ${t.tag} ${t.status}`),
        );
        const concerned = kind === 'approve' || scope !== 'wiki' ? pages : PAGES.map((page) => page.page_id);
        for (const page of concerned) {
          if (kind === 'approve') expect(shown).toContain(`${page} ${tag} applied`);
          else for (const status of ['applied', 'suggested']) expect(shown).not.toContain(`${page} ${tag} ${status}`);
        }
        if (kind === 'rename' && scope !== 'wiki')
          for (const page of pages) expect(shown).toContain(`${page} Brand New applied`);
        if (kind === 'rename' && scope === 'wiki')
          expect(shown.filter((t) => t.includes('Brand New applied'))).not.toEqual([]);
      }
    },
  );

  it('decides on the pages of a cluster, and on the whole wiki, also for pages to come', async () => {
    const { wiki } = await taggedWiki(CAREFUL, PAGES.slice(0, 56));
    const items = await queue(wiki);
    const { tag, cluster_id } = items.find(({ source }) => source === 'cluster')!;
    const here = (await queue(wiki, `&cluster_id=${cluster_id}&tag=${tag}`)).length;
    expect(here).toBeGreaterThan(1);
    expect((await decide(wiki, { decision: 'approve', tag, cluster_id })).changed).toBe(here);
    expect(await queue(wiki, `&cluster_id=${cluster_id}&tag=${tag}`)).toEqual([]);
    const { changed, decision_id } = await decide(wiki, { decision: 'rename', tag, new_tag: 'Theirs' });
    expect(changed).toBe((await queue(wiki, '&status=applied&tag=theirs')).length);
    expect(
      (await service.get<{ tags: { tag: string }[] }>(`/wikis/${wiki}/tags`)).body.tags.map((t) => t.tag),
    ).not.toContain(tag);
    await loadPages(service, wiki, PAGES.slice(56));
    for (const regenerate_clusters of [false, true]) {
      await runToEnd(service, wiki, { ...CAREFUL, regenerate_clusters });
      const shown = (await exportOf(service, wiki)).flatMap((page) => page.tags.filter((t) => t.status !== 'rejected'));
      expect(shown.map((t) => t.tag)).not.toContain(tag);
      expect(shown.filter((t) => t.tag === 'Theirs').length).toBeGreaterThanOrEqual(changed);
    }
    await service.request('DELETE', `/wikis/${wiki}/decisions/${decision_id}`);
    expect(await queue(wiki, '&status=applied&tag=theirs')).toEqual([]);
    await decide(wiki, { decision: 'reject', tag });
    expect(await queue(wiki, `&tag=${tag}`)).toEqual([]);
    await runToEnd(service, wiki, CAREFUL);
    expect(await queue(wiki, `&tag=${tag}`)).toEqual([]);
    expect((await queue(wiki, `&status=rejected&tag=${tag}`)).length).toBeGreaterThan(1);
  });

  it('never touches a tag that people gave in the wiki', async () => {
    const pages = PAGES.map((page, i) => (i % 3 === 0 ? { ...page, tags: ['Hers'] } : page));
    const { wiki } = await taggedWiki(CAREFUL, pages);
    const [item] = await queue(wiki);
    await decide(wiki, { decision: 'rename', tag: item!.tag, new_tag: 'hers' });
    await decide(wiki, { decision: 'reject', tag: 'hers', page_id: item!.page_id });
    await decide(wiki, { decision: 'reject', tag: 'Hers' });
    const human = (await exportOf(service, wiki)).filter((p) =>
      p.tags.some((t) => t.tag === 'Hers' && t.job_id === null),
    );
    expect(human.length).toBeGreaterThanOrEqual(21);
    expect(
      await service.post(`/wikis/${wiki}/decisions`, { decision: 'reject', tag: 'nobody has this' }),
    ).toMatchObject({
      status: 404,
      body: { code: 'tag_not_found' },
    });
  });

  it.each([true, false])(
    'runs dry (regenerate_clusters %s): nothing moves, the diff is right, applying is the same',
    async (regenerate_clusters) => {
      const { wiki, job: first } = await taggedWiki();
      const twin = await makeWiki(service, PAGES);
      await runToEnd(service, twin, CAREFUL);
      for (const id of [wiki, twin]) await changedPages(id);
      const [item] = await queue(wiki);
      for (const id of [wiki, twin]) await decide(id, { decision: 'reject', tag: item!.tag });
      const before = await everything(wiki);
      const pagesBefore = await exportOf(service, wiki);
      const dry = await runToEnd(service, wiki, { ...CAREFUL, regenerate_clusters, dry_run: true });
      expect(dry).toMatchObject({ status: 'completed', dry_run: true, applied_at: null, undone_at: null });
      expect(await everything(wiki)).toEqual(before);
      const diff = await diffOf(dry.job_id);
      expect(await run(dry.job_id, 'undo')).toMatchObject({ status: 409, body: { code: 'run_not_undoable' } });
      expect(await run(first.job_id, 'apply')).toMatchObject({ status: 409, body: { code: 'run_not_applicable' } });
      expect(await run(dry.job_id, 'apply')).toMatchObject({ status: 200, body: { applied_at: expect.any(String) } });
      const pagesAfter = await exportOf(service, wiki);
      expect(diff).toMatchObject({ ...diffBetween(pagesBefore, pagesAfter), next_cursor: null });
      expect(diff.totals.pages_changed).toBeGreaterThan(0);
      expect(await diffOf(dry.job_id)).toEqual(diff);
      const real = await runToEnd(service, twin, { ...CAREFUL, regenerate_clusters });
      const anonymous = (text: string) =>
        text
          .replaceAll(dry.job_id, 'J')
          .replaceAll(real.job_id, 'J')
          .replaceAll(`wiki_${wiki}_`, 'W')
          .replaceAll(`wiki_${twin}_`, 'W');
      expect(anonymous(await bytes(wiki)).replace(/cluster_W\w+/g, 'old')).toBe(
        anonymous(await bytes(twin)).replace(/cluster_W\w+/g, 'old'),
      );
      expect(await run(dry.job_id, 'apply')).toMatchObject({ status: 409, body: { code: 'run_not_applicable' } });
      expect(await run(dry.job_id, 'undo')).toMatchObject({ status: 200, body: { undone_at: expect.any(String) } });
      expect(await everything(wiki)).toEqual(before);
    },
  );

  it('undoes a run byte for byte, but for what was decided since', async () => {
    const { wiki, job: first } = await taggedWiki();
    const before = await everything(wiki);
    await changedPages(wiki);
    const job = await runToEnd(service, wiki, { ...CAREFUL, handle_outliers: 'skip' });
    expect(await everything(wiki)).not.toEqual(before);
    const [item] = await queue(wiki);
    const { decision_id } = await decide(wiki, {
      decision: 'rename',
      tag: item!.tag,
      new_tag: 'Since Then',
      page_id: item!.page_id,
    });
    expect(await run(first.job_id, 'undo')).toMatchObject({ status: 409, body: { code: 'run_not_undoable' } });
    expect(await run(job.job_id, 'undo')).toMatchObject({ status: 200 });
    expect(await queue(wiki, '&status=applied&tag=since%20then')).toHaveLength(1);
    expect(await service.get(`/analyze/wiki/cluster/${job.job_id}/diff`)).toMatchObject({
      status: 409,
      body: { code: 'run_without_diff' },
    });
    expect(await run(job.job_id, 'resume')).toMatchObject({ status: 409, body: { code: 'run_not_resumable' } });
    expect(await run(job.job_id, 'undo')).toMatchObject({ status: 409, body: { code: 'run_not_undoable' } });
    await service.request('DELETE', `/wikis/${wiki}/decisions/${decision_id}`);
    expect(await everything(wiki)).toEqual(before);
    expect(await runToEnd(service, wiki, CAREFUL)).toMatchObject({ status: 'completed' });
  });

  it('undoes the first run to a wiki without clusters and tags', async () => {
    const { wiki, job } = await taggedWiki();
    expect((await diffOf(job.job_id)).totals).toMatchObject({ pages_changed: PAGES.length, tags_removed: 0 });
    const [item] = await queue(wiki);
    await decide(wiki, { decision: 'approve', tag: item!.tag, page_id: item!.page_id });
    expect(await run(job.job_id, 'undo')).toMatchObject({ status: 200 });
    const left = (await exportOf(service, wiki)).flatMap((p) =>
      p.tags.map((t) => [p.page_id, t.tag, t.status, t.job_id]),
    );
    expect(left).toEqual([[item!.page_id, item!.tag, 'applied', null]]);
    expect((await service.get<{ clusters: [] }>(`/wikis/${wiki}/clusters`)).body.clusters).toEqual([]);
  });

  it('clears a dry run that a later run made old', async () => {
    const { wiki } = await taggedWiki();
    const dry = await runToEnd(service, wiki, { ...CAREFUL, dry_run: true });
    const second = await runToEnd(service, wiki, { ...CAREFUL, dry_run: true });
    expect(await run(dry.job_id, 'apply')).toMatchObject({ status: 409, body: { code: 'run_not_applicable' } });
    expect(await service.get(`/analyze/wiki/cluster/${dry.job_id}/diff`)).toMatchObject({
      status: 409,
      body: { code: 'run_without_diff' },
    });
    await runToEnd(service, wiki, CAREFUL);
    expect(await run(second.job_id, 'apply')).toMatchObject({ status: 409, body: { code: 'run_not_applicable' } });
  });
});

interface PageTags {
  readonly page_id: string;
  readonly title: string;
  readonly tags: readonly { tag: string; confidence: number; status: string; source: string }[];
}

/** The diff again, from two exports of pages without tags of people. */
function diffBetween(before: readonly PageTags[], after: readonly PageTags[]) {
  const shown = (page: PageTags) => new Map(page.tags.filter((t) => t.status !== 'rejected').map((t) => [t.tag, t]));
  const sure = (a: { confidence: number; tag: string }, b: { confidence: number; tag: string }) =>
    b.confidence - a.confidence || (a.tag < b.tag ? -1 : 1);
  const standing = ({ confidence, status }: { confidence: number; status: string }) => ({ confidence, status });
  const pages = after.flatMap((page, i) => {
    const [old, now] = [shown(before[i]!), shown(page)];
    const added = [...now.values()]
      .filter((t) => !old.has(t.tag))
      .sort(sure)
      .map((t) => ({ tag: t.tag, ...standing(t) }));
    const removed = [...old.values()]
      .filter((t) => !now.has(t.tag))
      .sort(sure)
      .map((t) => ({ tag: t.tag, ...standing(t) }));
    const changed = [...now.values()]
      .filter((t) => {
        const from = old.get(t.tag);
        return from !== undefined && (from.status !== t.status || Math.abs(from.confidence - t.confidence) >= 0.01);
      })
      .sort(sure)
      .map((t) => ({ tag: t.tag, from: standing(old.get(t.tag)!), to: standing(t) }));
    if (added.length + removed.length + changed.length === 0) return [];
    return [{ page_id: page.page_id, title: page.title, added, removed, changed }];
  });
  const sum = (kind: 'added' | 'removed' | 'changed') => pages.reduce((n, page) => n + page[kind].length, 0);
  return {
    pages,
    totals: {
      pages_changed: pages.length,
      tags_added: sum('added'),
      tags_removed: sum('removed'),
      tags_changed: sum('changed'),
    },
  };
}
