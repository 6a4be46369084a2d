import type { Connector } from '../../connectors/contract.js';
import type { Claimed } from './claims.repository.js';
import type { Pace } from './pace.js';
import type { Patience } from './patience.js';
import type { Rest } from './rest.js';

/** What one piece of work has at hand. */
export interface Work {
  readonly job: Claimed;
  readonly connector: Connector;
  readonly patience: Patience;
  readonly pace: Pace;
  readonly rest: Rest;
  readonly signal: AbortSignal;
}
