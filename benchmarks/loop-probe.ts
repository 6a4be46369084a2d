// Preloaded into a worker (node --import): a timer that should fire every millisecond tells on stderr how late it was and
// for how much of that the main thread itself was on a core, `stall TIME MS BUSY_MS`. The rest it waited for a core,
// which other programs on the machine can cause.
import { readFileSync } from 'node:fs';
import { isMainThread } from 'node:worker_threads';

const WORTH_TELLING_MS = 10;

/** Milliseconds that the main thread has been on a core (Linux; elsewhere not known). */
function busyMs(): number {
  try {
    return Number(readFileSync(`/proc/self/task/${process.pid}/schedstat`, 'utf8').split(' ')[0]) / 1e6;
  } catch {
    return Number.NaN;
  }
}

if (isMainThread) {
  let last = performance.now();
  let busy = busyMs();
  setInterval(() => {
    const now = performance.now();
    const busyNow = busyMs();
    const late = now - last - 1;
    if (late > WORTH_TELLING_MS)
      process.stderr.write(`stall ${Date.now()} ${late.toFixed(1)} ${(busyNow - busy).toFixed(1)}\n`);
    last = now;
    busy = busyNow;
  }, 1).unref();
}
