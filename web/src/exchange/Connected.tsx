import { useState } from 'react';
import { service } from '../api/service';
import type { Checked, Connection } from '../api/types';
import { Confirm } from '../shell/Confirm';
import { Fault } from '../shell/Fault';
import { count } from '../shell/format';
import { useAction } from '../shell/use-action';
import { kindOf } from './kinds';

/** The connection as it stands: a look at the wiki, and a way out of it. */
export function Connected({
  wikiId,
  connection,
  changed,
}: {
  wikiId: number;
  connection: Connection;
  changed: () => void;
}) {
  const { run, busy, error } = useAction();
  const [checked, setChecked] = useState<Checked>(connection);
  const kind = kindOf(connection);
  return (
    <section className="panel" aria-labelledby="connection">
      <h2 id="connection">Connected: {kind.label}</h2>
      <dl className="keys">
        {Object.entries(connection.settings)
          .filter(([, value]) => value !== null)
          .map(([name, value]) => (
            <div key={name}>
              <dt>{kind.fields.find((field) => field.name === name)?.label ?? name}</dt>
              <dd>{String(value)}</dd>
            </div>
          ))}
      </dl>
      <div className="row">
        <button
          type="button"
          disabled={busy}
          onClick={() => run(async () => setChecked(await service.checkConnection(wikiId)))}
        >
          Look at the wiki again
        </button>
        <Confirm
          label="Disconnect"
          question="Forget how to reach this wiki? The pages and tags stay here; nothing is changed in the wiki."
          busy={busy}
          act={() => run(() => service.disconnect(wikiId)).then((done) => done && changed())}
        />
      </div>
      <div role="status">
        <p>
          {checked.title}
          {checked.pages !== null && `, ${count(checked.pages, 'page')}`}.{' '}
          {checked.can_write ? 'Tags can be written.' : 'Tags cannot be written.'}
        </p>
        {checked.problems.map((problem) => (
          <p key={problem} className="warning">
            {problem}
          </p>
        ))}
      </div>
      <Fault error={error} />
    </section>
  );
}
