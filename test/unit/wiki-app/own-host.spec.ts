import { describe, expect, it } from '@jest/globals';
import { readConfig } from '../../../src/config/config.js';
import { withOwnHost } from '../../../src/own-host.js';
import { readCallbackUrl } from '../../../src/webhooks/callback-url.js';

const API = { http: true, parts: [] };
const WORKER = { http: false, parts: ['pipeline'] } as const;
const OWN_DATABASE = { DATABASE_URL: 'postgres://127.0.0.1:1/none', API_KEYS: 'long enough' };

describe('the hosts that may be called back', () => {
  const hostsOf = (role: typeof API | typeof WORKER, env: NodeJS.ProcessEnv, port?: number) => {
    const { config, listensOn } = withOwnHost(role, readConfig(env));
    if (port !== undefined) listensOn(port);
    return config.WEBHOOK_ALLOWED_HOSTS;
  };

  it.each([
    ['where it listens', API, {}, 3000, ['127.0.0.1:3000']],
    ['where it listens, once that is known', API, { PORT: '0' }, 4567, ['127.0.0.1:4567']],
    ['where it listens on every address', API, { HOST: '0.0.0.0' }, 3000, ['127.0.0.1:3000']],
    ['where it listens on every IPv6 address', API, { HOST: '::' }, 3000, ['[::1]:3000']],
    ['what was named besides', API, { WEBHOOK_ALLOWED_HOSTS: 'a.example' }, 3000, ['a.example', '127.0.0.1:3000']],
    ['WIKI_APP_URL instead', API, { WIKI_APP_URL: 'http://api:3000/' }, 3000, ['api:3000']],
    ['WIKI_APP_URL, never without a port', API, { WIKI_APP_URL: 'https://api/' }, 3000, ['api:443']],
    ['for a worker of the same folder where the API listens', WORKER, {}, undefined, ['127.0.0.1:3000']],
    ['for a worker elsewhere nothing', WORKER, OWN_DATABASE, undefined, []],
    [
      'for a worker elsewhere WIKI_APP_URL',
      WORKER,
      { ...OWN_DATABASE, WIKI_APP_URL: 'http://api' },
      undefined,
      ['api:80'],
    ],
  ])('are %s', (_, role, env, port, hosts) => {
    expect(hostsOf(role, env, port)).toEqual(hosts);
  });

  it('are that port alone, as the check of callback URLs reads it', () => {
    const hosts = hostsOf(API, { WIKI_APP_URL: 'http://127.0.0.1' });
    expect(readCallbackUrl('http://127.0.0.1/api/tags/callback', hosts).trusted).toBe(true);
    expect(() => readCallbackUrl('http://127.0.0.1:8080/', hosts)).toThrow('public internet');
  });
});
