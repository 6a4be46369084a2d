import { useId, useState } from 'react';
import { service } from '../api/service';
import { Fault } from '../shell/Fault';
import { hrefOf } from '../shell/route';
import { useAction } from '../shell/use-action';
import { type Field, KINDS, settingsOf } from './kinds';

/** Chooses a kind of wiki and asks for what it needs. The service looks at the wiki before it keeps the settings. */
export function ConnectForm({ wikiId, connected }: { wikiId: number; connected: () => void }) {
  const [id, setId] = useState(KINDS[0]!.id);
  const kind = KINDS.find((candidate) => candidate.id === id)!;
  const { run, busy, error } = useAction();
  return (
    <section className="panel" aria-labelledby="connect">
      <h2 id="connect">Where is this wiki?</h2>
      <p className="quiet">
        Connect it, and pages are fetched and tags written back from here. Where pages are sent by the API already, it
        can be used as it is: <a href={hrefOf(wikiId, 'run')}>go to the run</a>.
      </p>
      <form
        className="form"
        onSubmit={(event) => {
          event.preventDefault();
          const settings = settingsOf(kind, new FormData(event.currentTarget));
          void run(() => service.connect(wikiId, { kind: kind.kind, settings })).then((done) => done && connected());
        }}
      >
        <label>
          Kind of wiki
          <select value={id} onChange={(event) => setId(event.target.value)}>
            {KINDS.map(({ id: value, label }) => (
              <option key={value} value={value}>
                {label}
              </option>
            ))}
          </select>
        </label>
        <p className="quiet">{kind.about}</p>
        {kind.fields.map((field) => (
          <Entry key={`${kind.id} ${field.name}`} field={field} />
        ))}
        <p>
          <button type="submit" className="main" disabled={busy}>
            {busy ? 'Looking at the wiki …' : 'Connect'}
          </button>
        </p>
      </form>
      <Fault error={error} />
    </section>
  );
}

function Entry({ field }: { field: Field }) {
  const id = useId();
  return (
    <div>
      <label htmlFor={id}>{field.label}</label>
      {field.choices === undefined ? (
        <input
          id={id}
          name={field.name}
          type={field.type ?? 'text'}
          required={field.optional !== true}
          autoComplete="off"
          aria-describedby={`${id}-hint`}
        />
      ) : (
        <select id={id} name={field.name}>
          {field.choices.map(([value, label]) => (
            <option key={value} value={value}>
              {label}
            </option>
          ))}
        </select>
      )}
      <small id={`${id}-hint`} className="quiet">
        {field.hint}
      </small>
    </div>
  );
}
