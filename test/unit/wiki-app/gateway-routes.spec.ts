import { readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { GATEWAY_ROUTES, routeOf } from '../../../src/wiki-app/gateway/routes.js';

const filled = (path: string) =>
  path.replace(/\{(\w+)\}/g, (_, name) => (/wiki_id|cluster_id/.test(name) ? '7' : 'some_id-1'));

const DOCS = new URL('../../../../docs/wiki-app.md', import.meta.url); // from dist/test/unit/wiki-app

describe('the routes of the gateway', () => {
  it('stand in docs/wiki-app.md, all of them and no others', () => {
    const block = /<!-- gateway:[^>]*-->\s*```\n([\s\S]*?)```/.exec(readFileSync(DOCS, 'utf8'))![1]!;
    const routes = GATEWAY_ROUTES.map(
      ({ method, path, who }) => `${method} ${path}${who === 'admin' ? '  (admin)' : ''}`,
    );
    expect(block.trim().split('\n').sort()).toEqual(routes.sort());
  });

  it('are found, each by its own method', () => {
    for (const route of GATEWAY_ROUTES) expect(routeOf(route.method, filled(route.path))?.route).toBe(route);
    expect(routeOf('GET', '/analyze/wiki/cluster/job_1')?.names).toEqual({ job_id: 'job_1' });
    expect(routeOf('GET', '/wikis/3/clusters/0/pages')?.names).toEqual({ wiki_id: '3', cluster_id: '0' });
  });

  it.each([
    ['POST', '/wikis'],
    ['DELETE', '/wikis/1'],
    ['POST', '/analyze/wiki/cluster'],
    ['GET', '/api-keys'],
    ['POST', '/api-keys'],
    ['GET', '/audit'],
    ['GET', '/metrics'],
    ['GET', '/webhooks'],
    ['GET', '/api/me'],
    ['HEAD', '/wikis/1'],
    ['OPTIONS', '/wikis/1'],
    ['get', '/wikis/1'],
    ['GET', '/wikis/1/'],
    ['GET', '/wikis/01'],
    ['GET', '/wikis/%31'],
    ['GET', '/wikis/1/../../api-keys'],
    ['GET', '/wikis/1/%2e%2e/2'],
    ['GET', '/wikis/1%2f..%2f..%2fapi-keys'],
    ['GET', '/wikis/1/clusters/../../2/pages'],
    ['GET', '//evil.example/wikis/1'],
    ['GET', '/\\evil.example/wikis/1'],
    ['GET', '/wikis//1'],
    ['GET', '/wikis/1\n'],
    ['GET', '/wikis/1;x'],
    ['GET', '/wikis/1#x'],
    ['GET', '@evil.example/wikis/1'],
    ['GET', ''],
  ])('do not let through: %s %j', (method, path) => {
    expect(routeOf(method, path)).toBeUndefined();
  });

  it('let nothing through that a URL parser reads in another way', () => {
    const odd = fc.constantFrom(
      ...[
        '..',
        '.',
        '%2e',
        '%2F',
        '%5c',
        '\\',
        '//',
        '/',
        '\t',
        '\n',
        ' ',
        '@',
        ':',
        '?',
        '#',
        ';',
        '%00',
        'ÿ',
        '1',
        'wikis',
      ],
    );
    const near = fc
      .tuple(fc.constantFrom(...GATEWAY_ROUTES), fc.array(fc.tuple(fc.nat(60), odd), { maxLength: 3 }))
      .map(([{ method, path }, changes]) => ({
        method,
        path: changes.reduce((text, [at, what]) => text.slice(0, at) + what + text.slice(at), filled(path)),
      }));
    const anything = fc.record({ method: fc.constantFrom('GET', 'POST'), path: fc.string({ unit: 'binary' }) });
    let passed = 0;
    fc.assert(
      fc.property(fc.oneof(near, anything), ({ method, path }) => {
        if (routeOf(method, path) === undefined) return;
        passed++;
        const url = new URL(`http://service.test:1${path}`);
        expect([url.host, url.pathname, url.search, url.hash]).toEqual(['service.test:1', path, '', '']);
      }),
      { numRuns: 3000 },
    );
    expect(passed).toBeGreaterThan(100);
  });
});
