import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';

/** Ends a process that the test started, by its id, and waits until it is gone; hard where it does not listen. */
export async function endProcess(
  child: ChildProcess,
  signal: NodeJS.Signals = 'SIGTERM',
  patienceMs = 10_000,
): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const gone = once(child, 'exit');
  child.kill(signal);
  const hard = setTimeout(() => child.kill('SIGKILL'), patienceMs);
  await gone;
  clearTimeout(hard);
}
