import { afterAll, beforeAll, describe, it } from '@jest/globals';
import { connectorContract } from '../contracts/connector.case.js';
import { MediawikiHarness } from './harness.js';
import { noMediawiki, TrialWiki } from './trial-wiki.js';

if (noMediawiki !== undefined) {
  describe('MediaWiki', () => {
    it.skip(`not run: ${noMediawiki}`, () => undefined);
  });
} else {
  let wiki: TrialWiki;
  beforeAll(async () => {
    wiki = await TrialWiki.start();
  });
  afterAll(() => wiki?.stop());

  connectorContract('mediawiki', () => new MediawikiHarness(() => wiki));
}
