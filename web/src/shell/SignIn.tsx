import { useState } from 'react';
import { keepToken } from '../api/token';

/** For who came without the link, or with one that is too old. */
export function SignIn({ retry }: { retry: () => void }) {
  const [text, setText] = useState('');
  return (
    <main className="narrow">
      <h1>This page needs its link</h1>
      <p>
        Open the link that the service printed when it started. It ends in <code>/admin#token=…</code> and is good for
        some hours. Or paste the link, or its token, here.
      </p>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          keepToken(text.trim().replace(/^.*#token=/, ''));
          retry();
        }}
      >
        <label>
          Link or token
          <input value={text} onChange={(event) => setText(event.target.value)} autoComplete="off" required />
        </label>
        <button type="submit" className="main">
          Sign in
        </button>
      </form>
    </main>
  );
}
