import { readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { ConfigError, readConfig } from '../../src/config/config.js';
import { checkRole } from '../../src/role.js';

const EXAMPLE = readFileSync(new URL('../../../.env.example', import.meta.url), 'utf8'); // from dist/test/unit

describe('the environment', () => {
  it('stands in .env.example, whole, with the defaults', () => {
    const named = [...EXAMPLE.matchAll(/^#?([A-Z_]+)=(.*)$/gm)];
    const defaults = readConfig({});
    const optional = [
      'DATABASE_URL',
      'REDIS_URL',
      'API_KEYS',
      'OPENAI_API_KEY',
      'OPENAI_BASE_URL',
      'ONNX_MODEL_DIR',
      'WEBHOOK_SECRET',
      'CONNECTION_SECRET',
      'WIKI_JWT_SECRET',
      'TAGGING_API_URL',
      'TAGGING_API_KEY',
      'WIKI_APP_URL',
    ];
    expect(named.map(([, name]) => name).sort()).toEqual([...new Set([...Object.keys(defaults), ...optional])].sort());
    const set = Object.fromEntries(
      named.filter(([line]) => !line.startsWith('#')).map(([, name, value]) => [name, value]),
    );
    expect(readConfig(set as NodeJS.ProcessEnv)).toEqual(defaults);
  });

  it('is frozen', () => {
    expect(Object.isFrozen(readConfig({}))).toBe(true);
  });

  it('takes the llm where a key or a base URL is set, and the keywords elsewhere', () => {
    expect(readConfig({}).TAGGER).toBe('keywords');
    expect(readConfig({ OPENAI_BASE_URL: 'http://127.0.0.1:1/v1' }).TAGGER).toBe('llm');
    expect(readConfig({ OPENAI_API_KEY: 'sk-12345678', TAGGER: 'keywords' }).TAGGER).toBe('keywords');
  });

  it.each([
    [{ TAGGER: 'llm' }, 'OPENAI_API_KEY'],
    [{ EMBEDDER: 'onnx' }, 'ONNX_MODEL_DIR: must be set'],
    [{ EMBEDDER: 'openai' }, 'OPENAI_API_KEY'],
    [{ PORT: '70000' }, 'PORT'],
    [{ PORT: 'eighty' }, 'PORT'],
    [{ REDIS_URL: 'http://localhost' }, 'REDIS_URL'],
    [{ CLUSTERING_BACKEND: 'quantum' }, 'CLUSTERING_BACKEND'],
    [{ API_KEYS: 'short' }, 'API_KEYS'],
    [{ WEBHOOK_ALLOWED_HOSTS: 'ok.example,http://wiki' }, 'WEBHOOK_ALLOWED_HOSTS'],
    [{ WEBHOOK_ALLOWED_HOSTS: '*.example.com' }, 'WEBHOOK_ALLOWED_HOSTS'],
    [{ TAGGING_API_URL: 'http://127.0.0.1:1' }, 'TAGGING_API_KEY: must be set'],
    [{ WIKI_APP_URL: 'wiki.example' }, 'WIKI_APP_URL'],
    [{ CONNECTOR_ALLOWED_HOSTS: 'http://wiki' }, 'CONNECTOR_ALLOWED_HOSTS'],
    [{ CONNECTOR_FOLDERS: '/srv/wikis,notes' }, 'CONNECTOR_FOLDERS'],
    [{ CONNECTION_SECRET: 'too short' }, 'CONNECTION_SECRET'],
  ])('refuses %j and names %s', (env, name) => {
    expect(() => readConfig(env)).toThrow(ConfigError);
    expect(() => readConfig(env)).toThrow(name);
  });

  it.each([
    ['the API', { http: true, parts: [] }],
    ['the API and the work', { http: true, parts: ['pipeline', 'clustering'] }],
  ] as const)('must hold API_KEYS for a process of %s on a database of its own', (_, role) => {
    const config = readConfig({ DATABASE_URL: 'postgres://127.0.0.1:1/none' });
    expect(() => checkRole(role, config)).toThrow(
      new ConfigError('API_KEYS: must be set where DATABASE_URL is set and the API is served.'),
    );
  });

  it('never shows a value in its complaints', () => {
    const names = [
      'PORT',
      'DATABASE_URL',
      'REDIS_URL',
      'TAGGER',
      'LLM_TIMEOUT_SECONDS',
      'QUEUE_NAME',
      'API_KEYS',
      'ENABLE_PROGRESS_TRACKING',
      'WEBHOOK_SECRET',
    ];
    fc.assert(
      fc.property(fc.constantFrom(...names), fc.stringMatching(/^[!-~]{5,40}$/), (name, value) => {
        const secret = `zq${value}qz`;
        try {
          readConfig({ [name]: secret });
        } catch (error) {
          expect((error as Error).message).toContain(name);
          expect((error as Error).message).not.toContain(secret);
        }
      }),
    );
  });
});
