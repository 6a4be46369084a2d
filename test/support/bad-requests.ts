import fc from 'fast-check';
import { type ApiDocument, type ApiParameter, type ApiRoute, type ApiSchema, resolved } from './api-document.js';

/** A request that no route may take, made from the OpenAPI document: right in all but one thing. */
export interface BadRequest {
  readonly what: string;
  readonly method: string;
  readonly path: string;
  readonly body?: string;
  readonly headers: Readonly<Record<string, string>>;
}

const UNSTORABLE = ['\u0000', 'a\u0000b', '\ud800', 'x\udfff', '\ud83d tail'];
const NOT_WHOLE = [-1, 0, 1.5, -(2 ** 31), 2 ** 31, 2 ** 53, 1e308, -1e308];
const OTHER_TYPES: readonly unknown[] = [{}, [[]], { a: [{}] }];
const LONG = 'x'.repeat(5_000);

/** As they stand in a URL, already encoded. `.` and `..` are left out: clients resolve them to other routes. */
const BAD_IN_URL = [
  ...['0', '-1', '1.5', '2147483648', '99999999999999999999', '1e400', 'NaN', 'Infinity', '0x', 'true', 'null'],
  ...['%00', 'a%00b', '%ED%A0%80', '%FF', '%E0%A4%A', '%', '%27%3B--', '%7B%7D', '__proto__', 'constructor', LONG],
];

/** Any number of bad requests to these routes. @param valid names of things that are there */
export function badRequests(
  routes: readonly ApiRoute[],
  document: ApiDocument,
  valid: Readonly<Record<string, unknown>>,
): fc.Arbitrary<BadRequest> {
  const withFaults = routes.map((route) => faultsOf(route, document, valid)).filter((faults) => faults.length > 0);
  return fc.constantFrom(...withFaults).chain((faults) => fc.oneof(...faults));
}

function faultsOf(route: ApiRoute, document: ApiDocument, valid: Readonly<Record<string, unknown>>) {
  const { method, operation } = route;
  const content = Object.entries(operation.requestBody?.content ?? {});
  const pathWith = (broken?: string, value = '') =>
    route.path.replace(/\{(\w+)\}/g, (_, name: string) =>
      name === broken ? value : encodeURIComponent(String(valid[name] ?? 'none')),
    );
  const request = (what: string, more: Partial<BadRequest>): BadRequest => ({
    what,
    method,
    path: pathWith(),
    headers: {},
    ...more,
  });
  const parameters = (operation.parameters ?? []).filter((p) => p.in === 'path' || p.in === 'query');
  const inUrl = parameters.map((parameter) =>
    badInUrl(parameter).map((value) => {
      const path =
        parameter.in === 'path' ? pathWith(parameter.name, value) : `${pathWith()}?${parameter.name}=${value}`;
      const body = content[0] && { body: '[]', headers: { 'content-type': content[0][0] } };
      return request(`${parameter.in} ${parameter.name}`, { path, ...body });
    }),
  );
  const inBody = content.flatMap(([type, { schema }]) => [
    ...brokenValues(schema, document, valid).map((broken) =>
      broken.map((value) => request('field', { body: JSON.stringify(value), headers: { 'content-type': type } })),
    ),
    brokenText(JSON.stringify(validFor(schema, document, valid))).map((body) =>
      request('broken JSON', { body, headers: { 'content-type': type } }),
    ),
    fc
      .constantFrom(
        'text/plain',
        'text/xml',
        'application/jsonx',
        'application/json; charset=latin1',
        'nonsense',
        'multipart/form-data',
      )
      .map((wrong) =>
        request('content-type', {
          body: JSON.stringify(validFor(schema, document, valid)),
          headers: { 'content-type': wrong },
        }),
      ),
  ]);
  return [...inUrl, ...inBody];
}

function badInUrl({ schema, name }: ApiParameter): fc.Arbitrary<string> {
  const made = fc.string({ unit: 'binary', minLength: 1, maxLength: 40 }).map((text) => `~${text}`);
  // a word may be the id of something, if of nothing that is there
  const strings = fc.constantFrom(...BAD_IN_URL, `no-such-${name}`);
  return schema?.type === 'integer'
    ? fc.oneof(strings, fc.double({ max: 0 }).map(String))
    : fc.oneof(strings, made.map(encodeURIComponent));
}

/** Text that is no JSON, made of one that is. */
function brokenText(text: string): fc.Arbitrary<string> {
  return fc.oneof(
    fc.integer({ min: 1, max: Math.max(1, text.length - 1) }).map((end) => text.slice(0, end).replace(/\d+$/, '[')),
    fc.constantFrom(
      `${text}}`,
      `${text},`,
      `x${text}`,
      `{"a": NaN}`,
      "{'a': 1}",
      '{"a": "\u0000"}',
      '{"\\ud8": 1}',
      '\ufeff{',
    ),
  );
}

function validFor(
  schema: ApiSchema | undefined,
  document: ApiDocument,
  valid: Readonly<Record<string, unknown>>,
): unknown {
  const s = resolved(schema, document);
  if (s?.enum) return s.enum[0];
  if (s?.anyOf) return validFor(s.anyOf[0], document, valid);
  if (s?.properties) {
    const required = Object.entries(s.properties).filter(([name]) => s.required?.includes(name));
    return Object.fromEntries(required.map(([name, of]) => [name, valid[name] ?? validFor(of, document, valid)]));
  }
  if (s?.type === 'array') return [validFor(s.items, document, valid)];
  if (s?.type === 'integer' || s?.type === 'number') return 1;
  if (s?.type === 'boolean') return true;
  return 'x';
}

/** Values that are right but for one place in them: a kind of fault each. */
function brokenValues(
  schema: ApiSchema | undefined,
  document: ApiDocument,
  valid: Readonly<Record<string, unknown>>,
): fc.Arbitrary<unknown>[] {
  const s = resolved(schema, document);
  if (s?.enum) return [fc.constantFrom<unknown>('no such choice', '', -7, null, ...OTHER_TYPES)];
  if (s?.anyOf) return [fc.constantFrom(...OTHER_TYPES)];
  if (s?.properties) {
    const whole = validFor(s, document, valid) as Record<string, unknown>;
    const fields = Object.entries(s.properties).flatMap(([name, of]) =>
      brokenValues(of, document, valid)
        // null for what may be left out may be taken as just that, and some fields take it
        .map((broken) =>
          s.required?.includes(name) && !of.nullable ? broken : broken.filter((value) => value !== null),
        )
        .map((broken) => broken.map((value) => ({ ...whole, [name]: value }))),
    );
    const missing = (s.required ?? []).map((name) => fc.constant({ ...whole, [name]: undefined }));
    const strange = s.additionalProperties === false ? [fc.constant({ ...whole, ['no such field']: 1 })] : [];
    return [...fields, ...missing, ...strange, fc.constantFrom<unknown>(null, 7, 'text', true, [], [7])];
  }
  if (s?.type === 'array') {
    const items = brokenValues(s.items, document, valid).map((broken) => broken.map((value) => [value]));
    return [...items, fc.constantFrom<unknown>({}, 7, 'text', true, null)];
  }
  if (s?.type === 'boolean') return [fc.constantFrom<unknown>('true', 1, null, ...OTHER_TYPES)];
  if (s?.type === 'integer') return [fc.constantFrom<unknown>('1', true, null, ...NOT_WHOLE, ...OTHER_TYPES)];
  if (s?.type === 'number') return [fc.constantFrom<unknown>('x', true, null, ...OTHER_TYPES)];
  return [fc.constantFrom<unknown>(7, true, null, ...UNSTORABLE, ...OTHER_TYPES)];
}
