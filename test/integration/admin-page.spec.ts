import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import express, { type NextFunction, type Request, type Response } from 'express';
import { adminPage } from '../../src/admin/admin-page.js';
import { Problem } from '../../src/common/problem.js';

describe('the web page', () => {
  let folder: string;
  let server: Server;
  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'wikitag-web-'));
    const app = express()
      .use('/built', adminPage(folder))
      .use('/missing', adminPage(join(folder, 'nothing')));
    app.use((error: Problem, _request: Request, response: Response, _next: NextFunction) => {
      response.status(error.getStatus()).json({ code: error.code, detail: error.detail });
    });
    mkdirSync(join(folder, 'assets'));
    writeFileSync(join(folder, 'index.html'), '<!doctype html><title>placeholder</title>');
    writeFileSync(join(folder, 'assets', 'index-B4x9_kQz.js'), 'export {}');
    writeFileSync(join(folder, 'icon.svg'), '<svg/>');
    writeFileSync(join(folder, '.secret'), 'x');
    writeFileSync(join(folder, '..', 'outside.txt'), 'x');
    server = app.listen(0, '127.0.0.1');
    await new Promise((resolve) => server.once('listening', resolve));
  });
  afterAll(async () => {
    await new Promise((resolve) => server.close(resolve));
    rmSync(folder, { recursive: true });
    rmSync(join(folder, '..', 'outside.txt'));
  });
  const get = (path: string) => fetch(`http://127.0.0.1:${(server.address() as AddressInfo).port}${path}`);

  it.each(['/built', '/built/', '/built/wikis/1/review'])(
    'is there at %s, to be asked for anew each time',
    async (path) => {
      const response = await get(path);
      expect([response.status, response.redirected, await response.text()]).toEqual([
        200,
        false,
        expect.stringContaining('placeholder'),
      ]);
      expect(response.headers.get('content-type')).toContain('text/html');
      expect(response.headers.get('cache-control')).toBe('no-cache');
    },
  );

  it('lets files with a hash in their name be kept, and no others', async () => {
    const script = await get('/built/assets/index-B4x9_kQz.js');
    expect(script.headers.get('cache-control')).toBe('public, max-age=31536000, immutable');
    expect(script.headers.get('content-type')).toContain('javascript');
    expect((await get('/built/icon.svg')).headers.get('cache-control')).toBe('no-cache');
  });

  it('may use what comes from here, and no inline script', async () => {
    for (const path of ['/built', '/built/assets/index-B4x9_kQz.js', '/missing']) {
      const policy = (await get(path)).headers.get('content-security-policy');
      expect(policy).toContain("default-src 'self';");
      expect(policy).not.toMatch(/unsafe|http|\*/);
    }
  });

  it.each(['/built/assets/gone.js', '/built/.secret', '/built/..%2foutside.txt', '/built/%2e%2e%2foutside.txt'])(
    'does not give out %s',
    async (path) => {
      const response = await get(path);
      expect(response.status).toBe(404);
      expect(await response.text()).not.toBe('x');
    },
  );

  it('says what to do where it was not built', async () => {
    const response = await get('/missing');
    const body = { code: 'web_page_not_built', detail: expect.stringContaining('npm run build') };
    expect([response.status, await response.json()]).toEqual([404, body]);
  });
});
