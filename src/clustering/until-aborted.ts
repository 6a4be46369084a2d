/** Rejects as soon as the signal is aborted; the work, which is told to stop, ends soon after. */
export async function untilAborted<T>(running: Promise<T>, signal: AbortSignal, cancel: () => void): Promise<T> {
  let stop = (): void => undefined;
  const aborted = new Promise<never>((_, reject) => {
    stop = () => {
      cancel();
      reject(signal.reason);
    };
    signal.addEventListener('abort', stop, { once: true });
  });
  try {
    return await Promise.race([running, aborted]);
  } finally {
    signal.removeEventListener('abort', stop);
    running.catch(() => undefined); // after an abort nobody waits for it any more
  }
}
