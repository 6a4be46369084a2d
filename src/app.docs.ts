import type { INestApplication } from '@nestjs/common';
import { DocumentBuilder, type OpenAPIObject, SwaggerModule } from '@nestjs/swagger';

const SERVICE = [
  'Clusters all pages of a wiki by meaning, tags each cluster once and gives the tags to every page.',
  '',
  '1. `POST /wikis`, 2. `POST /wikis/{wiki_id}/pages`, 3. `POST /analyze/wiki/cluster`,',
  '4. watch `GET /analyze/wiki/cluster/{job_id}` or its `/events`, 5. `GET /wikis/{wiki_id}/export`.',
  '',
  'Press **Authorize** and paste an API key. Errors are `application/problem+json` with a stable `code`.',
].join('\n');

const WIKI_APP = [
  'The side of people: who they are, which wikis they may manage, the runs they start.',
  '',
  'Most of what there is to see and decide about a wiki is a route of the tagging service (`/docs`). Its routes about one wiki',
  'are reached below `/api/service` with a user token, such as `GET /api/service/wikis/{wiki_id}/clusters`: for admins, and for',
  'the owner of the wiki. docs/wiki-app.md lists them.',
  '',
  'Press **Authorize** and paste a user token. Errors are `application/problem+json` with a stable `code`.',
].join('\n');

const isOfWikiApp = (path: string) => path.startsWith('/api/');

/** Two documents, for two kinds of readers with two kinds of keys: the tagging service and the wiki app. */
export function setUpDocs(app: INestApplication): void {
  const about = (title: string, description: string, of: string, isOf: (path: string) => boolean) => {
    const scheme = { type: 'http', scheme: 'bearer', bearerFormat: of, description: `Your ${of}` } as const;
    const document = new DocumentBuilder()
      .setTitle(title)
      .setDescription(description)
      .setVersion('1')
      .addBearerAuth(scheme)
      .addSecurityRequirements('bearer')
      .build();
    return () => withPaths(SwaggerModule.createDocument(app, document), isOf);
  };
  const options = { swaggerOptions: { persistAuthorization: true, displayRequestDuration: true } };
  SwaggerModule.setup(
    'docs',
    app,
    about('wikitag', SERVICE, 'API key', (path) => !isOfWikiApp(path)),
    {
      ...options,
      jsonDocumentUrl: 'openapi.json',
      customSiteTitle: 'wikitag API',
    },
  );
  SwaggerModule.setup('api/docs', app, about('wikitag: the wiki app', WIKI_APP, 'user token', isOfWikiApp), {
    ...options,
    jsonDocumentUrl: 'api/openapi.json',
    customSiteTitle: 'wikitag wiki app',
  });
}

function withPaths(document: OpenAPIObject, isWanted: (path: string) => boolean): OpenAPIObject {
  const paths = Object.fromEntries(Object.entries(document.paths).filter(([path]) => isWanted(path)));
  return { ...document, paths };
}
