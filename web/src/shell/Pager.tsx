/** Back and forth in a list that comes in pieces; nothing where one piece is all. */
export function Pager({
  cursors,
  next,
  go,
}: {
  /** Those of the pieces seen before this one. */
  cursors: readonly string[];
  next: string | null;
  go: (cursors: readonly string[]) => void;
}) {
  if (cursors.length === 0 && next === null) return null;
  return (
    <p className="row">
      <button type="button" disabled={cursors.length === 0} onClick={() => go(cursors.slice(0, -1))}>
        Back
      </button>
      <button type="button" disabled={next === null} onClick={() => next !== null && go([...cursors, next])}>
        More pages
      </button>
    </p>
  );
}
