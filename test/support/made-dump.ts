export interface DumpPage {
  readonly title: string;
  readonly text: string;
  readonly ns?: number;
  /** Of the page; its revision has this and 1000. Absent: the dump says none, as one to be imported may. */
  readonly id?: number;
  readonly model?: string;
  readonly redirect?: string;
}

/** An export file (https://www.mediawiki.org/wiki/Help:Export#Export_format) of these pages, one revision each. */
export function dumpOf(pages: readonly DumpPage[], siteName?: string): string {
  const site =
    siteName === undefined
      ? ''
      : `<siteinfo><sitename>${siteName}</sitename><namespaces><namespace key="0" case="first-letter" />
<namespace key="14" case="first-letter">Kategorie</namespace></namespaces></siteinfo>`;
  return `<mediawiki xmlns="http://www.mediawiki.org/xml/export-0.11/" version="0.11" xml:lang="en">
${site}${pages.map(pageElement).join('\n')}</mediawiki>`;
}

function pageElement({ title, text, ns = 0, id, model = 'wikitext', redirect }: DumpPage): string {
  return `<page><title>${escaped(title)}</title><ns>${ns}</ns>${id ? `<id>${id}</id>` : ''}
${redirect ? `<redirect title="${escaped(redirect)}" />` : ''}
<revision>${id ? `<id>${id + 1000}</id>` : ''}<timestamp>2024-01-01T00:00:00Z</timestamp>
<contributor><username>Author</username></contributor><model>${model}</model><format>text/x-wiki</format>
<text xml:space="preserve">${escaped(text)}</text></revision></page>`;
}

const escaped = (text: string) => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
