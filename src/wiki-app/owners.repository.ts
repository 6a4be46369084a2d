import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { Problem } from '../common/problem.js';
import { type Queryable, rows } from '../database/rows.js';
import type { User } from './user.js';

/** Users, and the wikis they own. */
@Injectable()
export class OwnersRepository {
  constructor(private readonly db: DataSource) {}

  /** The wikis of a user after `after`, by wiki_id. */
  async wikisOf(sub: string, after = 0, limit?: number): Promise<number[]> {
    const found = await rows<{ wiki_id: number }>(
      this.db,
      'SELECT wiki_id FROM wiki_app_owners WHERE sub = $1 AND wiki_id > $2::bigint ORDER BY wiki_id LIMIT $3',
      [sub, after, limit ?? null],
    );
    return found.map(({ wiki_id }) => wiki_id);
  }

  /** The owners of those of the wikis that have one. */
  async ownersOf(wikiIds: readonly number[]): Promise<ReadonlyMap<number, string>> {
    const found = await rows<{ wiki_id: number; sub: string }>(
      this.db,
      'SELECT wiki_id, sub FROM wiki_app_owners WHERE wiki_id = ANY($1)',
      [wikiIds],
    );
    return new Map(found.map(({ wiki_id, sub }) => [wiki_id, sub]));
  }

  /** Lets an admin and the wiki's owner pass. @throws {Problem} user_not_allowed, whether the wiki exists or not */
  async mustManage({ sub, role }: User, wikiId: number): Promise<void> {
    if (role === 'admin' || (await this.ownersOf([wikiId])).get(wikiId) === sub) return;
    throw new Problem('user_not_allowed', `Only an admin or the owner of wiki ${wikiId} may do that.`);
  }

  /** Makes `owner` the owner of a wiki; null: nobody. */
  async setOwner(wikiId: number, owner: string | null, by: User): Promise<void> {
    if (owner === null) {
      await rows(this.db, 'DELETE FROM wiki_app_owners WHERE wiki_id = $1', [wikiId]);
      return;
    }
    await this.db.transaction(async (db) => {
      await rows(db, 'INSERT INTO wiki_app_users (sub) VALUES ($1) ON CONFLICT DO NOTHING', [owner]);
      await rows(
        db,
        `INSERT INTO wiki_app_owners (wiki_id, sub, set_by) VALUES ($1, $2, $3)
         ON CONFLICT (wiki_id) DO UPDATE SET sub = $2, set_by = $3, set_at = now()`,
        [wikiId, owner, by.sub],
      );
    });
  }
}

/** Notes that a user was here, and the role that the token gave. */
export async function noteUser(db: Queryable, { sub, role }: User): Promise<void> {
  await rows(
    db,
    `INSERT INTO wiki_app_users (sub, role, seen_at) VALUES ($1, $2, now())
     ON CONFLICT (sub) DO UPDATE SET role = $2, seen_at = now()`,
    [sub, role],
  );
}
