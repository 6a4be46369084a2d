import type { IncomingMessage } from 'node:http';
import { Injectable } from '@nestjs/common';
import { Problem } from '../../common/problem.js';
import type { ImportReport } from '../schemas/page.js';
import { BadPage } from './bad-page.js';
import { BatchRepository } from './batch.repository.js';
import { splitterFor } from './media-type.js';
import { readPage, type UploadedPage } from './page-reader.js';
import { BrokenBody, type RawPage } from './splitter.js';

/** A batch is stored when it reaches either: what bounds the memory of an upload, and what an aborted one may lose. */
const BATCH_PAGES = 256;
const BATCH_BYTES = 8 * 2 ** 20;
const LISTED_REJECTS = 1000;

/** Reads an upload of pages as it comes and stores it batch by batch. */
@Injectable()
export class ImportService {
  constructor(private readonly batches: BatchRepository) {}

  /**
   * Whole batches are stored, each in a transaction of its own; the client is read no faster than they are.
   * @throws {Problem} unsupported_media_type, wiki_not_found; malformed_body, telling what was stored before
   */
  async import(wikiId: number, request: IncomingMessage): Promise<ImportReport> {
    const splitter = splitterFor(request.headers);
    const upload = new Upload(wikiId, this.batches);
    try {
      // keep the stream where we stop early: destroying it would cut the connection before the answer
      for await (const chunk of request.iterator({ destroyOnReturn: false })) await upload.take(splitter.push(chunk));
      await upload.take(splitter.end());
      await upload.flush();
      return upload.report;
    } catch (error) {
      request.resume(); // let the client finish sending, so that it gets to read the answer
      throw error instanceof BrokenBody || request.errored ? upload.broken(error) : error;
    }
  }
}

/** One upload under way: its counts, and the batch that is filling up. */
class Upload {
  readonly report: ImportReport = {
    received: 0,
    created: 0,
    updated: 0,
    unchanged: 0,
    rejected: [],
    rejected_count: 0,
  };
  private batch: UploadedPage[] = [];
  private bytes = 0;

  constructor(
    private readonly wikiId: number,
    private readonly batches: BatchRepository,
  ) {}

  async take(pages: Iterable<RawPage>): Promise<void> {
    for (const raw of pages) {
      this.report.received++;
      try {
        this.batch.push(readPage(raw));
        this.bytes += raw.bytes?.length ?? 0;
      } catch (error) {
        if (!(error instanceof BadPage)) throw error;
        this.reject(raw.line, error.message);
      }
      if (this.batch.length >= BATCH_PAGES || this.bytes >= BATCH_BYTES) await this.flush();
    }
  }

  async flush(): Promise<void> {
    if (this.batch.length === 0) return;
    const { created, updated, unchanged } = await this.batches.store(this.wikiId, this.batch);
    this.report.created += created;
    this.report.updated += updated;
    this.report.unchanged += unchanged;
    this.batch = [];
    this.bytes = 0;
  }

  broken(error: unknown): Problem {
    const { created, updated, unchanged } = this.report;
    const stored = created + updated + unchanged;
    const before = stored > 0 ? `The first ${stored} good pages are stored.` : 'Nothing of it is stored.';
    const reason = error instanceof BrokenBody ? error.message : 'the connection broke in the middle of the body';
    return new Problem('malformed_body', `${reason}. ${before} Correct it and send it again.`, {
      created,
      updated,
      unchanged,
    });
  }

  private reject(line: number, error: string): void {
    this.report.rejected_count++;
    if (this.report.rejected.length < LISTED_REJECTS) this.report.rejected.push({ line, error });
  }
}
