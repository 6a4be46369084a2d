import { afterAll, afterEach, beforeAll, expect, it } from '@jest/globals';
import type { Browser, Page } from 'playwright-core';
import {
  adminLink,
  describeInBrowser,
  drawn,
  goToView,
  type OpenPage,
  openPage,
  picture,
  startBrowser,
} from '../support/browser.js';
import { samplePages } from '../support/sample-wiki.js';
import { TestService } from '../support/service.js';
import { until } from '../support/until.js';
import { makeWiki } from '../support/wiki-client.js';

describeInBrowser('the page, from start to finish on the sample wiki', () => {
  let service: TestService;
  let browser: Browser;
  let open: OpenPage;
  let page: Page;
  let wiki: number;

  beforeAll(async () => {
    service = await TestService.start();
    wiki = await makeWiki(service, samplePages(), 'Sample wiki');
    browser = await startBrowser();
    open = await openPage(browser, adminLink(service));
    page = open.page;
  });
  afterAll(async () => {
    await browser?.close();
    await service?.stop();
  });
  afterEach(() => {
    expect(open.complaints).toEqual([]);
  });

  const said = (text: RegExp) => page.locator('.said').filter({ hasText: text }).waitFor();
  const queueItems = () => page.getByRole('list', { name: 'Tags to review' }).getByRole('listitem');

  it('opens by the link alone, and the token is gone from the address', async () => {
    await page.getByRole('heading', { name: 'Your wikis' }).waitFor();
    expect(page.url()).toBe(`${service.url}/admin`);
    await page.getByRole('link', { name: /Sample wiki/ }).click();
    await page.getByRole('heading', { level: 1, name: 'Sample wiki' }).waitFor();
  });

  it('says what a run would have to do, and runs it to its end', async () => {
    await page.getByText('56 new, 0 changed').waitFor();
    await picture(page, 'start');
    await page.getByRole('button', { name: 'Start' }).click();
    await page.getByRole('progressbar').waitFor();
    await page.getByRole('heading', { name: /^Run of .* completed$/ }).waitFor();
    await page.getByText('none new or changed since the last run').waitFor();
  });

  it('tells of the end in a notification that can be marked as read', async () => {
    await page.reload();
    await page.getByLabel('Notifications, 1 unread').click();
    await picture(page, 'run');
    await page.getByRole('button', { name: 'Mark as read' }).click();
    await page.getByLabel('Notifications, 0 unread').click();
  });

  it('draws the map, and a click on a page shows why it has its tags', async () => {
    await goToView(page, wiki, 'map', 'Map');
    await page.locator('.map .label').first().waitFor();
    const { share, colours } = await drawn(page, '.map canvas');
    expect(share).toBeGreaterThan(0.003);
    expect(colours).toBeGreaterThan(20);
    const map = page.getByRole('application');
    await map.focus();
    await page.keyboard.press('ArrowRight');
    const title = await page.locator('.pointed .title').textContent();
    expect(samplePages().map((sample) => sample.title)).toContain(title);
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { level: 2, name: title! }).waitFor();
    await page.locator('.reasons p').first().waitFor();
    await picture(page, 'map');
  });

  it('shows the same pages as a list', async () => {
    await page.getByRole('button', { name: 'As a list' }).click();
    await page.getByRole('list', { name: 'Pages by cluster' }).locator('summary').first().click();
    await page.locator('details[open] button.link').nth(2).waitFor();
  });

  it('shows the layers as a tree that keys move in, and the pages of a cluster with their reasons', async () => {
    await goToView(page, wiki, 'clusters', 'Clusters');
    const rows = page.getByRole('treeitem');
    await rows.first().focus();
    await page.keyboard.press('End');
    await page.keyboard.press('Enter');
    const last = (await rows.last().locator('.name').textContent())!;
    await page.getByRole('treeitem', { selected: true }).filter({ hasText: last }).waitFor();
    await page.getByRole('heading', { level: 2, name: last }).waitFor();
    await page.locator('.lines summary').first().click();
    await page.locator('.reasons p').first().waitFor();
    await picture(page, 'clusters');
  });

  it('keeps an approval and a rejection over a reload', async () => {
    await goToView(page, wiki, 'review', 'Review');
    await queueItems().first().waitFor();
    await picture(page, 'review');
    const name = async () => (await queueItems().first().getAttribute('aria-label'))!.split(',')[0]!;
    const approved = await name();
    await queueItems().first().focus();
    await page.keyboard.press('a');
    await said(/^Approved/);
    await until(async () => (await name()) !== approved, 10_000, 'the next tag to review');
    const rejected = await name();
    await page.keyboard.press('r');
    await said(/^Rejected/);
    await page.reload();
    await queueItems().first().waitFor();
    const left = await queueItems().evaluateAll((items) => items.map((item) => item.getAttribute('aria-label')));
    expect(left.filter((label) => label!.startsWith(approved) || label!.startsWith(rejected))).toEqual([]);
    for (const [status, decided] of [
      ['applied', approved],
      ['rejected', rejected],
    ] as const) {
      await page.getByLabel('Show').selectOption(status);
      await page.getByLabel('Title or tag').fill(/“(.+)”/.exec(decided)![1]!);
      await page.getByRole('button', { name: 'Filter' }).click();
      await page.getByRole('listitem', { name: decided }).waitFor();
    }
  });

  it('takes a decision back', async () => {
    await page.getByText('Decisions so far').click();
    const decisions = page.getByRole('button', { name: /^Take back/ });
    await decisions.first().waitFor();
    const before = await decisions.count();
    await decisions.first().click();
    await said(/^Taken back/);
    expect(before).toBe(2);
  });

  it('renames a tag in the whole wiki', async () => {
    await page.getByRole('button', { name: 'Tag by tag' }).click();
    const tag = (await page.getByRole('rowheader').first().textContent())!;
    await page.getByRole('button', { name: `Rename ${tag} everywhere` }).click();
    await page.getByRole('textbox', { name: /New name/ }).fill('a better name');
    await page.getByRole('dialog').getByRole('button', { name: 'Rename' }).click();
    await page.getByRole('rowheader', { name: 'a better name' }).waitFor();
    expect(await page.getByRole('rowheader', { name: tag, exact: true }).count()).toBe(0);
  });

  it('finds pages by title and tag', async () => {
    await goToView(page, wiki, 'search', 'Search');
    await page.getByText('56 pages', { exact: true }).waitFor();
    await page.getByLabel('Words of a title or a tag').fill('espresso');
    await page.getByText(/\d+ pages? found/).waitFor();
    expect(await page.locator('.lines li').count()).toBeLessThan(20);
    await page.locator('.lines summary').first().click();
    await page.locator('.reasons li').first().waitFor();
    await picture(page, 'search');
  });

  it('shows what a dry run would change and applies it, then undoes it', async () => {
    await goToView(page, wiki, 'run', 'Sample wiki');
    await page.getByText('Options', { exact: true }).click();
    await page.getByLabel('Apply a tag by itself from a confidence of').selectOption('0.85');
    await page.getByRole('button', { name: 'Try it first' }).click();
    await page.getByRole('heading', { name: /^Dry run of .* not applied$/ }).waitFor();
    await page.getByRole('button', { name: 'What would change' }).click();
    await page.getByText(/\d+ pages? would change/).waitFor();
    await picture(page, 'dry-run');
    await page.getByRole('button', { name: 'Apply', exact: true }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Apply' }).click();
    await page
      .getByRole('heading', { name: /^Dry run of .* applied$/ })
      .filter({ hasNotText: 'not applied' })
      .waitFor();
    await page.getByRole('button', { name: 'Undo' }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Undo' }).click();
    await page.getByRole('heading', { name: /undone$/ }).waitFor();
  });

  it('asked its own host and no other', () => {
    expect([...open.hosts]).toEqual([new URL(service.url).host]);
  });
});
