import type { Connector, PreparedEdit } from '../../connectors/contract.js';
import { WikiFault, type WikiFaultKind } from '../../connectors/faults.js';

/** How often a page is prepared that people edit meanwhile. */
const TRIES = 3;
/** After these nobody knows whether the edit was made: the answer may have been lost, or be about our own edit. */
const IN_DOUBT: ReadonlySet<WikiFaultKind> = new Set(['conflict', 'unreachable']);

/** Calls `attempt` until no conflict comes of it. Gives the fault that keeps this page from being written, if there is one. */
export async function despiteConflicts(attempt: () => Promise<void>): Promise<WikiFault | undefined> {
  for (let tries = 1; ; tries++) {
    try {
      await attempt();
      return undefined;
    } catch (error) {
      if (!(error instanceof WikiFault)) throw error;
      if (error.concernsPage) return error;
      if (error.kind !== 'conflict') throw error;
      if (tries === TRIES) return error;
    }
  }
}

/** Makes the edit, or finds that it was made before. Gives the revision. @throws {WikiFault} */
export async function applyOnce(connector: Connector, edit: PreparedEdit, signal: AbortSignal): Promise<string> {
  try {
    return await connector.apply(edit, signal);
  } catch (error) {
    if (!(error instanceof WikiFault) || !IN_DOUBT.has(error.kind)) throw error;
    const made = await connector.landed(edit, signal).catch(() => undefined); // asked again with the next try
    if (made !== undefined) return made;
    throw error;
  }
}
