import { useEffect } from 'react';
import { wikiApp } from '../api/wiki-app';
import { Fault } from './Fault';
import { when } from './format';
import { hrefOf } from './route';
import { useLoad } from './use-load';

const LOOK_MS = 5000;

/** The bell: what ended since, newest first. Reading one takes it off the count. */
export function Notifications() {
  const found = useLoad((signal) => wikiApp.notifications(signal), []);
  const { reload } = found;
  useEffect(() => {
    const timer = setInterval(() => document.visibilityState === 'visible' && reload(), LOOK_MS);
    return () => clearInterval(timer);
  }, [reload]);
  const all = found.data ?? [];
  const unread = all.filter((note) => note.read_at === null).length;
  return (
    <details className="notifications">
      <summary aria-label={`Notifications, ${unread} unread`}>
        <svg viewBox="0 0 24 24" width="20" height="20" aria-hidden="true">
          <path
            fill="currentColor"
            d="M12 2a6 6 0 0 0-6 6v4l-2 4v1h16v-1l-2-4V8a6 6 0 0 0-6-6Zm-2.5 17a2.5 2.5 0 0 0 5 0Z"
          />
        </svg>
        {unread > 0 && (
          <span className="badge" aria-hidden="true">
            {unread}
          </span>
        )}
      </summary>
      <div className="panel">
        <h2>Notifications</h2>
        <Fault error={found.error} retry={reload} />
        {all.length === 0 && <p className="quiet">None yet. You hear here of runs that have ended.</p>}
        <ul className="plain">
          {all.map((note) => (
            <li key={note.notification_id} className={note.read_at === null ? 'unread' : undefined}>
              <a href={hrefOf(note.wiki_id, 'run')}>{note.message}</a>
              <small>{when(note.created_at)}</small>
              {note.read_at === null && (
                <button
                  type="button"
                  className="link"
                  onClick={() => wikiApp.read(note.notification_id).then(reload, reload)}
                >
                  Mark as read
                </button>
              )}
            </li>
          ))}
        </ul>
      </div>
    </details>
  );
}
