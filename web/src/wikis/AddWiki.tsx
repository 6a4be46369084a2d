import { useState } from 'react';
import { wikiApp } from '../api/wiki-app';
import { Fault } from '../shell/Fault';
import { goTo, hrefOf } from '../shell/route';
import { useAction } from '../shell/use-action';

/** Makes a wiki without pages, and goes where it is connected. */
export function AddWiki({ added }: { added: () => void }) {
  const [name, setName] = useState('');
  const { run, busy, error } = useAction();
  const add = () =>
    run(async () => {
      const { wiki_id } = await wikiApp.addWiki(name.trim());
      added();
      goTo(hrefOf(wiki_id, 'exchange'));
    });
  return (
    <section aria-labelledby="add-wiki">
      <h2 id="add-wiki">Add a wiki</h2>
      <p className="quiet">
        Give it a name here; next you connect it: a folder of Markdown, a MediaWiki, or another wiki by HTTP.
      </p>
      <form
        className="row"
        onSubmit={(event) => {
          event.preventDefault();
          void add();
        }}
      >
        <label>
          Name
          <input value={name} onChange={(event) => setName(event.target.value)} maxLength={200} required />
        </label>
        <button type="submit" className="main" disabled={busy || name.trim() === ''}>
          Add
        </button>
      </form>
      <Fault error={error} />
    </section>
  );
}
