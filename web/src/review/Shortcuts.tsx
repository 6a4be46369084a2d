const KEYS = [
  ['j or ↓', 'next'],
  ['k or ↑', 'back'],
  ['a', 'approve'],
  ['r', 'reject'],
  ['n', 'rename'],
  ['u', 'take the last decision back'],
] as const;

/** The keys that work while the focus is on an item of the queue. */
export function Shortcuts() {
  return (
    <details>
      <summary>Keys</summary>
      <p className="quiet">They work while the focus is on a tag of the list.</p>
      <dl className="keys">
        {KEYS.map(([key, does]) => (
          <div key={key}>
            <dt>
              <kbd>{key}</kbd>
            </dt>
            <dd>{does}</dd>
          </div>
        ))}
      </dl>
    </details>
  );
}
