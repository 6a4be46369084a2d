import type { Me, Wiki } from '../api/types';
import { Notifications } from './Notifications';
import { goTo, hrefOf, type Route, VIEWS } from './route';
import { ThemeSwitch } from './ThemeSwitch';

/** The top of the page: which wiki, which view of it, what happened. */
export function Header({ me, wikis, route }: { me: Me; wikis: readonly Wiki[]; route: Route }) {
  const { wikiId } = route;
  return (
    <header>
      <button type="button" className="skip" onClick={() => document.getElementById('main')?.focus()}>
        Skip to the content
      </button>
      <div className="bar">
        <a className="brand" href="#/">
          <img src={`${import.meta.env.BASE_URL}icon.svg`} alt="" width="24" height="24" /> wikitag
        </a>
        {wikiId !== null && (
          <label className="chooser">
            <span className="hidden">Wiki</span>
            <select value={wikiId} onChange={(event) => goTo(hrefOf(Number(event.target.value), route.view))}>
              {wikis.map((wiki) => (
                <option key={wiki.wiki_id} value={wiki.wiki_id}>
                  {wiki.name}
                </option>
              ))}
            </select>
          </label>
        )}
        <span className="space" />
        <span className="quiet who">{me.sub}</span>
        <ThemeSwitch />
        <Notifications />
      </div>
      {wikiId !== null && (
        <nav aria-label="Views of this wiki">
          {VIEWS.map(({ view, label }) => (
            <a key={view} href={hrefOf(wikiId, view)} aria-current={view === route.view ? 'page' : undefined}>
              {label}
            </a>
          ))}
        </nav>
      )}
    </header>
  );
}
