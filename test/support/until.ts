import { setTimeout as sleep } from 'node:timers/promises';

/** Waits until `condition` holds. @throws {Error} where it does not within `ms`. */
export async function until(
  condition: () => boolean | Promise<boolean>,
  ms = 10_000,
  what = 'the condition',
): Promise<void> {
  for (const end = Date.now() + ms; !(await condition()); await sleep(20)) {
    if (Date.now() > end) throw new Error(`${what} did not come true within ${ms} ms`);
  }
}
