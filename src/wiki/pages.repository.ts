import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { type List, listFrom } from '../common/cursor.js';
import { Problem } from '../common/problem.js';
import { rows } from '../database/rows.js';
import type { ListedPage, PageListQuery } from './schemas/page.js';
import { lockIdleWiki } from './wikis.repository.js';

type PageRow = Omit<ListedPage, 'created_at' | 'updated_at'> & { created_at: Date; updated_at: Date };

/** The pages as stored, one list at a time. Uploads go through import/. */
@Injectable()
export class PagesRepository {
  constructor(private readonly db: DataSource) {}

  /** Pages by page_id, byte by byte, without their texts: those may be megabytes each. */
  async list(wikiId: number, { limit, cursor }: PageListQuery): Promise<List<'pages', ListedPage>> {
    const found = await rows<PageRow>(
      this.db,
      `SELECT p.page_id, p.title, p.published, p.human_tags AS tags, length(p.text) AS text_length,
              v.dims AS embedding_dims, p.created_at, p.updated_at
         FROM pages p LEFT JOIN page_vectors v
           ON v.wiki_id = p.wiki_id AND v.page_id = p.page_id AND v.model = 'given'
        WHERE p.wiki_id = $1 AND p.page_id > $2 ORDER BY p.page_id LIMIT $3`,
      [wikiId, cursor ?? '', limit + 1],
    );
    const pages = found.map((row) => ({
      ...row,
      created_at: row.created_at.toISOString(),
      updated_at: row.updated_at.toISOString(),
    }));
    return listFrom('pages', pages, limit, (page) => page.page_id);
  }

  /** Deletes a page and all that is its own. @throws {Problem} wiki_not_found, page_not_found, run_active */
  async delete(wikiId: number, pageId: string): Promise<void> {
    await this.db.transaction(async (db) => {
      await lockIdleWiki(db, wikiId);
      const deleted = await rows(db, 'DELETE FROM pages WHERE wiki_id = $1 AND page_id = $2 RETURNING 1', [
        wikiId,
        pageId,
      ]);
      if (deleted.length > 0) return;
      throw new Problem(
        'page_not_found',
        `Wiki ${wikiId} has no page '${pageId}'. List them: GET /wikis/${wikiId}/pages.`,
      );
    });
  }
}
