import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { type AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { pathToFileURL } from 'node:url';
import { parseArgs } from 'node:util';

/** One question as the server saw it. */
export interface Asked {
  /** Titles of the pages that the prompt quotes. */
  readonly titles: readonly string[];
  /** Which time the same pages are asked about, from 1. */
  readonly time: number;
  readonly system: string;
  readonly user: string;
  readonly body: Readonly<Record<string, unknown>>;
  readonly authorization: string | undefined;
}

/** What the server does with a question: an answer of the model, or a fault under it. */
export type Reply =
  | { readonly content: string; readonly finish?: string }
  | { readonly refusal: string }
  | {
      readonly status: number;
      readonly headers?: Readonly<Record<string, string>>;
      readonly error?: Readonly<Record<string, unknown>>;
    }
  | { readonly raw: string; readonly type: string; readonly code?: number }
  | { readonly fault: 'hang' | 'hang in the body' | 'reset' | 'cut off' };

export type Script = (asked: Asked) => Reply | undefined | Promise<Reply | undefined>;

/** Ready-made bad answers. */
export const REPLIES = {
  brokenJson: { content: '{"tags": [{"tag": "bread", "confid' },
  wrongSchema: { content: '{"tags": [{"name": "bread", "confidence": "high"}]}' },
  noTags: { content: '{"tags": []}' },
  outOfRange: { content: '{"tags": [{"tag": "bread", "confidence": 95}]}' },
  sentence: { content: answerOf([['This page explains how bread is baked.', 0.9]]) },
  ninety: { content: answerOf(Array.from({ length: 90 }, (_, i) => [`subject ${word(i)}`, (i + 1) / 100])) },
  cutOff: { content: '{"tags": [{"tag": "bre', finish: 'length' },
  filtered: { content: '', finish: 'content_filter' },
  empty: { content: '' },
  refusal: { refusal: 'I cannot help with that.' },
  quota: {
    status: 429,
    error: { message: 'You exceeded your current quota', code: 'insufficient_quota', type: 'insufficient_quota' },
  },
} as const satisfies Record<string, Reply>;

export function answerOf(tags: readonly (readonly [tag: string, confidence: number])[]): string {
  return JSON.stringify({ tags: tags.map(([tag, confidence]) => ({ tag, confidence })) });
}

/** A small OpenAI-compatible server on the loopback, for chat completions only. */
export class FakeOpenAi {
  /** Every question so far, oldest first. */
  readonly asked: Asked[] = [];
  /** Most questions under way at the same time, and now. */
  peak = 0;
  open = 0;
  /** Questions whose client went away before the answer. */
  abandoned = 0;
  readonly #times = new Map<string, number>();
  readonly #server = createServer((request, response) => void this.#serve(request, response));

  /** @param script the reply to each question; undefined: a good answer made of the words in the titles */
  constructor(
    private readonly script: Script = () => undefined,
    private readonly latencyMs = 0,
  ) {}

  /** @returns the base URL to give to a client */
  async listen(port = 0): Promise<string> {
    await new Promise<void>((resolve, reject) => {
      this.#server.once('error', reject).listen(port, '127.0.0.1', resolve);
    });
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}/v1`;
  }

  async close(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  async #serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const body = await readJson(request);
    if (request.method !== 'POST' || !request.url?.endsWith('/chat/completions') || !body) {
      send(response, { status: 404, error: { message: 'no such route' } });
      return;
    }
    const asked = this.#note(body, request.headers.authorization);
    this.peak = Math.max(this.peak, ++this.open);
    response.once('close', () => {
      this.open--;
      if (!response.writableFinished) this.abandoned++;
    });
    if (this.latencyMs > 0) await sleep(this.latencyMs);
    send(response, (await this.script(asked)) ?? { content: goodAnswer(asked) });
  }

  #note(body: Record<string, unknown>, authorization: string | undefined): Asked {
    const messages = body.messages as { role: string; content: string }[];
    const text = (role: string) =>
      messages
        .filter((m) => m.role === role)
        .map((m) => m.content)
        .join('\n');
    const titles = titlesIn(text('user'));
    const pages = titles.join('\n');
    const time = 1 + (this.#times.get(pages) ?? 0);
    this.#times.set(pages, time);
    const asked = { titles, time, system: text('system'), user: text('user'), body, authorization };
    this.asked.push(asked);
    return asked;
  }
}

async function readJson(request: IncomingMessage): Promise<Record<string, unknown> | null> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  try {
    return JSON.parse(Buffer.concat(chunks).toString('utf8')) as Record<string, unknown>;
  } catch {
    return null;
  }
}

function send(response: ServerResponse, reply: Reply): void {
  const json = { 'content-type': 'application/json' };
  if ('fault' in reply) fail(response, reply.fault);
  else if ('raw' in reply) response.writeHead(reply.code ?? 200, { 'content-type': reply.type }).end(reply.raw);
  else if ('status' in reply) {
    const error = reply.error ?? { message: 'fault' };
    response.writeHead(reply.status, { ...json, ...reply.headers }).end(JSON.stringify({ error }));
  } else response.writeHead(200, json).end(JSON.stringify(completion(reply)));
}

function completion(reply: { content?: string; refusal?: string; finish?: string }): object {
  const message = { role: 'assistant', content: reply.content ?? null, refusal: reply.refusal ?? null };
  const choices = [{ index: 0, message, finish_reason: reply.finish ?? 'stop' }];
  return { id: 'fake', object: 'chat.completion', created: 0, model: 'fake', choices };
}

function fail(response: ServerResponse, fault: 'hang' | 'hang in the body' | 'reset' | 'cut off'): void {
  if (fault === 'reset') response.socket?.resetAndDestroy();
  if (fault === 'reset' || fault === 'hang') return;
  response.writeHead(200, { 'content-type': 'application/json', 'content-length': '1000' }).write('{"id": "fake", ');
  if (fault === 'cut off') setImmediate(() => response.socket?.destroy());
}

function titlesIn(user: string): readonly string[] {
  return user
    .split('\n')
    .filter((line) => line.startsWith('{"title":'))
    .map((line) => (JSON.parse(line) as { title: string }).title);
}

/** Tags of broader groups that a prompt names. */
export function broaderTagsIn(user: string): readonly string[] {
  const line = user.split('\n').find((text) => text.startsWith('{"broader_tags":'));
  return line ? (JSON.parse(line) as { broader_tags: string[] }).broader_tags : [];
}

const SMALL_WORDS = new Set(
  'and are for from how its not our that the their this was what when why with you your'.split(' '),
);

/** Up to three words that titles share and no broader group has, as a sober model would answer; else a broader one again. */
function goodAnswer({ titles, user }: Asked): string {
  const broader = new Set(broaderTagsIn(user));
  const counts = new Map<string, number>();
  for (const title of titles) {
    const words = title.toLowerCase().match(/[\p{L}\p{N}]{3,30}/gu) ?? [];
    for (const w of new Set(words))
      if (!SMALL_WORDS.has(w) && !broader.has(w) && /\p{L}/u.test(w)) counts.set(w, (counts.get(w) ?? 0) + 1);
  }
  const shared = [...counts].filter(([, count]) => count > 1 || titles.length < 3);
  const best = shared.sort((a, b) => b[1] - a[1] || (a[0] < b[0] ? -1 : 1)).slice(0, 3);
  return answerOf(best.length > 0 ? best.map(([w], i) => [w, 0.9 - i * 0.1]) : [[[...broader][0] ?? 'note', 0.8]]);
}

/** Tells the numbers 0 … 675 apart in letters. */
function word(n: number): string {
  return String.fromCharCode(97 + Math.floor(n / 26), 97 + (n % 26));
}

if (process.argv[1] && import.meta.url === pathToFileURL(process.argv[1]).href) {
  const { values } = parseArgs({
    options: { port: { type: 'string', default: '0' }, latency: { type: 'string', default: '0' } },
  });
  const url = await new FakeOpenAi(undefined, Number(values.latency)).listen(Number(values.port));
  console.log(`OPENAI_BASE_URL=${url}`);
}
