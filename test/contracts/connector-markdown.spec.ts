import { afterAll } from '@jest/globals';
import { MarkdownWiki } from '../support/markdown-wiki.js';
import { connectorContract } from './connector.case.js';

const wiki = new MarkdownWiki();
afterAll(() => wiki.remove());

connectorContract('markdown', () => wiki);
