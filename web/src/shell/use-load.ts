import { type DependencyList, useCallback, useEffect, useState } from 'react';

export interface Loaded<T> {
  /** What came last; stays while it is loaded again. Undefined before the first time. */
  readonly data: T | undefined;
  readonly error: unknown;
  readonly loading: boolean;
  readonly reload: () => void;
}

/** Loads when the component appears and whenever `wants` change. An answer that comes too late is dropped. */
export function useLoad<T>(load: (signal: AbortSignal) => Promise<T>, wants: DependencyList): Loaded<T> {
  const [state, setState] = useState<{ data?: T; error?: unknown; loading: boolean }>({ loading: true });
  const [turn, setTurn] = useState(0);
  // biome-ignore lint/correctness/useExhaustiveDependencies: the caller names what it depends on
  useEffect(() => {
    const aborter = new AbortController();
    setState((before) => ({ ...before, error: undefined, loading: true }));
    load(aborter.signal).then(
      (data) => aborter.signal.aborted || setState({ data, loading: false }),
      (error: unknown) => aborter.signal.aborted || setState((before) => ({ ...before, error, loading: false })),
    );
    return () => aborter.abort();
  }, [...wants, turn]);
  const reload = useCallback(() => setTurn((before) => before + 1), []);
  return { data: state.data, error: state.error, loading: state.loading, reload };
}
