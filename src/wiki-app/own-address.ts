import type { AddressInfo } from 'node:net';
import { Inject, Injectable } from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
import { CONFIG, type Config } from '../config/config.js';

/** A URL at which this machine reaches a server that listens on `host` and `port`. */
export function localUrl(host: string, port: number): string {
  const reached = host === '0.0.0.0' ? '127.0.0.1' : host === '::' ? '::1' : host;
  return `http://${reached.includes(':') ? `[${reached}]` : reached}:${port}`;
}

/** The host of a URL as WEBHOOK_ALLOWED_HOSTS has it: always with its port, for without one it would stand for all. */
export function hostAndPort(url: string): string {
  const { hostname, port, protocol } = new URL(url);
  return `${hostname}:${port || (protocol === 'https:' ? 443 : 80)}`;
}

/** Where this process listens. */
@Injectable()
export class OwnAddress {
  constructor(
    @Inject(CONFIG) private readonly config: Config,
    private readonly http: HttpAdapterHost,
  ) {}

  /** Undefined before it listens. */
  get url(): string | undefined {
    const address = this.http.httpAdapter.getHttpServer().address() as AddressInfo | null;
    return address === null ? undefined : localUrl(this.config.HOST, address.port);
  }

  /** The address that the tagging service knows the wiki app by; it stays the same until the process is started anew. */
  get callbackUrl(): string {
    return `${(this.config.WIKI_APP_URL ?? this.url ?? '').replace(/\/+$/, '')}/api/tags/callback`;
  }
}
