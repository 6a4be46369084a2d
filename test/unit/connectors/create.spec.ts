import { describe, expect, it } from '@jest/globals';
import { connection, placeOf } from '../../../src/connectors/create.js';

const MEDIAWIKI = {
  api_url: 'https://wiki.example.com/api.php',
  username: 'Tagger@wikitag',
  password: 'secret-password',
};
const messages = (of: unknown) =>
  connection.safeParse(of).error?.issues.map(({ path, message }) => [path.join('.'), message]);

describe('the settings of a connection', () => {
  it.each<[object, string, string]>([
    [{ kind: 'markdown', settings: {} }, 'settings.folder', 'is missing'],
    [{ kind: 'http', settings: { url: 'https://x.example', token: 'a b' } }, 'settings.token', 'visible ASCII'],
    [{ kind: 'mediawiki', settings: { dump_file: '/x', more: 1 } }, 'settings', 'more'],
    [{ kind: 'mediawiki', settings: { ...MEDIAWIKI, username: 3 } }, 'settings', 'username'],
    [{ kind: 'gopher', settings: {} }, 'kind', 'send {"kind"'],
  ])('%j: says of %s that it %s', (of, field, message) => {
    expect(messages(of)).toEqual([[field, expect.stringContaining(message)]]);
  });

  it.each([
    [
      { kind: 'markdown', settings: { folder: '/srv/a' } },
      { kind: 'markdown', settings: { folder: '/srv//x/../a/' } },
    ],
    [
      { kind: 'http', settings: { url: 'https://x.example/tags', token: 't' } },
      { kind: 'http', settings: { url: 'HTTPS://X.example:443/tags/', token: 't' } },
    ],
    [
      { kind: 'mediawiki', settings: MEDIAWIKI },
      { kind: 'mediawiki', settings: { ...MEDIAWIKI, api_url: 'https://Wiki.example.com/api.php' } },
    ],
  ])('%j is the same wiki as %j', (one, other) => {
    expect(placeOf(connection.parse(other))).toBe(placeOf(connection.parse(one)));
  });

  it('name the same wiki with other credentials, and another one with another address or way of writing', () => {
    const place = (settings: object) => placeOf(connection.parse({ kind: 'mediawiki', settings }));
    expect(place({ ...MEDIAWIKI, username: 'x', password: 'other-password' })).toBe(place(MEDIAWIKI));
    expect(place({ ...MEDIAWIKI, api_url: 'https://other.example.com/api.php' })).not.toBe(place(MEDIAWIKI));
    expect(place({ ...MEDIAWIKI, write_as: 'template' })).not.toBe(place(MEDIAWIKI));
  });
});
