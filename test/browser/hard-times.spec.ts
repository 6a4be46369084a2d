import { afterAll, beforeAll, expect, it } from '@jest/globals';
import type { Browser } from 'playwright-core';
import { adminLink, describeInBrowser, goToView, openPage, startBrowser } from '../support/browser.js';
import { samplePages } from '../support/sample-wiki.js';
import { TestService } from '../support/service.js';
import { makeWiki, runToEnd } from '../support/wiki-client.js';

const MADE_PAGES = 10_000;

/** Sixty steps of the wheel and of the pointer, one a frame; gives the milliseconds from frame to frame, sorted. */
const ZOOM_IN_AND_OUT = `(async () => {
  const map = document.querySelector('.map');
  const box = map.getBoundingClientRect();
  const at = { clientX: box.left + box.width * 0.4, clientY: box.top + box.height * 0.5, bubbles: true, cancelable: true };
  const frame = () => new Promise((next) => requestAnimationFrame(next));
  const times = [];
  for (let step = 0, before = await frame(); step < 60; step++) {
    map.dispatchEvent(new WheelEvent('wheel', { ...at, deltaY: step < 30 ? -40 : 40 }));
    map.dispatchEvent(new PointerEvent('pointermove', at));
    const now = await frame();
    times.push(now - before);
    before = now;
  }
  return times.sort((a, b) => a - b);
})()`;

describeInBrowser('the page when something is in the way', () => {
  let service: TestService;
  let browser: Browser;
  let wiki: number;

  beforeAll(async () => {
    service = await TestService.start();
    wiki = await makeWiki(service, samplePages(), 'Sample wiki');
    await runToEnd(service, wiki);
    browser = await startBrowser();
  }, 120_000);
  afterAll(async () => {
    await browser?.close();
    await service?.stop();
  });

  it('loads in less than a second', async () => {
    const { page, complaints } = await openPage(browser, adminLink(service));
    const times: number[] = [];
    for (let round = 0; round < 5; round++) {
      const started = performance.now();
      await page.reload();
      await page.getByRole('link', { name: /Sample wiki/ }).waitFor();
      times.push(performance.now() - started);
    }
    times.sort((a, b) => a - b);
    console.log(
      `page load, to the list of wikis: median ${times[2]!.toFixed(0)} ms of ${times.map((t) => t.toFixed(0))}`,
    );
    expect(times[0]!).toBeLessThan(1000); // the fastest: the others waited for what else this machine does
    expect(complaints).toEqual([]);
    await page.context().close();
  });

  it('asks for the link where there is none, and takes it', async () => {
    const { page } = await openPage(browser, `${service.url}/admin`);
    await page.getByRole('heading', { name: 'This page needs its link' }).waitFor();
    await page.getByLabel('Link or token').fill(adminLink(service));
    await page.getByRole('button', { name: 'Sign in' }).click();
    await page.getByRole('heading', { name: 'Your wikis' }).waitFor();
    await page.context().close();
  });

  it('says what to do where the token is not good', async () => {
    const { page } = await openPage(browser, `${service.url}/admin#token=forged`);
    await page.getByRole('heading', { name: 'This page needs its link' }).waitFor();
    await page.context().close();
  });

  it('takes an address that is not well encoded for what it can', async () => {
    const { page, complaints } = await openPage(browser, adminLink(service));
    await page.getByRole('link', { name: /Sample wiki/ }).waitFor();
    await page.goto(`${service.url}/admin#/wiki/${wiki}/clusters/%`);
    await page.locator('a[aria-current=page]', { hasText: 'Clusters' }).waitFor();
    await page.goto('about:blank');
    await page.goto(`${service.url}/admin#token=%`);
    await page.getByRole('heading', { name: 'This page needs its link' }).waitFor();
    expect(complaints.filter((text) => /URI/.test(text))).toEqual([]);
    await page.context().close();
  });

  it('shows the pages as a list where the browser has no WebGL', async () => {
    const without = await startBrowser('--disable-gpu', '--disable-3d-apis');
    try {
      const { page } = await openPage(without, adminLink(service));
      await goToView(page, wiki, 'map', 'Map');
      await page.getByText('This browser has no WebGL').waitFor();
      await page.getByRole('list', { name: 'Pages by cluster' }).locator('summary').first().waitFor();
    } finally {
      await without.close();
    }
  });

  it('follows a run by asking where events do not come through', async () => {
    const { page } = await openPage(browser, adminLink(service));
    await page.route('**/events', (route) => route.abort());
    await goToView(page, wiki, 'run', 'Sample wiki');
    await page.getByRole('button', { name: 'Start' }).click();
    await page.getByRole('progressbar').waitFor();
    await page
      .getByRole('heading', { name: /^Run of .* completed$/ })
      .nth(1)
      .waitFor();
    await page.context().close();
  });

  it('stays smooth with 10,000 pages on the map', async () => {
    const { page } = await openPage(browser, adminLink(service));
    const { clusters } = (await service.get<{ clusters: { cluster_id: number }[] }>(`/wikis/${wiki}/clusters`)).body;
    const made = Array.from({ length: MADE_PAGES }, (_, i) => ({
      page_id: `made-${i}`,
      title: `Made page ${i}`,
      x: Math.cos(i * 2.4) * Math.sqrt(i / MADE_PAGES),
      y: Math.sin(i * 2.4) * Math.sqrt(i / MADE_PAGES),
      cluster_id: clusters[i % clusters.length]!.cluster_id,
      cluster_path: [clusters[i % clusters.length]!.cluster_id],
      tags: [],
    }));
    const body = made.map((line) => `${JSON.stringify(line)}\n`).join('');
    for (const path of ['map', 'export'])
      await page.route(`**/wikis/*/${path}`, (route) => route.fulfill({ contentType: 'application/x-ndjson', body }));
    await goToView(page, wiki, 'map', 'Map');
    await page.getByText('10,000 pages;').waitFor();
    await page.locator('.map .label').first().waitFor();
    // Counted is the processor's time of the page's own thread: how long a frame takes as such depends on what else runs.
    const debuggerOf = await page.context().newCDPSession(page);
    await debuggerOf.send('Performance.enable', { timeDomain: 'threadTicks' });
    const busySeconds = async () =>
      (await debuggerOf.send('Performance.getMetrics')).metrics.find(({ name }) => name === 'TaskDuration')!.value;
    const before = await busySeconds();
    const frames = await page.evaluate<number[]>(ZOOM_IN_AND_OUT);
    const busy = ((await busySeconds()) - before) * 1000;
    console.log(
      `zooming over 10,000 pages: ${(busy / frames.length).toFixed(1)} ms of the page's thread a frame; ` +
        `with software WebGL on this busy machine a frame took ${frames[frames.length >> 1]!.toFixed(0)} ms (median)`,
    );
    expect(busy / frames.length).toBeLessThan(16);
    await page.context().close();
  }, 120_000);

  it('tells in plain words that the service is gone, and starts when it is back', async () => {
    const { page } = await openPage(browser, adminLink(service));
    await goToView(page, wiki, 'run', 'Sample wiki');
    await page.getByRole('button', { name: 'Start' }).waitFor();
    await page.context().setOffline(true);
    await page.getByRole('button', { name: 'Start' }).click();
    await page.getByText('The wiki app does not answer').first().waitFor();
    await page.context().setOffline(false);
    await page.getByRole('button', { name: 'Start' }).click();
    await page.getByRole('progressbar').waitFor();
    await page.context().close();
  });
});
