import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { type AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';

/** One request as the server saw it. */
export interface EmbeddingsRequest {
  /** Counted from 1. */
  readonly time: number;
  readonly texts: readonly string[];
  readonly model: string;
  readonly encodingFormat: string;
  readonly authorization: string | undefined;
}

/** What the server does instead of a good answer. */
export type EmbeddingsFault =
  | {
      readonly status: number;
      readonly headers?: Readonly<Record<string, string>>;
      readonly error?: Readonly<Record<string, unknown>>;
    }
  | { readonly raw: string }
  | { readonly fault: 'hang' | 'hang in the body' | 'reset' }
  | { readonly dims: number }
  | { readonly dropLast: true }
  | { readonly shuffled: true }
  | { readonly plainNumbers: true }
  | { readonly notFinite: true };

export type EmbeddingsScript = (request: EmbeddingsRequest) => EmbeddingsFault | undefined;

const DIMS = 24;

/** A fake OpenAI-compatible embeddings server on the loopback: the real protocol, made-up vectors (hashed words). */
export class FakeEmbeddings {
  readonly requests: EmbeddingsRequest[] = [];
  /** Most requests under way at the same time, and now. */
  peak = 0;
  open = 0;
  readonly #server = createServer((request, response) => void this.#serve(request, response));

  constructor(
    private readonly script: EmbeddingsScript = () => undefined,
    private readonly latencyMs = 0,
  ) {}

  /** @returns the base URL to give to a client */
  async listen(): Promise<string> {
    await new Promise<void>((resolve, reject) => {
      this.#server.once('error', reject).listen(0, '127.0.0.1', resolve);
    });
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}/v1`;
  }

  async close(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  async #serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    if (request.method !== 'POST' || request.url !== '/v1/embeddings') {
      send(response, 404, { error: { message: `no route ${request.method} ${request.url}`, code: 'unknown_url' } });
      return;
    }
    this.peak = Math.max(this.peak, ++this.open);
    response.once('close', () => this.open--);
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const body = JSON.parse(Buffer.concat(chunks).toString()) as Record<string, unknown>;
    const asked: EmbeddingsRequest = {
      time: this.requests.length + 1,
      texts: body.input as string[],
      model: body.model as string,
      encodingFormat: (body.encoding_format as string | undefined) ?? 'float',
      authorization: request.headers.authorization,
    };
    this.requests.push(asked);
    if (this.latencyMs > 0) await sleep(this.latencyMs);
    this.#answer(asked, this.script(asked), response);
  }

  #answer(asked: EmbeddingsRequest, fault: EmbeddingsFault | undefined, response: ServerResponse): void {
    if (fault && 'status' in fault) {
      send(response, fault.status, { error: fault.error ?? { message: 'made to fail' } }, fault.headers);
    } else if (fault && 'raw' in fault) {
      response.writeHead(200, { 'content-type': 'application/json' }).end(fault.raw);
    } else if (fault && 'fault' in fault) {
      if (fault.fault === 'reset') response.destroy();
      if (fault.fault === 'hang in the body') {
        response.writeHead(200, { 'content-type': 'application/json' });
        response.write('{"object": "list", "data": [');
      }
    } else {
      send(response, 200, goodAnswer(asked, fault));
    }
  }
}

function goodAnswer(asked: EmbeddingsRequest, fault: EmbeddingsFault | undefined): object {
  const dims = fault && 'dims' in fault ? fault.dims : DIMS;
  const base64 = asked.encodingFormat === 'base64' && !(fault && 'plainNumbers' in fault);
  const data = asked.texts.map((text, index) => {
    const vector = madeVector(text, dims);
    if (fault && 'notFinite' in fault) vector[0] = Number.NaN;
    const embedding = base64 ? Buffer.from(vector.buffer).toString('base64') : [...vector];
    return { object: 'embedding', index, embedding };
  });
  if (fault && 'dropLast' in fault) data.pop();
  if (fault && 'shuffled' in fault) data.reverse();
  return { object: 'list', data, model: asked.model, usage: { prompt_tokens: 1, total_tokens: 1 } };
}

/** Counts of hashed words, not of length 1: texts that share words are near. */
function madeVector(text: string, dims: number): Float32Array {
  const vector = new Float32Array(dims).fill(0.01);
  for (const word of text.toLowerCase().match(/\p{L}+/gu) ?? []) {
    let hash = 17;
    for (const character of word) hash = (hash * 31 + character.codePointAt(0)!) % 65_521;
    vector[hash % dims] += 1;
  }
  return vector;
}

function send(response: ServerResponse, status: number, body: object, headers: Readonly<Record<string, string>> = {}) {
  response.writeHead(status, { 'content-type': 'application/json', ...headers }).end(JSON.stringify(body));
}
