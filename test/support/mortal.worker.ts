// A real worker module for tests of what becomes of a pool whose threads end.

export default function echo(task: unknown): unknown {
  return task;
}

export function fail(message: string): never {
  throw new RangeError(message);
}

export function leave(code: number): never {
  process.exit(code);
}

/** An error that no task catches: it ends the thread while the task waits. */
export function stumble(message: string): Promise<never> {
  setImmediate(() => {
    throw new Error(message);
  });
  return new Promise(() => undefined);
}

export function hoard(): never {
  const all: number[][] = [];
  for (;;) all.push(new Array<number>(100_000).fill(all.length));
}
