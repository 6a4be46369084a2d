/** A route of the tagging service that users reach through the wiki app. */
export interface GatewayRoute {
  readonly method: 'GET' | 'POST' | 'PUT' | 'DELETE';
  /** As the service's OpenAPI document has it. What names the wiki comes first in it, or is `?wiki_id=`. */
  readonly path: string;
  /** `owner`: admins and the owner of the wiki that the request is about. */
  readonly who: 'owner' | 'admin';
}

const route =
  (who: GatewayRoute['who']) =>
  (line: string): GatewayRoute => {
    const [method, path] = line.split(' ') as [GatewayRoute['method'], string];
    return { method, path, who };
  };

/**
 * All of them; what is not here does not exist for users. Runs are started by POST /api/tags/cluster-tag-wiki instead, so
 * that the wiki app knows of them.
 */
export const GATEWAY_ROUTES: readonly GatewayRoute[] = [
  ...[
    'GET /wikis/{wiki_id}',
    'GET /wikis/{wiki_id}/pages',
    'POST /wikis/{wiki_id}/pages',
    'GET /wikis/{wiki_id}/clusters',
    'GET /wikis/{wiki_id}/clusters/{cluster_id}/pages',
    'GET /wikis/{wiki_id}/tags',
    'GET /wikis/{wiki_id}/map',
    'GET /wikis/{wiki_id}/export',
    'GET /wikis/{wiki_id}/review',
    'GET /wikis/{wiki_id}/decisions',
    'POST /wikis/{wiki_id}/decisions',
    'DELETE /wikis/{wiki_id}/decisions/{decision_id}',
    'GET /wikis/{wiki_id}/connection',
    'POST /wikis/{wiki_id}/connection/check',
    'GET /wikis/{wiki_id}/exchanges',
    'POST /wikis/{wiki_id}/exchanges',
    'GET /exchanges/{exchange_id}',
    'GET /exchanges/{exchange_id}/pages',
    'POST /exchanges/{exchange_id}/write',
    'POST /exchanges/{exchange_id}/undo',
    'POST /exchanges/{exchange_id}/cancel',
    'POST /exchanges/{exchange_id}/resume',
    'GET /analyze/wiki/cluster',
    'GET /analyze/wiki/cluster/{job_id}',
    'GET /analyze/wiki/cluster/{job_id}/events',
    'GET /analyze/wiki/cluster/{job_id}/diff',
    'POST /analyze/wiki/cluster/{job_id}/resume',
    'POST /analyze/wiki/cluster/{job_id}/cancel',
    'POST /analyze/wiki/cluster/{job_id}/apply',
    'POST /analyze/wiki/cluster/{job_id}/undo',
  ].map(route('owner')),
  // a connection says what the server reads and whom it calls
  ...['PUT /wikis/{wiki_id}/connection', 'DELETE /wikis/{wiki_id}/connection'].map(route('admin')),
];

/** A request that fits one of the routes, and what it names. */
export interface RoutedRequest {
  readonly route: GatewayRoute;
  readonly names: Readonly<Record<string, string>>;
}

/** Nothing that a URL parser or a router could read in another way: no dots, no escapes, no empty parts. */
const VALUES: Readonly<Record<string, string>> = { wiki_id: '[1-9]\\d{0,9}', cluster_id: '\\d{1,10}' };
const WORD = '[\\w-]{1,100}';

const PATTERNS = GATEWAY_ROUTES.map((route) => ({
  route,
  pattern: new RegExp(
    `^${route.path.replace(/\{(\w+)\}/g, (_, name: string) => `(?<${name}>${VALUES[name] ?? WORD})`)}$`,
  ),
}));

/** Finds the route of a path as it was sent, not decoded. Without one there is no way through. */
export function routeOf(method: string, path: string): RoutedRequest | undefined {
  for (const { route, pattern } of PATTERNS) {
    const found = route.method === method ? pattern.exec(path) : null;
    if (found !== null) return { route, names: { ...found.groups } };
  }
  return undefined;
}
