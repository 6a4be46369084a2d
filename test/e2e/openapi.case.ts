import { expect, it } from '@jest/globals';
import type { TestService } from '../support/service.js';

type Schema = {
  $ref?: string;
  description?: string;
  properties?: Record<string, Schema>;
  items?: Schema;
  additionalProperties?: Schema | boolean;
  anyOf?: Schema[];
  allOf?: Schema[];
};
interface Operation {
  summary?: string;
  tags?: string[];
  parameters?: { name: string; description?: string }[];
  requestBody?: { content: Record<string, { schema?: Schema }> };
  'x-who'?: string;
  responses: Record<string, { description?: string; content?: Record<string, { schema?: Schema }> }>;
}
interface Document {
  paths: Record<string, Record<string, Operation>>;
  components: { schemas?: Record<string, Schema> };
}

interface Documented {
  readonly url: string;
  readonly routes: readonly string[];
  /** The refusals that a route must tell of. */
  readonly refusals: (path: string, operation: Operation) => readonly string[];
}

/** Every route of the contract that this service has. */
const ROUTES = [
  'post /wikis',
  'get /wikis',
  'get /wikis/{wiki_id}',
  'delete /wikis/{wiki_id}',
  'post /wikis/{wiki_id}/pages',
  'get /wikis/{wiki_id}/pages',
  'delete /wikis/{wiki_id}/pages/{page_id}',
  'get /wikis/{wiki_id}/clusters',
  'get /wikis/{wiki_id}/clusters/{cluster_id}/pages',
  'get /wikis/{wiki_id}/tags',
  'get /wikis/{wiki_id}/export',
  'get /wikis/{wiki_id}/map',
  'post /analyze/wiki/cluster',
  'get /analyze/wiki/cluster',
  'get /analyze/wiki/cluster/{job_id}',
  'get /analyze/wiki/cluster/{job_id}/events',
  'post /analyze/wiki/cluster/{job_id}/resume',
  'post /analyze/wiki/cluster/{job_id}/cancel',
  'get /analyze/wiki/cluster/{job_id}/diff',
  'post /analyze/wiki/cluster/{job_id}/apply',
  'post /analyze/wiki/cluster/{job_id}/undo',
  'get /wikis/{wiki_id}/review',
  'post /wikis/{wiki_id}/decisions',
  'get /wikis/{wiki_id}/decisions',
  'delete /wikis/{wiki_id}/decisions/{decision_id}',
  'put /wikis/{wiki_id}/connection',
  'get /wikis/{wiki_id}/connection',
  'delete /wikis/{wiki_id}/connection',
  'post /wikis/{wiki_id}/connection/check',
  'post /wikis/{wiki_id}/exchanges',
  'get /wikis/{wiki_id}/exchanges',
  'get /exchanges/{exchange_id}',
  'get /exchanges/{exchange_id}/pages',
  'post /exchanges/{exchange_id}/write',
  'post /exchanges/{exchange_id}/undo',
  'post /exchanges/{exchange_id}/cancel',
  'post /exchanges/{exchange_id}/resume',
  'get /webhooks',
  'get /webhooks/{webhook_id}',
  'post /webhooks/{webhook_id}/redeliver',
  'get /health/live',
  'get /health/ready',
  'get /metrics',
  'post /api-keys',
  'get /api-keys',
  'delete /api-keys/{key_id}',
  'get /audit',
];

const SERVICE: Documented = {
  url: '/openapi.json',
  routes: ROUTES,
  refusals: (path) => (path.startsWith('/health') ? [] : ['401', '403', '429']),
};

/** The same of the wiki app. */
export const WIKI_APP: Documented = {
  url: '/api/openapi.json',
  routes: [
    'post /api/tags/cluster-tag-wiki',
    'get /api/tags/jobs',
    'get /api/tags/jobs/{job_id}',
    'post /api/tags/callback',
    'get /api/notifications',
    'post /api/notifications/{notification_id}/read',
    'get /api/me',
    'get /api/wikis',
    'post /api/wikis',
    'put /api/wikis/{wiki_id}/owner',
  ],
  refusals: (_, { 'x-who': who }) => [
    ...['401', '404'],
    ...(who === 'service' ? [] : ['429']),
    ...(who === 'owner' || who === 'admin' ? ['403'] : []),
  ],
};

/** Names of properties without a description, however deep. */
function unexplained(schema: Schema | undefined, document: Document, path: string, seen = new Set<Schema>()): string[] {
  if (schema === undefined || seen.has(schema)) return [];
  seen.add(schema);
  if (schema.$ref !== undefined)
    return unexplained(document.components.schemas?.[schema.$ref.split('/').at(-1)!], document, path, seen);
  const own = Object.entries(schema.properties ?? {}).flatMap(([name, property]) => [
    ...(property.description === undefined && property.$ref === undefined ? [`${path}.${name}`] : []),
    ...unexplained(property, document, `${path}.${name}`, seen),
  ]);
  const inside = [schema.items, ...(schema.anyOf ?? []), ...(schema.allOf ?? [])].flatMap((s) =>
    unexplained(s, document, path, seen),
  );
  return [...own, ...inside];
}

/** The OpenAPI document tells a stranger everything. */
export function everythingIsDocumented(service: () => TestService, { url, routes, refusals } = SERVICE): void {
  const read = async () => (await service().get<Document>(url)).body;

  it('has every route, with a summary and a group', async () => {
    const { paths } = await read();
    const found = Object.entries(paths).flatMap(([path, methods]) =>
      Object.keys(methods).map((method) => `${method} ${path}`),
    );
    expect(found.sort()).toEqual([...routes].sort());
    const bare = Object.values(paths).flatMap((methods) =>
      Object.values(methods).filter((o) => !o.summary || !o.tags?.length),
    );
    expect(bare).toEqual([]);
  });

  it('explains every parameter and every field', async () => {
    const document = await read();
    const missing = Object.entries(document.paths).flatMap(([path, methods]) =>
      Object.entries(methods).flatMap(([method, operation]) => {
        const at = `${method} ${path}`;
        const schemas = [
          ...Object.values(operation.requestBody?.content ?? {}),
          ...Object.values(operation.responses).flatMap((r) => Object.values(r.content ?? {})),
        ];
        return [
          ...(operation.parameters ?? []).filter((p) => !p.description).map((p) => `${at}: ${p.name}`),
          ...schemas.flatMap(({ schema }) => unexplained(schema, document, at)),
        ];
      }),
    );
    expect(missing).toEqual([]);
  });

  it('lists the errors of every route: the missing key, the bad input, the thing that is not there', async () => {
    const { paths } = await read();
    for (const [path, methods] of Object.entries(paths)) {
      for (const [method, operation] of Object.entries(methods)) {
        const { responses, parameters } = operation;
        const at = `${method} ${path}`;
        const codes = [at, ...Object.keys(responses)];
        expect(codes).toEqual(expect.arrayContaining([...refusals(path, operation)]));
        if ((parameters ?? []).length > 0) expect(codes).toContain('422');
        if (path.includes('{')) expect(codes).toContain('404');
        for (const [status, { description }] of Object.entries(responses))
          expect([at, status, description]).not.toContain('');
      }
    }
  });
}
