import type { Config } from './config.js';

/** Every secret that the environment holds, passwords in addresses as written and as meant. */
export function secretsOf(config: Config): string[] {
  const { API_KEYS, OPENAI_API_KEY, WEBHOOK_SECRET, CONNECTION_SECRET, WIKI_JWT_SECRET, TAGGING_API_KEY } = config;
  const addresses = [
    config.DATABASE_URL,
    config.REDIS_URL,
    config.OPENAI_BASE_URL,
    config.TAGGING_API_URL,
    config.WIKI_APP_URL,
  ];
  const passwords = addresses.flatMap((address) => (address === undefined ? [] : passwordsIn(address)));
  const plain = [OPENAI_API_KEY, WEBHOOK_SECRET, CONNECTION_SECRET, WIKI_JWT_SECRET, TAGGING_API_KEY].filter(
    (s) => s !== undefined,
  );
  return [...(API_KEYS ?? []), ...plain, ...passwords];
}

function passwordsIn(address: string): string[] {
  const { password } = new URL(address);
  try {
    return [password, decodeURIComponent(password)];
  } catch {
    return [password];
  }
}
