import type { ExportedPage } from '../api/types';

const fold = (text: string) => text.normalize('NFKD').replace(/\p{M}/gu, '').toLowerCase();

/** The pages in whose title or tags every word stands, begun or whole; those with all words in the title first. */
export function searchPages(pages: readonly ExportedPage[], words: string): readonly ExportedPage[] {
  const wanted = fold(words).split(/\s+/).filter(Boolean);
  if (wanted.length === 0) return pages;
  const inTitle: ExportedPage[] = [];
  const inTags: ExportedPage[] = [];
  for (const page of pages) {
    const title = fold(page.title);
    const tags = fold(
      page.tags
        .filter(({ status }) => status !== 'rejected')
        .map(({ tag }) => tag)
        .join(' '),
    );
    if (wanted.every((word) => title.includes(word))) inTitle.push(page);
    else if (wanted.every((word) => title.includes(word) || tags.includes(word))) inTags.push(page);
  }
  return [...inTitle, ...inTags];
}
