/** Seconds of each named step, summed where a step runs several times; looks for cancellation before each. */
export interface Stopwatch {
  readonly seconds: Readonly<Record<string, number>>;
  time<T>(name: string, work: () => T): T;
}

export function stopwatch(checkpoint: () => void): Stopwatch {
  const seconds: Record<string, number> = {};
  return {
    seconds,
    time(name, work) {
      checkpoint();
      const started = performance.now();
      const stop = () => {
        seconds[name] = (seconds[name] ?? 0) + (performance.now() - started) / 1000;
      };
      const result = work();
      if (result instanceof Promise) void result.then(stop, stop);
      else stop();
      return result;
    },
  };
}
