import { useDeferredValue, useMemo, useState } from 'react';
import { service } from '../api/service';
import type { ExportedPage, Wiki } from '../api/types';
import { PageTags } from '../clusters/PageTags';
import { count } from '../shell/format';
import { useLoad } from '../shell/use-load';
import { Waiting } from '../shell/Waiting';
import { searchPages } from './search-pages';

const SHOWN = 100;

/** Finds pages by the words of their titles and tags, as one types. */
export default function SearchView({ wiki }: { wiki: Wiki }) {
  const pages = useLoad((signal) => service.export(wiki.wiki_id, signal), [wiki.wiki_id]);
  const [words, setWords] = useState('');
  const deferred = useDeferredValue(words); // typing stays quick while a large wiki is searched
  return (
    <>
      <h1>Search</h1>
      <label>
        Words of a title or a tag
        <input type="search" value={words} onChange={(event) => setWords(event.target.value)} autoComplete="off" />
      </label>
      <Waiting of={pages} what="the pages">
        {(all) => <Hits wikiId={wiki.wiki_id} pages={all} words={deferred} />}
      </Waiting>
    </>
  );
}

function Hits({ wikiId, pages, words }: { wikiId: number; pages: readonly ExportedPage[]; words: string }) {
  const hits = useMemo(() => searchPages(pages, words), [pages, words]);
  return (
    <>
      <p role="status" className="quiet">
        {words.trim() === '' ? count(pages.length, 'page') : `${count(hits.length, 'page')} found`}
        {hits.length > SHOWN && `, the first ${SHOWN} shown`}
      </p>
      <ul className="plain lines">
        {hits.slice(0, SHOWN).map((page) => (
          <li key={page.page_id}>
            <PageTags wikiId={wikiId} page={page}>
              <span className="tags">
                {page.tags
                  .filter(({ status }) => status !== 'rejected')
                  .slice(0, 4)
                  .map(({ tag, status, source }) => (
                    <span key={`${tag} ${source}`} className={status === 'applied' ? 'tag good' : 'tag'}>
                      {tag}
                    </span>
                  ))}
              </span>
            </PageTags>
          </li>
        ))}
      </ul>
    </>
  );
}
