import { systemNetwork } from '../common/outside/network.js';
import type { Config } from '../config/config.js';
import type { Surroundings } from '../connectors/surroundings.js';

/** Nest injection token of what connectors may reach, `Surroundings`. */
export const SURROUNDINGS = Symbol('SURROUNDINGS');

export const surroundingsOf = (config: Config): Surroundings => ({
  network: systemNetwork,
  allowedHosts: config.CONNECTOR_ALLOWED_HOSTS,
  folders: config.CONNECTOR_FOLDERS,
});
