import { describe, expect, it } from '@jest/globals';
import { clusterAsDecided } from '../../../src/wiki/tag-rules.js';

const cluster = (label: string | null, ...tags: string[]) => ({ label, tags: tags.map((tag) => ({ tag })) });

describe('the tags and the name of a cluster', () => {
  it.each<[string, ReturnType<typeof cluster>, [string, string | null][], ReturnType<typeof cluster>]>([
    ['stay where nothing was decided', cluster('Coffee', 'Coffee', 'Cups'), [], cluster('Coffee', 'Coffee', 'Cups')],
    ['lose what was rejected', cluster('Coffee', 'Coffee', 'Cups'), [['coffee', null]], cluster('Cups', 'Cups')],
    ['are renamed', cluster('Coffee', 'Coffee', 'Cups'), [['coffee', 'Kaffee']], cluster('Kaffee', 'Kaffee', 'Cups')],
    ['hold no tag twice', cluster('Coffee', 'Coffee', 'Cups'), [['cup', 'Coffees']], cluster('Coffee', 'Coffee')],
    ['may all be gone', cluster('Cups', 'Cups'), [['cup', null]], cluster(null)],
    ['are none where tagging failed', cluster(null), [['cup', null]], cluster(null)],
  ])('%s', (_, given, rules, wanted) => expect(clusterAsDecided(given, new Map(rules))).toEqual(wanted));
});
