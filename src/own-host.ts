import type { Config } from './config/config.js';
import type { Role } from './role.js';
import { hostAndPort, localUrl } from './wiki-app/own-address.js';

/**
 * Adds the place where the wiki app is called back to WEBHOOK_ALLOWED_HOSTS, for it may well have a private address. That is
 * WIKI_APP_URL, or where this process listens. A worker without HTTP takes HOST and PORT for that of the API where they share
 * an embedded database, and so a machine.
 * @returns `listensOn`: to be called with the real port, which PORT=0 does not tell
 */
export function withOwnHost(role: Role, config: Config): { config: Config; listensOn: (port: number) => void } {
  const hosts = [...config.WEBHOOK_ALLOWED_HOSTS];
  const { WIKI_APP_URL, HOST, PORT } = config;
  const isHere = role.http || config.DATABASE_URL === undefined;
  if (WIKI_APP_URL !== undefined) hosts.push(hostAndPort(WIKI_APP_URL));
  else if (isHere && PORT !== 0) hosts.push(hostAndPort(localUrl(HOST, PORT)));
  return {
    config: Object.freeze({ ...config, WEBHOOK_ALLOWED_HOSTS: hosts }),
    listensOn: (port) => {
      if (WIKI_APP_URL === undefined && PORT === 0) hosts.push(hostAndPort(localUrl(HOST, port)));
    },
  };
}
