import { describe, expect, it } from '@jest/globals';
import { hideSecrets, withoutSecrets } from '../../src/common/secrets.js';
import { readConfig } from '../../src/config/config.js';
import { secretsOf } from '../../src/config/secrets.js';

describe('secrets', () => {
  it('are taken out as they are, as in a URL and as in JSON, the longer before what is part of it', () => {
    hideSecrets(['pass word/"1"', 'abcdefgh', 'abcdefgh-longer']);
    expect(withoutSecrets('x pass word/"1" y')).toBe('x [secret] y');
    expect(withoutSecrets(JSON.stringify({ a: 'pass word/"1"' }))).toBe('{"a":"[secret]"}');
    expect(withoutSecrets(`postgres://u:${encodeURIComponent('pass word/"1"')}@h`)).toBe('postgres://u:[secret]@h');
    expect(withoutSecrets('abcdefgh-longer abcdefgh')).toBe('[secret] [secret]');
  });

  it('of the environment are all that hold one, passwords in addresses too; words are none', () => {
    const config = readConfig({
      DATABASE_URL: 'postgres://u:data%40base@h/d',
      REDIS_URL: 'redis://:redis-pass@h',
      API_KEYS: 'key-number-1,key-number-2',
      OPENAI_API_KEY: 'llm-key-1',
      WEBHOOK_SECRET: 'webhook-1',
      WIKI_JWT_SECRET: 'token-sec',
      TAGGING_API_KEY: 'tagging-1',
    });
    const wanted = ['data%40base', 'data@base', 'redis-pass', 'key-number-1', 'key-number-2', 'llm-key-1', 'webhook-1'];
    expect(secretsOf(config)).toEqual(expect.arrayContaining([...wanted, 'token-sec', 'tagging-1']));
    hideSecrets(['ollama']);
    expect(withoutSecrets('ollama')).toBe('ollama');
  });
});
