import type { Me, Wiki } from '../api/types';
import { count } from '../shell/format';
import { hrefOf } from '../shell/route';
import { AddWiki } from './AddWiki';

/** The wikis that this user may manage, and a form for a new one. */
export function WikisView({
  me,
  wikis,
  missing,
  reload,
}: {
  me: Me;
  wikis: readonly Wiki[];
  /** A wiki that the address names and that is not among them. */
  missing: number | null;
  reload: () => void;
}) {
  return (
    <>
      <h1>Your wikis</h1>
      {missing !== null && (
        <p className="fault" role="alert">
          Wiki {missing} is not there, or you may not manage it.
        </p>
      )}
      {wikis.length === 0 && <p>None yet. {me.role === 'admin' ? 'Add one below.' : 'Ask an admin to add one.'}</p>}
      <ul className="cards">
        {wikis.map((wiki) => (
          <li key={wiki.wiki_id}>
            <a className="card" href={hrefOf(wiki.wiki_id, 'run')}>
              <strong>{wiki.name}</strong>
              <span className="quiet">
                {count(wiki.pages, 'page')}
                {wiki.owner !== null && ` · owner ${wiki.owner}`}
              </span>
            </a>
          </li>
        ))}
      </ul>
      {me.role === 'admin' && <AddWiki added={reload} />}
    </>
  );
}
