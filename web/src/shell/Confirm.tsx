import { useId, useRef } from 'react';

/** A button that asks first. The dialog is the browser's own: it holds the focus and closes on Escape. */
export function Confirm({
  label,
  question,
  busy,
  act,
}: {
  label: string;
  question: string;
  busy: boolean;
  act: () => void;
}) {
  const dialog = useRef<HTMLDialogElement>(null);
  const id = useId();
  return (
    <>
      <button type="button" disabled={busy} onClick={() => dialog.current?.showModal()}>
        {label}
      </button>
      <dialog ref={dialog} aria-labelledby={id}>
        <p id={id}>{question}</p>
        <form method="dialog" className="row">
          <button type="submit" className="main" onClick={act}>
            {label}
          </button>
          <button type="submit">Leave it</button>
        </form>
      </dialog>
    </>
  );
}
