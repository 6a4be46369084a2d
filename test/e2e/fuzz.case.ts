import { expect, it } from '@jest/globals';
import fc from 'fast-check';
import { topicPages } from '../support/made-pages.js';
import type { TestService } from '../support/service.js';
import { makeWiki } from '../support/wiki-client.js';

type Schema = {
  type?: string;
  properties?: Record<string, Schema>;
  items?: Schema;
  anyOf?: Schema[];
  enum?: unknown[];
  $ref?: string;
};
interface Operation {
  parameters?: { name: string; in: string; schema?: Schema }[];
  requestBody?: { content: Record<string, { schema?: Schema }> };
}
interface Document {
  paths: Record<string, Record<string, Operation>>;
  components: { schemas?: Record<string, Schema> };
}

const METHODS = /^(get|post|delete)$/;
const REQUESTS = 1500;

const nasty = fc.oneof(
  fc.constantFrom<unknown>(
    null,
    '',
    '__proto__',
    '..',
    '\u0000',
    '\ud800',
    -1,
    0,
    1,
    2 ** 31,
    1e308,
    'NaN',
    true,
    [],
    {},
    [[]],
  ),
  fc.string({ unit: 'binary', maxLength: 30 }),
  fc.double(),
  fc.jsonValue({ maxDepth: 3 }),
);

/** Values that fit the schema in part, so that they get past the first check. */
function valueFor(schema: Schema | undefined, document: Document, depth = 0): fc.Arbitrary<unknown> {
  const resolved = schema?.$ref ? document.components.schemas?.[schema.$ref.split('/').at(-1)!] : schema;
  if (resolved === undefined || depth > 4) return nasty;
  const next = (s: Schema | undefined) => valueFor(s, document, depth + 1);
  const fitting = (): fc.Arbitrary<unknown> => {
    if (resolved.enum) return fc.constantFrom(...resolved.enum);
    if (resolved.anyOf) return fc.oneof(...resolved.anyOf.map(next));
    if (resolved.properties) {
      const fields = Object.entries(resolved.properties).map(([name, s]) => [name, next(s)] as const);
      return fc.record(Object.fromEntries(fields), { requiredKeys: [] });
    }
    if (resolved.type === 'array') return fc.array(next(resolved.items), { maxLength: 4 });
    if (resolved.type === 'integer') return fc.integer({ min: 0, max: 5 });
    if (resolved.type === 'number') return fc.double({ min: 0, max: 1, noNaN: true });
    if (resolved.type === 'boolean') return fc.boolean();
    return fc.string({ maxLength: 10 });
  };
  return fc.oneof({ weight: 4, arbitrary: fitting() }, { weight: 1, arbitrary: nasty });
}

const inPath = (value: unknown) => {
  const text = Buffer.from(String(value)).toString();
  return encodeURIComponent(text === '' || text === '.' || text === '..' ? 'x' : text);
};

/** Requests made from the OpenAPI document, some nearly right: the answer is never a 5xx, and the service lives on. */
export function noRequestBreaksIt(service: () => TestService): void {
  it(`answers ${REQUESTS} made-up requests without a 5xx`, async () => {
    const { body: document } = await service().get<Document>('/openapi.json');
    const wiki = await makeWiki(service(), topicPages(20, 2));
    const operations = Object.entries(document.paths).flatMap(([path, methods]) =>
      Object.entries(methods)
        .filter(([method]) => METHODS.test(method) && !path.startsWith('/health') && !path.endsWith('/events'))
        .map(([method, operation]) => ({ path, method: method.toUpperCase(), operation })),
    );
    const request = fc.constantFrom(...operations).chain(({ path, method, operation }) => {
      const parameters = (operation.parameters ?? []).filter((p) => p.in === 'path' || p.in === 'query');
      const content = Object.entries(operation.requestBody?.content ?? {});
      return fc.record({
        path: fc.constant(path),
        method: fc.constant(method),
        values: fc.tuple(
          ...parameters.map((p) =>
            p.name === 'wiki_id' && method !== 'DELETE'
              ? fc.oneof({ weight: 3, arbitrary: fc.constant<unknown>(wiki) }, nasty)
              : valueFor(p.schema, document),
          ),
        ),
        parameters: fc.constant(parameters),
        body:
          content.length === 0
            ? fc.constant(undefined)
            : fc
                .constantFrom(...content)
                .chain(([type, { schema }]) =>
                  valueFor(schema, document).map((value) => ({ type, text: JSON.stringify(value) ?? '' })),
                ),
      });
    });
    for (const made of fc.sample(request, { numRuns: REQUESTS, seed: 7 })) {
      let path = made.path;
      const query = new URLSearchParams();
      made.parameters.forEach((parameter, i) => {
        if (parameter.in === 'path') path = path.replace(`{${parameter.name}}`, inPath(made.values[i]));
        else query.set(parameter.name, String(made.values[i]));
      });
      const { status } = await service().request(
        made.method,
        `${path}?${query}`,
        made.body?.text,
        made.body === undefined ? {} : { 'content-type': made.body.type },
      );
      if (status >= 500) throw new Error(`${status} for ${JSON.stringify({ ...made, path, query: `${query}` })}`);
    }
    expect(service().logged).not.toMatch(/unhandled/i);
    expect((await service().get('/health/ready')).status).toBe(200);
  });
}
