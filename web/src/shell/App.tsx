import { lazy, Suspense, useEffect, useRef } from 'react';
import { ApiError } from '../api/http';
import type { Wiki } from '../api/types';
import { wikiApp } from '../api/wiki-app';
import { RunView } from '../run/RunView';
import { WikisView } from '../wikis/WikisView';
import { Header } from './Header';
import { type Route, useRoute, VIEWS } from './route';
import { SignIn } from './SignIn';
import { useLoad } from './use-load';
import { Waiting } from './Waiting';

const ClustersView = lazy(() => import('../clusters/ClustersView'));
const ExchangeView = lazy(() => import('../exchange/ExchangeView'));
const MapView = lazy(() => import('../map/MapView'));
const ReviewView = lazy(() => import('../review/ReviewView'));
const SearchView = lazy(() => import('../search/SearchView'));

/** The whole page: who is here, which wikis are theirs, and the view that the address names. */
export function App() {
  const route = useRoute();
  const known = useLoad(async (signal) => {
    const [me, wikis] = await Promise.all([wikiApp.me(signal), wikiApp.wikis(signal)]);
    return { me, wikis };
  }, []);
  const wiki = known.data?.wikis.find((candidate) => candidate.wiki_id === route.wikiId);
  const title = wiki === undefined ? 'Your wikis' : `${VIEWS.find((v) => v.view === route.view)?.label} · ${wiki.name}`;
  const main = useFocusOnNewView(title);
  if (known.error instanceof ApiError && known.error.status === 401) return <SignIn retry={known.reload} />;
  return (
    <Waiting of={known} what="your wikis">
      {({ me, wikis }) => (
        <>
          <Header me={me} wikis={wikis} route={wiki === undefined ? { ...route, wikiId: null } : route} />
          <main id="main" ref={main} tabIndex={-1}>
            <Suspense fallback={<p className="quiet">Loading …</p>}>
              {wiki === undefined ? (
                <WikisView me={me} wikis={wikis} missing={known.loading ? null : route.wikiId} reload={known.reload} />
              ) : (
                <ViewOf key={wiki.wiki_id} route={route} wiki={wiki} />
              )}
            </Suspense>
          </main>
        </>
      )}
    </Waiting>
  );
}

function ViewOf({ route, wiki }: { route: Route; wiki: Wiki }) {
  switch (route.view) {
    case 'run':
      return <RunView wiki={wiki} />;
    case 'map':
      return <MapView wiki={wiki} />;
    case 'clusters':
      return <ClustersView wiki={wiki} item={route.item} />;
    case 'review':
      return <ReviewView wiki={wiki} />;
    case 'search':
      return <SearchView wiki={wiki} />;
    case 'exchange':
      return <ExchangeView wiki={wiki} />;
  }
}

/** Names the window after the view, and puts the focus there when it changes, as a page load would. */
function useFocusOnNewView(title: string) {
  const main = useRef<HTMLElement>(null);
  const shown = useRef<string>(undefined);
  useEffect(() => {
    document.title = `${title} · wikitag`;
    if (shown.current !== undefined && shown.current !== title) main.current?.focus();
    shown.current = title;
  }, [title]);
  return main;
}
