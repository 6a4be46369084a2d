import { type Config, ConfigError } from './config/config.js';
import type { RunPart } from './pipeline/run.repository.js';
import { isSidecar } from './pipeline/workers.js';

/** What a process is made of: the HTTP side, parts of the work, or both. */
export interface Role {
  readonly http: boolean;
  readonly parts: readonly RunPart[];
}

/** What the environment must hold for this role, beyond what it must hold for any. */
export function checkRole(role: Role, config: Config): void {
  if (role.http && config.DATABASE_URL !== undefined && config.API_KEYS === undefined)
    throw new ConfigError('API_KEYS: must be set where DATABASE_URL is set and the API is served.');
  if (isSidecar(role.parts) && config.DATABASE_URL === undefined)
    throw new ConfigError(
      'DATABASE_URL: must be set for start:gpu, to the PostgreSQL of the API and the workers. The embedded database belongs to the processes of one machine.',
    );
}
