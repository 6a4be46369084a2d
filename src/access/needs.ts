import { applyDecorators, SetMetadata } from '@nestjs/common';
import { ApiExtension } from '@nestjs/swagger';
import { ApiProblems } from '../common/api-docs.js';

/** What a key may do. `admin` includes the other two; `read` and `write` do not include each other. */
export const SCOPES = ['read', 'write', 'admin'] as const;
export type Scope = (typeof SCOPES)[number];

/**
 * What a route is about, for keys that are bound to wikis. `one wiki`: the request names it (wiki-of-request.ts), and it
 * must be one of the key's. `own wikis`: the route itself shows those of the caller and no others. `all wikis`: no bound key.
 */
export type Reach = 'one wiki' | 'own wikis' | 'all wikis';

export interface Need {
  readonly scope: Scope;
  readonly reach: Reach;
}

/** Metadata key of a route's `Need`. */
export const NEED = 'wikitag:need';

/** Says who may use a route. A route without it (and not `@Public`) answers 403 to everybody, and fails a test. */
export function Needs(scope: Scope, reach: Reach = 'one wiki'): MethodDecorator {
  return applyDecorators(
    SetMetadata(NEED, { scope, reach } satisfies Need),
    ApiExtension('x-scope', scope),
    ApiExtension('x-reach', reach),
    ApiProblems('unauthorized', 'forbidden', 'rate_limited'),
  );
}
