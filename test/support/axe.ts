import axe from 'axe-core';
import type { Page } from 'playwright-core';

/** Serious and critical faults of accessibility on the page as it is now, a line each. */
export async function seriousFaults(page: Page): Promise<string[]> {
  await page.evaluate(axe.source); // by the debugger, which the page's policy on scripts does not bind
  return page.evaluate(`axe.run(document, { resultTypes: ['violations'] }).then(({ violations }) =>
    violations
      .filter(({ impact }) => impact === 'serious' || impact === 'critical')
      .flatMap(({ id, help, nodes }) => nodes.map((node) => id + ': ' + help + ' at ' + node.target.join(' '))))`);
}
