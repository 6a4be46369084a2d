import type { Network } from '../common/outside/network.js';

/** What the operator lets connectors reach, and the way there. */
export interface Surroundings {
  readonly network: Pick<Network, 'resolve'>;
  /** CONNECTOR_ALLOWED_HOSTS: hosts that may have a private address. */
  readonly allowedHosts: readonly string[];
  /** CONNECTOR_FOLDERS: folders at or below which wikis may lie. */
  readonly folders: readonly string[];
}
