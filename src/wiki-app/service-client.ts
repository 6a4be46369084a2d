import { Inject, Injectable, type OnModuleDestroy } from '@nestjs/common';
import type { z } from 'zod';
import { CONFIG, type Config } from '../config/config.js';
import { OwnAddress } from './own-address.js';
import { ServiceFault, type ServiceProblem } from './service-fault.js';
import {
  type ServiceJob,
  type ServiceWiki,
  type StartAnswer,
  serviceJob,
  serviceWiki,
  serviceWikis,
  startAnswer,
} from './service-schemas.js';

/** Nest injection token of the key for the tagging service. */
export const SERVICE_KEY = Symbol('SERVICE_KEY');

/** For all of a call. A user waits for it. */
export const CALL_TIMEOUT_MS = 10_000;

/** A run as the wiki app asks for it. Asked for again with the same `requestId` it is the same run. */
export interface StartCall {
  readonly requestId: string;
  readonly wikiId: number;
  readonly options: Readonly<Record<string, unknown>>;
  readonly callbackUrl: string | undefined;
}

/** The tagging service, over HTTP. Every method throws {ServiceFault} where it does not do what it was asked. */
@Injectable()
export class ServiceClient implements OnModuleDestroy {
  private readonly underWay = new Set<AbortController>();

  constructor(
    @Inject(CONFIG) private readonly config: Config,
    @Inject(SERVICE_KEY) readonly key: string,
    private readonly own: OwnAddress,
  ) {}

  /** Where the service is, without a slash at the end. @throws {ServiceFault} down, before this process listens */
  get url(): string {
    const url = this.config.TAGGING_API_URL ?? this.own.url;
    if (url === undefined) throw new ServiceFault('down', 'The tagging service is starting. Try again in a moment.');
    return url.replace(/\/+$/, '');
  }

  start({ requestId, wikiId, options, callbackUrl }: StartCall): Promise<StartAnswer> {
    const body = { wiki_id: wikiId, options, callback_url: callbackUrl };
    return this.call(startAnswer, 'POST', '/analyze/wiki/cluster', body, { 'idempotency-key': requestId });
  }

  job(jobId: string): Promise<ServiceJob> {
    return this.call(serviceJob, 'GET', `/analyze/wiki/cluster/${encodeURIComponent(jobId)}`);
  }

  wiki(wikiId: number): Promise<ServiceWiki> {
    return this.call(serviceWiki, 'GET', `/wikis/${wikiId}`);
  }

  wikis(limit: number, cursor: string | undefined): Promise<z.output<typeof serviceWikis>> {
    const query = new URLSearchParams({ limit: String(limit), ...(cursor === undefined ? {} : { cursor }) });
    return this.call(serviceWikis, 'GET', `/wikis?${query}`);
  }

  /** Gives what `schema` reads of the answer. @throws {ServiceFault} */
  async call<T extends z.ZodType>(
    schema: T,
    method: string,
    path: string,
    body?: object,
    headers: Readonly<Record<string, string>> = {},
  ): Promise<z.output<T>> {
    const own = new AbortController();
    const late = new ServiceFault('slow', `The tagging service did not answer within ${CALL_TIMEOUT_MS / 1000} s.`);
    const timer = setTimeout(() => own.abort(late), CALL_TIMEOUT_MS);
    this.underWay.add(own);
    try {
      const response = await fetch(this.url + path, {
        method,
        headers: {
          authorization: `Bearer ${this.key}`,
          ...(body === undefined ? {} : { 'content-type': 'application/json' }),
          ...headers,
        },
        body: body === undefined ? undefined : JSON.stringify(body),
        redirect: 'error',
        signal: own.signal,
      });
      if (!response.ok) throw ServiceFault.ofAnswer(response.status, await problemIn(response));
      const read = schema.safeParse(await response.json());
      if (read.success) return read.data;
      throw new ServiceFault('failed', 'The tagging service gave an answer that the wiki app does not understand.');
    } catch (error) {
      throw ServiceFault.ofConnection(error);
    } finally {
      clearTimeout(timer);
      this.underWay.delete(own);
    }
  }

  onModuleDestroy(): void {
    for (const own of this.underWay) own.abort(new ServiceFault('failed', 'The wiki app is going down.'));
  }
}

async function problemIn(response: Response): Promise<ServiceProblem> {
  return (await response.json().catch((error: unknown) => {
    if (error instanceof SyntaxError) return {}; // some proxy's own page
    throw error;
  })) as ServiceProblem;
}
