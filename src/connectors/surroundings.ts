import type { Network } from '../common/outside/network.js';
import type { Policy } from '../common/outside/target.js';

/** What the operator lets connectors reach, and the way there. */
export interface Surroundings {
  readonly network: Pick<Network, 'resolve'>;
  /** CONNECTOR_ALLOWED_HOSTS: hosts that may have a private address. */
  readonly allowedHosts: readonly string[];
  /** CONNECTOR_FOLDERS: folders at or below which wikis may lie. */
  readonly folders: readonly string[];
}

/** Which servers connectors may call, and how messages speak of it. */
export function outsidePolicy({ allowedHosts }: Pick<Surroundings, 'allowedHosts'>): Policy {
  return {
    allowedHosts,
    variable: 'CONNECTOR_ALLOWED_HOSTS',
    example: 'wiki.example.com',
    insteadOfPassword: 'credentials have fields of their own',
  };
}
