import type { CreatedApiKey } from '../../src/access/api-keys.schemas.js';
import type { Scope } from '../../src/access/needs.js';
import type { TestService } from './service.js';

interface Wanted {
  readonly scopes: readonly Scope[];
  readonly wiki_ids?: readonly number[];
}

/** Makes a key by the route, as an operator would. */
export async function madeKey(service: TestService, wanted: Wanted): Promise<CreatedApiKey> {
  const { status, body } = await service.post<CreatedApiKey>('/api-keys', { name: 'for a test', ...wanted });
  if (status !== 201) throw new Error(`no key was made: ${status} ${JSON.stringify(body)}`);
  return body;
}

export const keyFor = async (service: TestService, wanted: Wanted) => (await madeKey(service, wanted)).key;
