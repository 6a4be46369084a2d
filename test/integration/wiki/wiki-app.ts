import { once } from 'node:events';
import { request as httpRequest, type IncomingMessage } from 'node:http';
import { Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import type { NestExpressApplication } from '@nestjs/platform-express';
import { DataSource } from 'typeorm';
import { AccessModule } from '../../../src/access/access.module.js';
import { setUpApp } from '../../../src/app.setup.js';
import { readConfig } from '../../../src/config/config.js';
import { ConfigModule } from '../../../src/config/config.module.js';
import { DatabaseModule } from '../../../src/database/database.module.js';
import { WikiModule } from '../../../src/wiki/wiki.module.js';
import { JWT_SECRET } from '../../../src/wiki-app/jwt-secret.js';
import { UserTokens } from '../../../src/wiki-app/user-tokens.js';
import { testDatabase } from '../../support/postgres.js';

const KEY = 'a-key-for-tests';
export const authorization = `Bearer ${KEY}`;

export interface Answer {
  readonly status: number;
  readonly type: string | null;
  readonly text: string;
  // biome-ignore lint/suspicious/noExplicitAny: tests look into whatever came
  readonly body: any;
}

export interface WikiApp {
  readonly url: string;
  readonly db: DataSource;
  /** One request; objects are sent as JSON, strings and buffers as they are. */
  call(method: string, path: string, body?: unknown, type?: string): Promise<Answer>;
  /** A new wiki with these pages. */
  wikiWith(...pages: object[]): Promise<number>;
  close(): Promise<void>;
}

/** The wiki routes over real HTTP on a database of their own. */
export async function startWikiApp(): Promise<WikiApp> {
  const database = await testDatabase();
  const config = readConfig({ DATABASE_URL: database.url, API_KEYS: KEY });
  @Module({
    imports: [ConfigModule.forRoot(config), DatabaseModule, AccessModule, WikiModule],
    providers: [UserTokens, { provide: JWT_SECRET, useValue: undefined }], // what is around every route asks for tokens too
  })
  class App {}
  const app = await NestFactory.create<NestExpressApplication>(App, {
    logger: false,
    bodyParser: false,
    abortOnError: false,
  });
  setUpApp(app);
  await app.listen(0, '127.0.0.1');
  const url = await app.getUrl();

  const call: WikiApp['call'] = async (method, path, body, type = 'application/json') => {
    const raw = typeof body === 'string' || Buffer.isBuffer(body);
    const headers: Record<string, string> = { authorization, ...(body === undefined ? {} : { 'content-type': type }) };
    const sent = body === undefined ? {} : { body: raw ? (body as string) : JSON.stringify(body) };
    const response = await fetch(url + path, { method, headers, ...sent });
    const text = await response.text();
    const answerType = response.headers.get('content-type');
    const isJson = /^application\/(problem\+)?json\b/.test(answerType ?? '');
    return { status: response.status, type: answerType, text, body: isJson ? JSON.parse(text) : undefined };
  };
  return {
    url,
    db: app.get(DataSource),
    call,
    wikiWith: async (...pages) => {
      const { wiki_id } = (await call('POST', '/wikis', { name: 'Test' })).body;
      if (pages.length > 0) await call('POST', `/wikis/${wiki_id}/pages`, pages);
      return wiki_id;
    },
    close: async () => {
      await app.close();
      await database.close();
    },
  };
}

/** An upload that the test writes piece by piece. */
export function openUpload(url: string) {
  const request = httpRequest(url, {
    method: 'POST',
    headers: { authorization, 'content-type': 'application/x-ndjson' },
  });
  const closed = new Promise((resolve) => request.on('close', resolve));
  request.on('error', () => undefined);
  return {
    write: (text: string) => request.write(text),
    /** Ends the body and gives the answer. */
    async end(): Promise<{ status: number | undefined; body: unknown }> {
      const answered = once(request, 'response');
      request.end();
      const [response] = (await answered) as [IncomingMessage];
      return { status: response.statusCode, body: JSON.parse(Buffer.concat(await response.toArray()).toString()) };
    },
    /** Cuts the connection. */
    async abort(): Promise<void> {
      request.destroy();
      await closed;
    },
  };
}

/** Waits for a condition in the database, asking again and again. */
export async function until(condition: () => Promise<boolean>): Promise<void> {
  while (!(await condition())) await new Promise(setImmediate);
}
