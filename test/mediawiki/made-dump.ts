export interface DumpPage {
  readonly title: string;
  readonly text: string;
  readonly ns?: number;
  readonly id?: number;
}

const escaped = (text: string) => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');

/** An export file (https://www.mediawiki.org/wiki/Help:Export#Export_format) of these pages, one revision each. */
export function dumpOf(pages: readonly DumpPage[]): string {
  const entries = pages.map(
    ({ title, text, ns = 0, id }) => `<page><title>${escaped(title)}</title><ns>${ns}</ns>${id ? `<id>${id}</id>` : ''}
<revision>${id ? `<id>${id + 1000}</id>` : ''}<timestamp>2024-01-01T00:00:00Z</timestamp>
<contributor><username>Author</username></contributor><model>wikitext</model><format>text/x-wiki</format>
<text xml:space="preserve">${escaped(text)}</text></revision></page>`,
  );
  return `<mediawiki xmlns="http://www.mediawiki.org/xml/export-0.11/" version="0.11" xml:lang="en">${entries.join('\n')}</mediawiki>`;
}
