import { setTimeout as sleep } from 'node:timers/promises';
import type { Exchange, ExchangedPage } from '../../src/exchange/exchanges/exchanges.schemas.js';
import type { TestService } from './service.js';

const ACTIVE: readonly string[] = ['queued', 'running', 'writing', 'undoing'];

/** Imports and exports of one wiki, asked for over HTTP. */
export class Exchanges {
  constructor(
    private readonly service: TestService,
    readonly wikiId: number,
  ) {}

  /** Connects the wiki. @throws where the service refuses it */
  async connect(connection: object): Promise<void> {
    const { status, body } = await this.service.request('PUT', `/wikis/${this.wikiId}/connection`, connection);
    if (status !== 200) throw new Error(`not connected: ${status} ${JSON.stringify(body)}`);
  }

  async start(kind: 'import' | 'export'): Promise<string> {
    const { status, body } = await this.service.post<Exchange>(`/wikis/${this.wikiId}/exchanges`, { kind });
    if (status !== 202) throw new Error(`not started: ${status} ${JSON.stringify(body)}`);
    return body.exchange_id;
  }

  /** Asks for write, undo, cancel or resume. */
  async ask(exchangeId: string, what: string): Promise<Exchange> {
    const { status, body } = await this.service.post<Exchange>(`/exchanges/${exchangeId}/${what}`);
    if (status !== 202) throw new Error(`no ${what}: ${status} ${JSON.stringify(body)}`);
    return body;
  }

  async get(exchangeId: string): Promise<Exchange> {
    return (await this.service.get<Exchange>(`/exchanges/${exchangeId}`)).body;
  }

  /** Waits until no worker has anything to do for it. */
  async ended(exchangeId: string, ms = 60_000): Promise<Exchange> {
    return this.reached(exchangeId, (exchange) => !ACTIVE.includes(exchange.status), ms);
  }

  /** Waits until it is as described. @throws {Error} where it does not come to that within `ms` */
  async reached(exchangeId: string, condition: (exchange: Exchange) => boolean, ms = 30_000): Promise<Exchange> {
    for (const end = Date.now() + ms; ; ) {
      const exchange = await this.get(exchangeId);
      if (condition(exchange)) return exchange;
      if (Date.now() > end) throw new Error(`it did not come to that: ${JSON.stringify(exchange)}`);
      await sleep(50);
    }
  }

  async import(): Promise<Exchange> {
    return this.ended(await this.start('import'));
  }

  async preview(): Promise<Exchange> {
    return this.ended(await this.start('export'));
  }

  async write(exchangeId: string): Promise<Exchange> {
    await this.ask(exchangeId, 'write');
    return this.ended(exchangeId);
  }

  async undo(exchangeId: string): Promise<Exchange> {
    await this.ask(exchangeId, 'undo');
    return this.ended(exchangeId);
  }

  async pages(exchangeId: string): Promise<readonly ExchangedPage[]> {
    return (await this.service.get<{ pages: ExchangedPage[] }>(`/exchanges/${exchangeId}/pages?limit=1000`)).body.pages;
  }
}
