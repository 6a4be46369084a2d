/**
 * Does `work` for all items at once and waits until none is under way any more. The first one that throws stops the
 * others through the signal they get: where the database is full, no more LLM answers are bought that cannot be kept.
 * @throws what was thrown first
 */
export async function settleAll<T>(
  items: readonly T[],
  signal: AbortSignal,
  work: (item: T, signal: AbortSignal) => Promise<void>,
): Promise<void> {
  const failed = new AbortController();
  const ends = AbortSignal.any([signal, failed.signal]);
  await Promise.allSettled(items.map((item) => work(item, ends).catch((error: unknown) => failed.abort(error))));
  failed.signal.throwIfAborted();
}
