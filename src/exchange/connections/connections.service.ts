import { Inject, Injectable } from '@nestjs/common';
import type { Actor } from '../../access/caller.js';
import { Problem } from '../../common/problem.js';
import type { Checked } from '../../connectors/contract.js';
import { type Connection, createConnector } from '../../connectors/create.js';
import { WikiFault } from '../../connectors/faults.js';
import type { Surroundings } from '../../connectors/surroundings.js';
import { SURROUNDINGS } from '../surroundings.js';
import { ConnectionsRepository } from './connections.repository.js';
import type { ShownConnection } from './connections.schemas.js';

const CHECK_MS = 30_000;

/** Connects wikis; none without a look at it first. */
@Injectable()
export class ConnectionsService {
  constructor(
    private readonly connections: ConnectionsRepository,
    @Inject(SURROUNDINGS) private readonly around: Surroundings,
  ) {}

  /** @throws {Problem} connection_failed, saying what to do; and as `ConnectionsRepository.put` */
  async connect(wikiId: number, connection: Connection, actor: Actor): Promise<ShownConnection> {
    await this.connections.put(wikiId, connection, await this.look(connection), actor);
    return this.connections.shown(wikiId);
  }

  /** @throws {Problem} wiki_not_found, connection_not_found, connection_failed */
  async check(wikiId: number): Promise<Checked> {
    const { connection } = await this.connections.open(wikiId).catch(asProblem);
    const checked = await this.look(connection);
    await this.connections.noteCheck(wikiId, checked);
    return checked;
  }

  private async look(connection: Connection): Promise<Checked> {
    const late = new WikiFault('unreachable', `The wiki did not answer within ${CHECK_MS / 1000} s.`);
    const own = new AbortController();
    const timer = setTimeout(() => own.abort(late), CHECK_MS);
    try {
      const connector = createConnector(connection, this.around);
      return await connector.check(own.signal).finally(() => connector.close());
    } catch (error) {
      return asProblem(error);
    } finally {
      clearTimeout(timer);
    }
  }
}

function asProblem(error: unknown): never {
  if (!(error instanceof WikiFault)) throw error;
  throw new Problem('connection_failed', error.message, { fault: error.kind });
}
