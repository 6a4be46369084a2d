import { useCallback, useState } from 'react';

export interface Action {
  readonly busy: boolean;
  readonly error: unknown;
  /** Does it, unless one is under way. Gives whether it went through. */
  readonly run: (what: () => Promise<unknown>) => Promise<boolean>;
  readonly forget: () => void;
}

/** Something the user asked for: busy while it lasts, and the error where it failed. */
export function useAction(): Action {
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<unknown>();
  const run = useCallback(async (what: () => Promise<unknown>) => {
    setBusy(true);
    setError(undefined);
    try {
      await what();
      return true;
    } catch (failure) {
      setError(failure);
      return false;
    } finally {
      setBusy(false);
    }
  }, []);
  return { busy, error, run, forget: useCallback(() => setError(undefined), []) };
}
