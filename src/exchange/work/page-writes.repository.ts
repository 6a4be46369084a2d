import { Injectable } from '@nestjs/common';
import { DataSource, type EntityManager } from 'typeorm';
import type { PreparedEdit } from '../../connectors/contract.js';
import { rows } from '../../database/rows.js';
import type { Claimed } from './claims.repository.js';

/** A page of an export. */
export interface PageWrite {
  readonly exchange_id: string;
  readonly page_id: string;
  readonly number: number;
  readonly add_tags: readonly string[];
  readonly remove_tags: readonly string[];
  readonly state: string;
  /** The last edit that was prepared for writing. */
  readonly edit: PreparedEdit | null;
  readonly revision: string | null;
  readonly undo_edit: PreparedEdit | null;
}

/** Names the edit of a page for ever. */
export const editIdOf = ({ exchange_id, number }: Pick<PageWrite, 'exchange_id' | 'number'>) =>
  `${exchange_id}_${number}`;

const FIELDS =
  'w.exchange_id, w.page_id, w.number, w.add_tags, w.remove_tags, w.state, w.edit, w.revision, w.undo_edit';
const SOME = 100;

/** The pages of exports as stored. Writes go through the transaction that the caller holds. */
@Injectable()
export class PageWritesRepository {
  constructor(private readonly db: DataSource) {}

  /** The next pages in one of these states, or, backwards, the last ones. */
  next({ exchange_id }: Claimed, states: readonly string[], order: 'ASC' | 'DESC'): Promise<PageWrite[]> {
    return rows(
      this.db,
      `SELECT ${FIELDS} FROM page_writes w WHERE exchange_id = $1 AND state = ANY($2) ORDER BY number ${order} LIMIT ${SOME}`,
      [exchange_id, states],
    );
  }

  /** Edits that may or may not have been made when their worker was lost, of whatever exchange with this wiki. */
  open({ wiki_id, place }: Claimed): Promise<PageWrite[]> {
    return rows(
      this.db,
      `SELECT ${FIELDS} FROM page_writes w JOIN exchanges e USING (exchange_id)
        WHERE e.wiki_id = $1 AND e.place = $2 AND w.state IN ('prepared', 'undo_prepared') ORDER BY e.seq, w.number`,
      [wiki_id, place],
    );
  }

  async any({ exchange_id }: Claimed): Promise<boolean> {
    return (await rows(this.db, 'SELECT 1 FROM page_writes WHERE exchange_id = $1 LIMIT 1', [exchange_id])).length > 0;
  }

  /** Changes what is named and leaves the rest. */
  async set(
    db: EntityManager,
    { exchange_id, page_id }: Pick<PageWrite, 'exchange_id' | 'page_id'>,
    to: Partial<Omit<PageWrite, 'exchange_id' | 'page_id' | 'number'>> & { readonly reason?: string },
  ): Promise<void> {
    const entries = Object.entries(to).filter(([, value]) => value !== undefined);
    const values = entries.map(([name, value]) => (name.endsWith('edit') ? JSON.stringify(value) : value));
    const changes = entries.map(([name], i) => `${name} = $${i + 3}`).join(', ');
    await rows(db, `UPDATE page_writes SET ${changes} WHERE exchange_id = $1 AND page_id = $2`, [
      exchange_id,
      page_id,
      ...values,
    ]);
  }
}
