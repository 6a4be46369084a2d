import { existsSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe } from '@jest/globals';
import { type Browser, type BrowserContextOptions, chromium, type Page } from 'playwright-core';
import type { TestService } from './service.js';

const CHROMIUM = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'].find(existsSync);
const IMAGES = fileURLToPath(new URL('../../../docs/images/', import.meta.url)); // seen from dist/test/support

/** The tests of a page in a real Chromium: skipped with the reason where there is none, unless it was asked for by name. */
export function describeInBrowser(name: string, tests: () => void): void {
  if (CHROMIUM !== undefined || process.env.BROWSER_TESTS === 'required') {
    describe(name, tests);
    return;
  }
  console.warn(`${name}: skipped, no Chromium is installed here (Debian: apt-get install chromium)`);
  describe.skip(name, tests);
}

/** Chromium without a window, drawing WebGL in software. */
export function startBrowser(...more: string[]): Promise<Browser> {
  if (CHROMIUM === undefined) throw new Error('No Chromium is installed here (Debian: apt-get install chromium).');
  const software = ['--use-gl=angle', '--use-angle=swiftshader', '--enable-unsafe-swiftshader'];
  return chromium.launch({
    executablePath: CHROMIUM,
    args: ['--no-sandbox', '--disable-background-networking', ...(more.length > 0 ? more : software)],
  });
}

export interface OpenPage {
  readonly page: Page;
  /** What the page complained of on the console, or threw. */
  readonly complaints: string[];
  /** Hosts that it asked for anything. */
  readonly hosts: Set<string>;
}

export const WIDE = { width: 1280, height: 860 } as const;
export const NARROW = { width: 390, height: 844 } as const;

/** A page in a session of its own, opened by the link that the service printed, and what it complained of. */
export async function openPage(
  browser: Browser,
  link: string,
  { viewport = WIDE, colorScheme = 'light' as const, ...more }: BrowserContextOptions = {},
): Promise<OpenPage> {
  const context = await browser.newContext({ viewport, colorScheme, reducedMotion: 'reduce', ...more });
  const page = await context.newPage();
  page.setDefaultTimeout(20_000);
  const complaints: string[] = [];
  const hosts = new Set<string>();
  page.on('console', (message) => {
    if (['error', 'warning'].includes(message.type())) complaints.push(`${message.text()} (${message.location().url})`);
  });
  page.on('pageerror', (error) => complaints.push(error.message));
  page.on('request', (request) => hosts.add(new URL(request.url()).host));
  await page.goto(link);
  return { page, complaints, hosts };
}

/** The link with a user's token that the service prints when it starts. */
export function adminLink(service: TestService): string {
  const link = /https?:\S+\/admin#token=\S+/.exec(service.logged)?.[0];
  if (link === undefined) throw new Error(`the service printed no link:\n${service.logged}`);
  return link;
}

/** Goes to a view of a wiki, as a click on its link does, and waits until it is there. */
export async function goToView(page: Page, wikiId: number, view: string, heading: string | RegExp): Promise<void> {
  await page.evaluate(`location.hash = '#/wiki/${wikiId}/${view}'`);
  await page.getByRole('heading', { level: 1, name: heading }).waitFor();
}

/** Keeps a picture for the guides, when asked to by BROWSER_PICTURES=1: other runs leave docs/ alone. */
export async function picture(page: Page, name: string): Promise<void> {
  if (process.env.BROWSER_PICTURES !== '1') return;
  mkdirSync(IMAGES, { recursive: true });
  await page.screenshot({ path: join(IMAGES, `${name}.png`), animations: 'disabled' });
}

/** How many of the pixels of an element stand out from the commonest colour, 0 to 1, and how many colours there are. */
export async function drawn(page: Page, selector: string): Promise<{ share: number; colours: number }> {
  const png = (await page.locator(selector).screenshot()).toString('base64');
  return page.evaluate(`(async () => {
    const bytes = Uint8Array.from(atob('${png}'), (c) => c.charCodeAt(0));
    const image = await createImageBitmap(new Blob([bytes], { type: 'image/png' }));
    const canvas = new OffscreenCanvas(image.width, image.height).getContext('2d');
    canvas.drawImage(image, 0, 0);
    const pixels = new Uint32Array(canvas.getImageData(0, 0, image.width, image.height).data.buffer);
    const counts = new Map();
    for (const pixel of pixels) counts.set(pixel, (counts.get(pixel) ?? 0) + 1);
    const most = Math.max(...counts.values());
    return { share: 1 - most / pixels.length, colours: counts.size };
  })()`);
}
