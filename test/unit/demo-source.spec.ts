import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { readJsonLines } from '../../src/demo/source.js';

describe('a file of pages for the demo', () => {
  it('may begin with a byte order mark, end its lines with CRLF, and name its pages `id`; line numbers stay', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'wikitag-source-'));
    try {
      const file = join(folder, 'pages.jsonl');
      writeFileSync(file, '\uFEFF{"id": 1, "title": "a"}\r\n\r\nno json\r\n{"page_id": "b", "id": 2}\r\n');
      const lines: string[] = [];
      for await (const line of readJsonLines(file).lines()) lines.push(line);
      expect(lines.map((line) => line.trim())).toEqual([
        '{"id":1,"title":"a","page_id":"1"}',
        '',
        'no json',
        '{"page_id": "b", "id": 2}',
      ]);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});
