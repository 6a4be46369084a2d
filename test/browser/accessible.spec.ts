import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Browser, Page } from 'playwright-core';
import { seriousFaults } from '../support/axe.js';
import { adminLink, describeInBrowser, goToView, NARROW, openPage, startBrowser, WIDE } from '../support/browser.js';
import { samplePages } from '../support/sample-wiki.js';
import { TestService } from '../support/service.js';
import { until } from '../support/until.js';
import { makeWiki, runToEnd } from '../support/wiki-client.js';

/** Each view with what must be there before it is looked at. */
const VIEWS: readonly (readonly [view: string, heading: string, content: string])[] = [
  ['run', 'Sample wiki', '.runs h3'],
  ['map', 'Map', '.map .label'],
  ['clusters', 'Clusters', '.lines li'],
  ['review', 'Review', '.queue li'],
  ['search', 'Search', '.lines li'],
  ['exchange', 'Connect & write', 'main h2'],
];

describeInBrowser('the page, for everybody', () => {
  let service: TestService;
  let browser: Browser;
  let wiki: number;

  beforeAll(async () => {
    service = await TestService.start();
    wiki = await makeWiki(service, samplePages(), 'Sample wiki');
    await runToEnd(service, wiki, { auto_apply_threshold: 0.9 });
    browser = await startBrowser();
  }, 120_000);
  afterAll(async () => {
    await browser?.close();
    await service?.stop();
  });

  /** Unfolds what is folded, the notifications aside, which lie over the rest. */
  const unfold = (page: Page) =>
    page.evaluate(
      `document.querySelectorAll('main details').forEach((folded, at) => { if (at < 4) folded.open = true })`,
    );

  describe.each(['light', 'dark'] as const)('in %s', (colorScheme) => {
    it.each([
      ['wide', WIDE],
      ['narrow', NARROW],
    ] as const)(
      '%s: axe finds no serious fault, and nothing scrolls sideways',
      async (_, viewport) => {
        const { page } = await openPage(browser, adminLink(service), { viewport, colorScheme });
        const look = async (view: string) => {
          expect({ view, faults: await seriousFaults(page) }).toEqual({ view, faults: [] });
          expect({ view, over: await page.evaluate('document.scrollingElement.scrollWidth - innerWidth') }).toEqual({
            view,
            over: 0,
          });
        };
        await page.getByRole('heading', { name: 'Your wikis' }).waitFor();
        await look('wikis');
        for (const [view, heading, content] of VIEWS) {
          await goToView(page, wiki, view, heading);
          await page.locator(content).first().waitFor();
          await unfold(page);
          await until(async () => (await page.getByText(/^Loading/).count()) === 0, 20_000, 'the end of loading');
          await look(view);
        }
        await goToView(page, wiki, 'map', 'Map');
        await page.getByRole('button', { name: 'As a list' }).click();
        await look('map as a list');
        await goToView(page, wiki, 'review', 'Review');
        await page.getByRole('button', { name: 'Tag by tag' }).click();
        await page.getByRole('rowheader').first().waitFor();
        await look('review tag by tag');
        await page
          .getByRole('button', { name: /^Rename/ })
          .first()
          .click();
        await page.getByRole('dialog').waitFor();
        await look('a dialog');
        await page.keyboard.press('Escape');
        await page.getByLabel(/^Notifications/).click();
        await look('notifications');
        await page.context().close();
      },
      120_000,
    );
  });

  it('goes from the start of a run to a review by the keyboard alone', async () => {
    const { page } = await openPage(browser, adminLink(service));
    /** Tab until the focus is on what has that name: as somebody without a mouse goes about. */
    const tabTo = async (name: RegExp) => {
      const focusedName = `(() => {
        const at = document.activeElement;
        return at?.getAttribute('aria-label') ?? at?.textContent ?? '';
      })()`;
      for (let step = 0; step < 80; step++) {
        await page.keyboard.press('Tab');
        if (name.test(await page.evaluate<string>(focusedName))) return;
      }
      throw new Error(`80 tabs did not lead to ${name}`);
    };
    await page.getByRole('heading', { name: 'Your wikis' }).waitFor();
    await tabTo(/^Sample wiki/);
    await page.keyboard.press('Enter');
    await page.getByRole('button', { name: 'Start' }).waitFor();
    await tabTo(/^Start$/);
    await page.keyboard.press('Enter');
    await page.getByRole('progressbar').waitFor();
    await page.getByRole('button', { name: 'Start' }).waitFor();
    await tabTo(/^Review the tags$/);
    await page.keyboard.press('Enter');
    await page.locator('.queue li').first().waitFor();
    await tabTo(/^“.+” for /);
    const first = await page.locator(':focus').getAttribute('aria-label');
    await page.keyboard.press('r');
    await page
      .locator('.said')
      .filter({ hasText: /^Rejected/ })
      .waitFor();
    const focused = () => page.evaluate<string | null>(`document.activeElement.getAttribute('aria-label')`);
    await until(async () => (await focused()) !== first, 10_000, 'the focus on the next tag');
    expect(await focused()).toMatch(/^“.+” for /);
    await page.keyboard.press('u');
    await page
      .locator('.said')
      .filter({ hasText: /^Taken back/ })
      .waitFor();
    await page.context().close();
  }, 120_000);
});
