import { readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { PROBLEMS } from '../../src/common/problem.js';

const DOCS = new URL('../../../docs/error-handling.md', import.meta.url); // from dist/test/unit

describe('docs/error-handling.md', () => {
  it('lists every error code with its status and title, and no other', () => {
    const block = /<!-- codes:[^>]*-->([\s\S]*)<!-- \/codes -->/.exec(readFileSync(DOCS, 'utf8'))?.[1] ?? '';
    const rows = [...block.matchAll(/^\| `(\w+)` +\| (\d+) +\| (.+?) +\|$/gm)].map(([, code, status, title]) => [
      code,
      { status: Number(status), title },
    ]);
    expect(Object.fromEntries(rows)).toEqual(PROBLEMS);
  });
});
