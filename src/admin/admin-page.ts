import { basename } from 'node:path';
import { fileURLToPath } from 'node:url';
import express, { type RequestHandler, type Response } from 'express';
import helmet from 'helmet';
import { Problem } from '../common/problem.js';

/** What vite makes of web/. */
export const WEB_PAGE = fileURLToPath(new URL('../../web', import.meta.url)); // dist/web, from dist/src/admin

const INDEX = 'index.html';
/** vite writes a hash of the content into these names. */
const HASHED = /-[\w-]{8,}\.\w+$/;
const YEAR = 'public, max-age=31536000, immutable';

/** Serves the built web page: everything from here, no inline script, no other host. Mount it at /admin. */
export function adminPage(folder = WEB_PAGE): RequestHandler {
  const page = express.Router();
  page.use(
    helmet.contentSecurityPolicy({
      useDefaults: false,
      directives: {
        defaultSrc: ["'self'"],
        baseUri: ["'none'"],
        formAction: ["'self'"],
        frameAncestors: ["'none'"],
        objectSrc: ["'none'"],
      },
    }),
  );
  const setHeaders = (response: Response, file: string) => {
    response.setHeader('cache-control', HASHED.test(basename(file)) ? YEAR : 'no-cache');
  };
  page.use(express.static(folder, { index: INDEX, redirect: false, setHeaders }));
  // the page's own addresses, such as /admin/wikis/1, are all the same file
  page.get('/{*path}', (request, response, next) => {
    if (/\.\w+$/.test(request.path))
      return next(new Problem('not_found', `There is no file ${request.path} in /admin.`));
    response.sendFile(INDEX, { root: folder, headers: { 'cache-control': 'no-cache' } }, (error) => {
      if (!error) return;
      const missing = (error as NodeJS.ErrnoException).code === 'ENOENT';
      next(
        missing ? new Problem('web_page_not_built', `Build it: npm run build. It is looked for in dist/web.`) : error,
      );
    });
  });
  return page;
}
