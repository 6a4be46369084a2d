import { explain } from './explain';

/** An error in plain words, said aloud too; nothing where there is none. */
export function Fault({ error, retry }: { error: unknown; retry?: () => void }) {
  if (error === undefined || error === null) return null;
  const { what, detail, next } = explain(error);
  return (
    <div className="fault" role="alert">
      <p>
        <strong>{what}</strong> {detail} {next}
      </p>
      {retry !== undefined && (
        <button type="button" onClick={retry}>
          Try again
        </button>
      )}
    </div>
  );
}
