import type { ReactNode } from 'react';
import { Fault } from './Fault';
import type { Loaded } from './use-load';

/** Shows what was loaded; before that a word, and an error in its place. */
export function Waiting<T>({ of, what, children }: { of: Loaded<T>; what: string; children: (data: T) => ReactNode }) {
  return (
    <>
      <Fault error={of.error} retry={of.reload} />
      {of.data !== undefined ? children(of.data) : of.loading && <p className="quiet">Loading {what} …</p>}
    </>
  );
}
