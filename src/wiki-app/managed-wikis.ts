import { Injectable } from '@nestjs/common';
import pLimit from 'p-limit';
import { encodeCursor, type List, listFrom } from '../common/cursor.js';
import { OwnersRepository } from './owners.repository.js';
import { ServiceClient } from './service-client.js';
import { ServiceFault } from './service-fault.js';
import { createdWiki, type ServiceWiki } from './service-schemas.js';
import type { User } from './user.js';
import type { ManagedWiki, WikiListQuery } from './wikis.schemas.js';

const CALLS_AT_ONCE = 8;

/** The wikis of the service, and who owns them. Methods throw {Problem} where the service does not do its part. */
@Injectable()
export class ManagedWikis {
  constructor(
    private readonly service: ServiceClient,
    private readonly owners: OwnersRepository,
  ) {}

  /** Those that the user may manage. */
  list(user: User, query: WikiListQuery): Promise<List<'wikis', ManagedWiki>> {
    return asked(() => (user.role === 'admin' ? this.all(query) : this.ownedBy(user, query)));
  }

  /** Gives the wiki_id. */
  async create(name: string): Promise<number> {
    return (await asked(() => this.service.call(createdWiki, 'POST', '/wikis', { name }))).wiki_id;
  }

  async assertExists(wikiId: number): Promise<void> {
    await asked(() => this.service.wiki(wikiId));
  }

  private async all({ limit, cursor }: WikiListQuery): Promise<List<'wikis', ManagedWiki>> {
    const { wikis, next_cursor } = await this.service.wikis(limit, cursor?.toString());
    const owners = await this.owners.ownersOf(wikis.map(({ wiki_id }) => wiki_id));
    return {
      wikis: wikis.map((wiki) => managed(wiki, owners.get(wiki.wiki_id) ?? null)),
      next_cursor: next_cursor === null ? null : encodeCursor(next_cursor),
    };
  }

  private async ownedBy({ sub }: User, { limit, cursor }: WikiListQuery): Promise<List<'wikis', ManagedWiki>> {
    const ids = await this.owners.wikisOf(sub, Number(cursor ?? 0) || 0, limit + 1);
    const { wikis, next_cursor } = listFrom('wikis', ids, limit, (id) => id);
    const found = await pLimit(CALLS_AT_ONCE).map(wikis, (id) => this.service.wiki(id).catch(orNone));
    return { wikis: found.flatMap((wiki) => (wiki === undefined ? [] : managed(wiki, sub))), next_cursor };
  }
}

/** A wiki that was deleted in the service is owned by nobody, whatever our table says. */
function orNone(error: unknown): undefined {
  if (!(error instanceof ServiceFault) || error.status !== 404) throw error;
}

async function asked<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw error instanceof ServiceFault ? error.toProblem() : error;
  }
}

function managed({ wiki_id, name, pages, current_job_id, created_at }: ServiceWiki, owner: string | null): ManagedWiki {
  return { wiki_id, name, pages, current_job_id, created_at, owner };
}
