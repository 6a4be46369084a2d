import { randomUUID } from 'node:crypto';
import type { NestExpressApplication } from '@nestjs/platform-express';
import express, { type NextFunction, type Request, type Response } from 'express';
import helmet from 'helmet';
import { identifyCaller, isIdentified } from './access/identify.js';
import { KeyRing } from './access/key-ring.js';
import { adminPage } from './admin/admin-page.js';
import { setUpDocs } from './app.docs.js';
import { withLogContext } from './common/logging.js';
import { ProblemFilter } from './common/problem.filter.js';
import { createValidationPipe } from './common/validation.js';
import { databaseProblem } from './database/problem.js';
import { readWikiAppRequests } from './wiki-app/read-requests.js';
import { UserTokens } from './wiki-app/user-tokens.js';

const JSON_LIMIT = '1mb';
const PAGES_UPLOAD = /^\/wikis\/[^/]+\/pages\/?$/;

/** What every HTTP entry (and every test) puts around the controllers. The app must be made with `bodyParser: false`. */
export function setUpApp(app: NestExpressApplication): void {
  app.disable('x-powered-by');
  app.use(
    helmet({
      contentSecurityPolicy: {
        directives: { scriptSrc: ["'self'", "'unsafe-inline'"], upgradeInsecureRequests: null },
      },
    }),
  );
  app.use((_request: Request, response: Response, next: NextFunction) => {
    const id = randomUUID();
    response.setHeader('x-request-id', id);
    withLogContext({ request_id: id }, next);
  });
  app.use('/admin', adminPage());
  app.use('/api', readWikiAppRequests(app.get(UserTokens)));
  app.use(identifyCaller(app.get(KeyRing)));
  const json = express.json({ limit: JSON_LIMIT, strict: false });
  // Nothing is read for who has no key. Pages are streamed: that route reads the request itself, however large it is.
  app.use((request: Request, response: Response, next: NextFunction) =>
    !isIdentified(request) || (request.method === 'POST' && PAGES_UPLOAD.test(request.path))
      ? next()
      : json(request, response, next),
  );
  app.useGlobalPipes(createValidationPipe());
  app.useGlobalFilters(new ProblemFilter(databaseProblem));
  app.enableShutdownHooks();
  setUpDocs(app);
}
