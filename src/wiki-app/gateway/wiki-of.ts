import { Injectable } from '@nestjs/common';
import { z } from 'zod';
import { Problem } from '../../common/problem.js';
import { ServiceClient } from '../service-client.js';
import type { RoutedRequest } from './routes.js';

/** More are not remembered; the oldest go first. */
const MOST_REMEMBERED = 10_000;
const MOST_WIKI_ID = 2_147_483_647;
const ofWiki = z.looseObject({ wiki_id: z.int() });

/** Where the service tells of which wiki a thing is. */
const ASK: Readonly<Record<string, (id: string) => string>> = {
  job_id: (id) => `/analyze/wiki/cluster/${id}`,
  exchange_id: (id) => `/exchanges/${id}`,
};

/** Tells which wiki a request to the service is about. */
@Injectable()
export class WikiOf {
  /** Jobs and exchanges stay with their wiki for good. */
  private readonly known = new Map<string, number>();

  constructor(private readonly service: ServiceClient) {}

  /** @throws {Problem} validation_failed; {ServiceFault} where the service does not know, or cannot be asked */
  async request({ names }: RoutedRequest, query: URLSearchParams): Promise<number> {
    const [[name, id] = ['wiki_id', theOne(query)]] = Object.entries(names);
    return name === 'wiki_id' ? wikiNumber(id) : this.ask(name, id);
  }

  private async ask(name: string, id: string): Promise<number> {
    const key = `${name} ${id}`;
    const known = this.known.get(key);
    if (known !== undefined) return known;
    const { wiki_id } = await this.service.call(ofWiki, 'GET', ASK[name]!(id));
    this.known.set(key, wiki_id);
    if (this.known.size > MOST_REMEMBERED) this.known.delete(this.known.keys().next().value!);
    return wiki_id;
  }
}

/** Two might be read by the service in another way than here. */
function theOne(query: URLSearchParams): string {
  const all = query.getAll('wiki_id');
  if (all.length === 1) return all[0]!;
  throw new Problem('validation_failed', 'wiki_id: say which wiki: ?wiki_id=1');
}

function wikiNumber(text: string): number {
  const number = Number(text);
  if (/^[1-9]\d*$/.test(text) && number <= MOST_WIKI_ID) return number;
  throw new Problem('validation_failed', `wiki_id must be a whole number from 1 to ${MOST_WIKI_ID}`);
}
