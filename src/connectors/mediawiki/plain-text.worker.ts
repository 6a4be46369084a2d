import wtf from 'wtf_wikipedia';

/** What the worker thread runs: a page's words, without markup, templates, tables and notes. */
export default function plainText(wikitext: string): string {
  return wtf(wikitext)
    .text()
    .replaceAll(/\n{3,}/g, '\n\n')
    .trim();
}
