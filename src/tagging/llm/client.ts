import OpenAI from 'openai';
import { type ChatCompletion, type ChatCompletionMessageParam } from 'openai/resources/chat/completions';
import { TaggingError } from '../types.js';
import { type Dialect, plainer, requestPart, STANDARD } from './dialect.js';
import { answerFault, TimeoutError, toTaggingError } from './faults.js';

export interface ChatOptions {
  readonly baseURL?: string;
  /** Absent: no Authorization header, as local servers want it. */
  readonly apiKey?: string;
  readonly model: string;
  readonly timeoutSeconds: number;
}

/** Chat completions of any OpenAI-compatible server: one question, one text. Retries nothing. */
export class ChatClient {
  readonly model: string;
  readonly #openai: OpenAI;
  readonly #timeoutSeconds: number;
  /** What the server took last. Learned once, then kept for the session. */
  #dialect: Dialect = STANDARD;

  constructor({ baseURL, apiKey, model, timeoutSeconds }: ChatOptions) {
    this.model = model;
    this.#timeoutSeconds = timeoutSeconds;
    // Everything the SDK would take from the environment by itself is named: only src/config reads that.
    this.#openai = new OpenAI({
      baseURL: baseURL ?? 'https://api.openai.com/v1',
      apiKey: apiKey ?? 'none',
      adminAPIKey: null,
      organization: null,
      project: null,
      webhookSecret: null,
      logLevel: 'off',
      maxRetries: 0,
      timeout: Math.ceil(timeoutSeconds * 1000),
      ...(apiKey === undefined ? { defaultHeaders: { Authorization: null } } : {}),
    });
  }

  /**
   * The text of the model's answer.
   * @throws {TaggingError} by the policy in faults.ts; the signal's reason where it fired
   */
  async ask(messages: ChatCompletionMessageParam[], signal: AbortSignal): Promise<string> {
    for (let dialect = this.#dialect; ; ) {
      try {
        const content = contentOf(await this.#complete(messages, dialect, signal));
        this.#dialect = dialect;
        return content;
      } catch (error) {
        signal.throwIfAborted();
        const next = plainer(dialect, error);
        if (next === null) throw toTaggingError(error, this.#timeoutSeconds);
        dialect = next;
      }
    }
  }

  /** The SDK's own timeout ends at the headers; this one covers the body as well. */
  async #complete(
    messages: ChatCompletionMessageParam[],
    dialect: Dialect,
    signal: AbortSignal,
  ): Promise<ChatCompletion> {
    signal.throwIfAborted();
    const call = new AbortController();
    const cancel = () => call.abort();
    signal.addEventListener('abort', cancel, { once: true });
    let late = false;
    const timer = setTimeout(() => {
      late = true;
      call.abort();
    }, this.#timeoutSeconds * 1000);
    try {
      const body = { model: this.model, messages, ...requestPart(dialect) };
      return await this.#openai.chat.completions.create(body, { signal: call.signal });
    } catch (error) {
      throw late ? new TimeoutError() : error;
    } finally {
      clearTimeout(timer);
      signal.removeEventListener('abort', cancel);
    }
  }
}

/** @throws {TaggingError} where the model refused, was cut off or said nothing. A proxy's page is no completion at all. */
function contentOf(completion: Partial<ChatCompletion> | string | null | undefined): string {
  const choice = typeof completion === 'object' ? completion?.choices?.[0] : undefined;
  if (!choice)
    throw new TaggingError('transient', 'The server at OPENAI_BASE_URL sent something that is no chat completion.');
  if (choice.message?.refusal || choice.finish_reason === 'content_filter') {
    throw new TaggingError('permanent', "The language model refused to tag the group's pages.");
  }
  if (choice.finish_reason === 'length')
    throw answerFault("The language model's answer was cut off at its length limit.");
  if (!choice.message?.content) throw answerFault("The language model's answer was empty.");
  return choice.message.content;
}
