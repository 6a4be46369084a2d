import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { afterAll, afterEach, beforeAll, expect, it } from '@jest/globals';
import type { Browser, Page } from 'playwright-core';
import { seriousFaults } from '../support/axe.js';
import {
  adminLink,
  describeInBrowser,
  drawn,
  goToView,
  NARROW,
  type OpenPage,
  openPage,
  picture,
  startBrowser,
} from '../support/browser.js';
import { overlaps } from '../support/overlaps.js';
import { TestService } from '../support/service.js';
import { until } from '../support/until.js';
import { makeWiki } from '../support/wiki-client.js';

const MDN = fileURLToPath(new URL('../../../../shared/data/mdn.jsonl', import.meta.url)); // beside the checkout

if (!existsSync(MDN)) {
  it.skip(`the page on a large wiki: ${MDN} is not here`, () => undefined);
} else {
  describeInBrowser('the page on a wiki of 5,720 pages', () => {
    let service: TestService;
    let browser: Browser;
    let open: OpenPage;
    let page: Page;
    let wiki: number;

    beforeAll(async () => {
      service = await TestService.start({ TAGGER: 'keywords' });
      const lines = readFileSync(MDN, 'utf8').split('\n').filter(Boolean);
      const pages = lines.map((line) => JSON.parse(line) as { id: string; title: string; text: string });
      wiki = await makeWiki(
        service,
        pages.map(({ id, title, text }) => ({ page_id: id, title, text })),
        'MDN',
      );
      browser = await startBrowser();
      open = await openPage(browser, adminLink(service));
      page = open.page;
    }, 120_000);
    afterAll(async () => {
      await browser?.close();
      await service?.stop();
    });

    afterEach(() => {
      expect(open.complaints).toEqual([]);
    });

    const bar = () => page.getByRole('progressbar');
    /** Every value that the bar shows from now on. */
    const watchBar = () =>
      page.evaluate(`(() => {
        window.seen = [];
        const look = () => {
          const now = document.querySelector('[role=progressbar]')?.getAttribute('aria-valuenow');
          if (now != null && now !== seen.at(-1)) seen.push(now);
        };
        new MutationObserver(look).observe(document.body, { subtree: true, childList: true, attributes: true });
      })()`);
    const seenOnBar = async () => (await page.evaluate<string[]>('seen')).map(Number);

    it('moves the bar, and cancels', async () => {
      await goToView(page, wiki, 'run', 'MDN');
      await page.getByText('5,720 new, 0 changed').waitFor();
      await watchBar();
      await page.getByRole('button', { name: 'Start' }).click();
      await bar().waitFor();
      await until(async () => (await seenOnBar()).some((now) => now >= 25), 60_000, 'a quarter of the bar');
      await picture(page, 'progress');
      expect(await seriousFaults(page)).toEqual([]);
      await page.getByRole('button', { name: 'Cancel the run' }).click();
      await page.getByRole('heading', { name: /^Run of .* cancelled$/ }).waitFor();
    }, 120_000);

    it('resumes where it stopped, and comes to the end without going back', async () => {
      await page.getByRole('button', { name: 'Resume' }).click();
      await page.getByRole('heading', { name: /^Run of .* completed$/ }).waitFor({ timeout: 120_000 });
      const seen = await seenOnBar();
      expect(seen.length).toBeGreaterThan(5);
      expect(seen).toEqual([...seen].sort((a, b) => a - b));
    }, 180_000);

    it('draws all pages, labels that do not overlap, and more of them nearer', async () => {
      await goToView(page, wiki, 'map', 'Map');
      await page.getByText('5,720 pages;').waitFor();
      await page.locator('.map .label').first().waitFor();
      expect((await drawn(page, '.map canvas')).share).toBeGreaterThan(0.02);
      await picture(page, 'map-large');
      const box = (await page.getByRole('application').boundingBox())!;
      await page.mouse.move(box.x + box.width * 0.5, box.y + box.height * 0.5);
      const shown = new Set<string>();
      for (let step = 0; step < 8; step++) {
        const labels = await page
          .locator('.map .label')
          .evaluateAll((found) =>
            found.map((label) => ({ text: label.textContent, ...label.getBoundingClientRect().toJSON() })),
          );
        expect(overlaps(labels)).toEqual([]);
        for (const { text } of labels) shown.add(text);
        await page.mouse.wheel(0, -120);
        await page.evaluate('new Promise((drawn) => requestAnimationFrame(() => requestAnimationFrame(drawn)))');
      }
      expect(shown.size).toBeGreaterThan(50);
      const whole = page.getByRole('button', { name: 'Whole map' });
      await whole.click();
      await whole.waitFor({ state: 'detached' });
    }, 120_000);

    it('is in dark and narrow too, and two fingers zoom', async () => {
      const like = { viewport: NARROW, colorScheme: 'dark', hasTouch: true } as const;
      const { page: narrow } = await openPage(browser, adminLink(service), like);
      await goToView(narrow, wiki, 'map', 'Map');
      const labels = narrow.locator('.map .label');
      await labels.first().waitFor();
      expect((await drawn(narrow, '.map canvas')).share).toBeGreaterThan(0.01);
      await picture(narrow, 'map-narrow-dark');
      const before = await labels.allTextContents();
      const box = (await narrow.getByRole('application').boundingBox())!;
      const fingers = await narrow.context().newCDPSession(narrow);
      await fingers.send('Input.synthesizePinchGesture', {
        x: box.x + box.width / 2,
        y: box.y + box.height / 2,
        scaleFactor: 3,
        gestureSourceType: 'touch',
      });
      await until(
        async () => (await labels.allTextContents()).join() !== before.join(),
        10_000,
        'another set of labels',
      );
      expect(await narrow.evaluate('visualViewport.scale')).toBe(1); // the map came nearer, not the page
      await narrow.context().close();
    });
  });
}
