import { Problem } from '../../common/problem.js';
import { createConnector } from '../../connectors/create.js';
import { WikiFault } from '../../connectors/faults.js';
import type { Surroundings } from '../../connectors/surroundings.js';
import type { ConnectionsRepository } from '../connections/connections.repository.js';
import type { Claimed, ClaimsRepository, End } from './claims.repository.js';
import type { ExportPlan } from './export-plan.js';
import type { ExportUndo } from './export-undo.js';
import type { ExportWrite } from './export-write.js';
import type { OpenEdits } from './open-edits.js';
import { Pace } from './pace.js';
import type { PageImport } from './page-import.js';
import { PATIENCE, Patience, type PatienceTimes } from './patience.js';
import type { Rest } from './rest.js';
import type { Work } from './work.js';

/** Does what is next for an exchange, whatever that is. */
export class PhaseRunner {
  constructor(
    private readonly connections: ConnectionsRepository,
    private readonly claims: ClaimsRepository,
    private readonly around: Surroundings,
    private readonly openEdits: OpenEdits,
    private readonly phases: {
      readonly import: PageImport;
      readonly plan: ExportPlan;
      readonly write: ExportWrite;
      readonly undo: ExportUndo;
    },
    private readonly times: PatienceTimes = PATIENCE,
  ) {}

  /** Gives how it ended. @throws {WikiFault} where people must see to it; the signal's reason; FencedOff; the database's errors */
  async run(job: Claimed, signal: AbortSignal, rest: Rest): Promise<End> {
    const { connection, place } = await this.connections.open(job.wiki_id).catch(notConnected);
    if (place !== job.place)
      throw new WikiFault('misconfigured', 'The wiki has been connected to another place since; start a new exchange.');
    const connector = createConnector(connection, this.around);
    const patience = new Patience(this.times, (waiting) => this.claims.waitFor(job, waiting), signal, rest);
    const { settings } = connection;
    const pace = new Pace('edits_per_minute' in settings ? settings.edits_per_minute : undefined, rest);
    try {
      const work: Work = { job, connector, patience, pace, signal, rest };
      await this.openEdits.settle(work);
      return await this.phases[job.phase].run(work);
    } finally {
      await connector.close();
    }
  }
}

function notConnected(error: unknown): never {
  if (!(error instanceof Problem)) throw error;
  throw new WikiFault('misconfigured', error.detail);
}
