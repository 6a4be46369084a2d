import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import type { Browser, Page } from 'playwright-core';
import { SAMPLE_FOLDER } from '../../src/demo/source.js';
import { adminLink, describeInBrowser, openPage, picture, startBrowser } from '../support/browser.js';
import { TestService } from '../support/service.js';

/** What stands in each file of a folder. */
const contents = (folder: string) =>
  Object.fromEntries(readdirSync(folder).map((name) => [name, readFileSync(join(folder, name), 'utf8')]));

describeInBrowser('the page with a folder of Markdown', () => {
  let service: TestService;
  let browser: Browser;
  let page: Page;
  const folder = mkdtempSync(join(tmpdir(), 'wikitag-vault-'));
  cpSync(SAMPLE_FOLDER, folder, { recursive: true });
  const before = contents(folder);

  beforeAll(async () => {
    service = await TestService.start({ CONNECTOR_FOLDERS: folder });
    browser = await startBrowser();
    ({ page } = await openPage(browser, adminLink(service)));
  }, 120_000);
  afterAll(async () => {
    await browser?.close();
    await service?.stop();
    rmSync(folder, { recursive: true, force: true });
  });

  const confirm = async (label: string) => {
    await page.getByRole('button', { name: label, exact: true }).first().click();
    await page.getByRole('dialog').getByRole('button', { name: label }).click();
  };

  it('adds a wiki, says why a folder cannot be connected, and connects one', async () => {
    await page.getByLabel('Name').fill('My vault');
    await page.getByRole('button', { name: 'Add' }).click();
    await page.getByRole('heading', { name: 'Where is this wiki?' }).waitFor();
    await page.getByRole('textbox', { name: 'Folder' }).fill('/etc');
    await page.getByRole('button', { name: 'Connect' }).click();
    await page.getByRole('alert').waitFor();
    await page.getByRole('textbox', { name: 'Folder' }).fill(folder);
    await picture(page, 'connect');
    await page.getByRole('button', { name: 'Connect' }).click();
    await page.getByRole('heading', { name: /^Connected: A folder of Markdown/ }).waitFor();
    await page.getByText('Tags can be written.').waitFor();
  });

  it('fetches the pages and tags them', async () => {
    await page.getByRole('button', { name: 'Fetch new and changed pages' }).click();
    await page.getByText('56 created').waitFor();
    await page.getByRole('link', { name: 'Run', exact: true }).click();
    await page.getByText('56 new, 0 changed').waitFor();
    await page.getByRole('button', { name: 'Start' }).click();
    await page.getByRole('heading', { name: /^Run of .* completed$/ }).waitFor();
  });

  it('shows what would be written before it writes', async () => {
    await page.getByRole('link', { name: 'Connect & write' }).click();
    await page.getByRole('button', { name: 'Preview writing tags' }).click();
    await page.locator('ins.tag').first().waitFor();
    await picture(page, 'export');
    expect(contents(folder)).toEqual(before);
  });

  it('writes, and undoes: every byte is as it was', async () => {
    await confirm('Write to the wiki');
    await page.getByText(/\d+ written/).waitFor();
    await page.getByRole('button', { name: 'Undo', exact: true }).waitFor();
    const written = contents(folder);
    expect(written).not.toEqual(before);
    expect(Object.values(written).filter((text) => /^---\n[\s\S]*tags:/.test(text)).length).toBeGreaterThan(40);
    await confirm('Undo');
    await page.getByText('undone', { exact: true }).waitFor();
    expect(contents(folder)).toEqual(before);
  });
});
