import { useEffect, useRef, useState } from 'react';

/** Asks for the new name of a tag. Closing it gives the focus back to where it was. */
export function RenameDialog({
  tag,
  rename,
  close,
}: {
  tag: string;
  rename: (newTag: string) => void;
  close: () => void;
}) {
  const dialog = useRef<HTMLDialogElement>(null);
  const [text, setText] = useState(tag);
  const changed = text.trim() !== '' && text.trim() !== tag;
  useEffect(() => dialog.current?.showModal(), []);
  return (
    <dialog ref={dialog} aria-label={`Rename the tag ${tag}`} onClose={close}>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          dialog.current?.close();
          rename(text.trim());
        }}
      >
        <label>
          New name for “{tag}”
          <input value={text} onChange={(event) => setText(event.target.value)} maxLength={200} required />
        </label>
        <p className="quiet">It holds for later runs too.</p>
        <p className="row">
          <button type="submit" className="main" disabled={!changed}>
            Rename
          </button>
          <button type="button" onClick={() => dialog.current?.close()}>
            Leave it
          </button>
        </p>
      </form>
    </dialog>
  );
}
