import { randomUUID } from 'node:crypto';
import type { NestExpressApplication } from '@nestjs/platform-express';
import { DocumentBuilder, SwaggerModule } from '@nestjs/swagger';
import express, { type NextFunction, type Request, type Response } from 'express';
import helmet from 'helmet';
import { identifyCaller, isIdentified } from './access/identify.js';
import { KeyRing } from './access/key-ring.js';
import { withLogContext } from './common/logging.js';
import { ProblemFilter } from './common/problem.filter.js';
import { createValidationPipe } from './common/validation.js';
import { databaseProblem } from './database/problem.js';

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

function setUpDocs(app: NestExpressApplication): void {
  const description = [
    'Clusters all pages of a wiki by meaning, tags each cluster once and gives the tags to every page.',
    '',
    '1. `POST /wikis`, 2. `POST /wikis/{wiki_id}/pages`, 3. `POST /analyze/wiki/cluster`,',
    '4. watch `GET /analyze/wiki/cluster/{job_id}` or its `/events`, 5. `GET /wikis/{wiki_id}/export`.',
    '',
    'Press **Authorize** and paste an API key. Errors are `application/problem+json` with a stable `code`.',
  ].join('\n');
  const document = new DocumentBuilder()
    .setTitle('wikitag')
    .setDescription(description)
    .setVersion('1')
    .addBearerAuth({ type: 'http', scheme: 'bearer', bearerFormat: 'API key', description: 'An API key' })
    .addSecurityRequirements('bearer')
    .build();
  SwaggerModule.setup('docs', app, () => SwaggerModule.createDocument(app, document), {
    jsonDocumentUrl: 'openapi.json',
    customSiteTitle: 'wikitag API',
    swaggerOptions: { persistAuthorization: true, displayRequestDuration: true },
  });
}
