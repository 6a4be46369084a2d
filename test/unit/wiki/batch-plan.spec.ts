import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { planBatch, type StoredPage } from '../../../src/wiki/import/batch-plan.js';
import { readPage, type UploadedPage } from '../../../src/wiki/import/page-reader.js';

const uploaded = (page: object): UploadedPage => readPage({ line: 1, bytes: Buffer.from(JSON.stringify(page)) });

/** A small world, so that ids, texts and vectors meet often. */
const pages = fc.array(
  fc.record(
    {
      page_id: fc.constantFrom('a', 'b'),
      title: fc.constantFrom('t', 'u'),
      text: fc.constantFrom('x', 'y'),
      embedding: fc.constantFrom([1], [2]),
    },
    { requiredKeys: ['page_id', 'title', 'text'] },
  ),
  { maxLength: 12 },
);

interface Row {
  readonly page: UploadedPage;
  readonly vector: Buffer | null;
  readonly vectorOf: string | null;
}

/** The store as one would write it without batches: page by page, every rule spelled out. */
class SlowStore {
  readonly rows = new Map<string, Row>();
  readonly counts = { created: 0, updated: 0, unchanged: 0 };

  put(page: UploadedPage): void {
    const old = this.rows.get(page.pageId);
    const keeps = page.vector === null && old?.vectorOf === page.text;
    const vector = page.vector?.bytes ?? (keeps ? old.vector : null);
    const row = { page, vector, vectorOf: vector === null ? null : page.text };
    if (old === undefined) this.counts.created++;
    else if (old.page.title === page.title && old.page.text === page.text && same(old.vector, vector))
      this.counts.unchanged++;
    else this.counts.updated++;
    this.rows.set(page.pageId, row);
  }
}

const same = (a: Buffer | null, b: Buffer | null) => a === b || (a !== null && b !== null && a.equals(b));

describe('planBatch', () => {
  it('counts and leaves behind the same as storing page by page, wherever the batches are cut', () => {
    fc.assert(
      fc.property(pages, fc.nat(12), (input, cut) => {
        const all = input.map(uploaded);
        const slow = new SlowStore();
        for (const page of all) slow.put(page);

        const stored = new Map<string, StoredPage>();
        const bytes = new Map<string, Buffer>();
        const counts = { created: 0, updated: 0, unchanged: 0 };
        for (const batch of [all.slice(0, cut), all.slice(cut)]) {
          const plan = planBatch(new Map(stored), batch);
          for (const key of ['created', 'updated', 'unchanged'] as const) counts[key] += plan[key];
          for (const { page, vector } of plan.writes) {
            const kept = vector === 'keep' ? (stored.get(page.pageId)?.vector ?? null) : null;
            const given = vector === 'keep' || vector === null ? null : vector;
            if (given !== null) bytes.set(page.pageId, given.bytes);
            if (vector === null) bytes.delete(page.pageId);
            stored.set(page.pageId, {
              contentHash: page.contentHash,
              vector: given === null ? kept : { hash: given.hash, textHash: page.textHash },
            });
          }
        }
        expect(counts).toEqual(slow.counts);
        expect([...stored].map(([id, row]) => [id, row.contentHash, bytes.get(id) ?? null])).toEqual(
          [...slow.rows].map(([id, row]) => [id, row.page.contentHash, row.vector]),
        );
      }),
    );
  });
});
