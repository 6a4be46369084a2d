import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { WIKI_NAMES } from '../../../src/access/wiki-of-request.js';
import { type ApiDocument, type ApiRoute, guardedRoutes, readDocument, resolved } from '../../support/api-document.js';
import { Exchanges } from '../../support/exchanges.js';
import { keyFor } from '../../support/keys.js';
import { topicPages } from '../../support/made-pages.js';
import { MarkdownWiki } from '../../support/markdown-wiki.js';
import { TestService } from '../../support/service.js';
import { makeWiki, runToEnd } from '../../support/wiki-client.js';

/** Every value that a path, query or body can name a wiki by. */
type Names = Readonly<Record<string, string | number>>;

describe('every route of the OpenAPI document', () => {
  let service: TestService;
  let document: ApiDocument;
  let routes: ApiRoute[];
  /** A wiki with a run, a cluster and a page in it; another one; and names of what was never there. */
  let theirs: Names;
  let nobodys: Names;
  let ours: number;
  let bound: string;
  let reader: string;
  let folder: MarkdownWiki;

  beforeAll(async () => {
    folder = new MarkdownWiki();
    service = await TestService.start({
      TAGGER: 'keywords',
      WEBHOOK_ALLOWED_HOSTS: '127.0.0.1',
      CONNECTOR_FOLDERS: folder.folder,
    });
    document = await readDocument(service);
    routes = guardedRoutes(document);
    const wiki = await makeWiki(service, topicPages(30, 3));
    const { job_id } = await runToEnd(service, wiki, {}, 'http://127.0.0.1:9/nobody-listens');
    const { webhooks } = (await service.get<{ webhooks: { webhook_id: string }[] }>(`/webhooks?job_id=${job_id}`)).body;
    const webhook_id = webhooks[0]!.webhook_id;
    const { clusters } = (await service.get<{ clusters: { label: string }[] }>(`/wikis/${wiki}/clusters`)).body;
    const decision = { decision: 'approve', tag: clusters[0]!.label };
    const { decision_id } = (await service.post<{ decision_id: string }>(`/wikis/${wiki}/decisions`, decision)).body;
    const page_id = topicPages(30, 3)[0]!.page_id;
    const exchanges = new Exchanges(service, wiki);
    await exchanges.connect({ kind: 'markdown', settings: { folder: folder.folder } });
    const { exchange_id } = await exchanges.import();
    theirs = { wiki_id: wiki, job_id, webhook_id, decision_id, exchange_id, cluster_id: 0, page_id };
    nobodys = {
      wiki_id: 999_999,
      job_id: 'cluster_wiki_999999_abcdef012345',
      webhook_id: 'msg_nobody',
      decision_id: 'dec_nobody',
      exchange_id: 'exchange_999999_abcdef012345',
      cluster_id: 0,
      page_id: 'x',
    };
    ours = await makeWiki(service, topicPages(6, 2));
    bound = await keyFor(service, { scopes: ['admin'], wiki_ids: [ours] });
    reader = await keyFor(service, { scopes: ['read'] });
  });
  afterAll(async () => {
    await service?.stop();
    folder?.remove();
  });

  /** A request that names these, wherever the route takes such a name. */
  async function ask({ method, path, operation }: ApiRoute, names: Names, authorization: string) {
    const text = (name: string) => encodeURIComponent(String(names[name] ?? 'key_000000000000'));
    const filled = path.replace(/\{(\w+)\}/g, (_, name: string) => text(name));
    const query = (operation.parameters ?? []).filter((p) => p.in === 'query' && names[p.name] !== undefined);
    const [type, content] = Object.entries(operation.requestBody?.content ?? {})[0] ?? [];
    const fields = Object.keys(resolved(content?.schema, document)?.properties ?? {});
    const body = Object.fromEntries(fields.filter((name) => name in names).map((name) => [name, names[name]]));
    return service.request(
      method,
      `${filled}?${query.map(({ name }) => `${name}=${text(name)}`).join('&')}`,
      type === undefined ? undefined : JSON.stringify(body),
      { authorization, ...(type === undefined ? {} : { 'content-type': type }) },
    );
  }

  const table = async (names: Names, authorization: string, among: readonly ApiRoute[] = routes) => {
    const found = new Map<string, string>();
    for (const route of among) {
      const { status, body, headers } = await ask(route, names, authorization);
      expect(headers.get('content-type')).toContain('application/problem+json');
      found.set(`${route.method} ${route.path}`, `${status} ${body['code']}`);
    }
    return Object.fromEntries(found);
  };
  const all = (answer: string, among: readonly ApiRoute[] = routes) =>
    Object.fromEntries(among.map(({ method, path }) => [`${method} ${path}`, answer]));

  it('says who may use it; and one that is about a wiki requires a name of it', async () => {
    for (const route of routes) {
      const { method, path, operation } = route;
      const at = `${method} ${path}`;
      expect([at, operation['x-scope']]).toEqual([at, expect.stringMatching(/^(read|write|admin)$/)]);
      if (operation['x-reach'] !== 'one wiki') continue;
      const parameters = (operation.parameters ?? []).filter((p) => p.required).map((p) => p.name);
      const fields = Object.values(operation.requestBody?.content ?? {}).flatMap(
        ({ schema }) => resolved(schema, document)?.required ?? [],
      );
      const required = [...parameters, ...fields].filter((name) => WIKI_NAMES.includes(name));
      // one that takes this name or that one says so itself
      if (required.length === 0) expect([at, (await ask(route, {}, service.authorization)).status]).toEqual([at, 422]);
    }
    expect(routes.length).toBeGreaterThanOrEqual(42);
  });

  it('answers 401 without a key', async () => {
    expect(await table(theirs, '')).toEqual(all('401 unauthorized'));
  });

  it('answers 401 with a wrong key, of either form', async () => {
    expect(await table(theirs, `Bearer wikitag_aaaaaaaa_${'x'.repeat(43)}`)).toEqual(all('401 unauthorized'));
  });

  it('answers 404 with the key of another wiki, or 403 where it belongs to no wiki', async () => {
    const about = (reach: string) => routes.filter(({ operation }) => operation['x-reach'] === reach);
    const ofWikis = about('one wiki');
    const has =
      (name: string) =>
      ({ path }: ApiRoute) =>
        path.includes(name);
    const wanted = {
      ...all('404 wiki_not_found', ofWikis),
      ...all('404 job_not_found', ofWikis.filter(has('{job_id}'))),
      ...all('404 webhook_not_found', ofWikis.filter(has('{webhook_id}'))),
      ...all('404 exchange_not_found', ofWikis.filter(has('{exchange_id}'))),
    };
    expect(await table(theirs, `Bearer ${bound}`, ofWikis)).toEqual(wanted);
    // word for word what it says of things that nobody has
    for (const route of ofWikis) {
      const of = async (names: Names) => {
        const { body } = await ask(route, names, `Bearer ${bound}`);
        const text = JSON.stringify({ ...body, instance: undefined });
        return [names['job_id'], names['webhook_id'], names['exchange_id'], `wiki ${names['wiki_id']}.`].reduce<string>(
          (t, name) => t.replaceAll(String(name), '?'),
          text,
        );
      };
      expect(await of(theirs)).toBe(await of(nobodys));
    }
    expect(await table(theirs, `Bearer ${bound}`, about('all wikis'))).toEqual(
      all('403 forbidden', about('all wikis')),
    );
  });

  it('answers 404 where a wiki of the key is named, and beside it something of another', async () => {
    const answer = await service.request('DELETE', `/wikis/${ours}/decisions/${theirs['decision_id']}`, undefined, {
      authorization: `Bearer ${bound}`,
    });
    expect(answer).toMatchObject({ status: 404, body: { code: 'decision_not_found' } });
    const { decisions } = (await service.get<{ decisions: object[] }>(`/wikis/${theirs['wiki_id']}/decisions`)).body;
    expect(decisions).toHaveLength(1);
  });

  it('answers 403 to a key with too small a scope', async () => {
    const beyond = routes.filter(({ operation }) => operation['x-scope'] !== 'read');
    expect(await table(theirs, `Bearer ${reader}`, beyond)).toEqual(all('403 forbidden', beyond));
    expect(beyond.some(({ method }) => method === 'GET')).toBe(true);
  });

  it('shows a bound key its own wikis only, in every list', async () => {
    const { body } = await service.request<{ wikis: { wiki_id: number }[] }>('GET', '/wikis', undefined, {
      authorization: `Bearer ${bound}`,
    });
    expect(body.wikis.map(({ wiki_id }) => wiki_id)).toEqual([ours]);
    const audit = await service.request<{ entries: { wiki_id: number }[] }>('GET', '/audit', undefined, {
      authorization: `Bearer ${bound}`,
    });
    expect(new Set(audit.body.entries.map(({ wiki_id }) => wiki_id))).toEqual(new Set([ours]));
    const lists = routes.filter(({ operation }) => operation['x-reach'] === 'own wikis').map(({ path }) => path);
    expect(lists.sort()).toEqual(['/audit', '/wikis']);
  });

  it.each(['%31', '1.0', '0x1', ' 1', '+1', '1e0', '01'])(
    'reads a wiki_id written as %s like the route does: never a way round the binding',
    async (spelling) => {
      expect(theirs['wiki_id']).toBe(1);
      const answer = await service.request('GET', `/wikis/${spelling.replace('+', '%2B')}/export`, undefined, {
        authorization: `Bearer ${bound}`,
      });
      expect(answer.status).toBe(404);
      const listed = await service.request(
        'GET',
        `/analyze/wiki/cluster?wiki_id=${ours}&wiki_id=${spelling}`,
        undefined,
        {
          authorization: `Bearer ${bound}`,
        },
      );
      expect([404, 422]).toContain(listed.status);
    },
  );
});
