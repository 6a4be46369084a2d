import { afterAll, beforeAll } from '@jest/globals';
import { HttpWiki } from '../support/http-wiki.js';
import { connectorContract } from './connector.case.js';

let wiki: HttpWiki;
beforeAll(async () => {
  wiki = await HttpWiki.listen();
});
afterAll(() => wiki.close());

connectorContract('http', () => wiki);
