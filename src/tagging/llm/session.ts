import { setImmediate } from 'node:timers/promises';
import pLimit from 'p-limit';
import { pause, untilAborted, withRetries } from '../../common/retries.js';
import { type TagGroup, type TaggerSession, type TaggingCorpus, TaggingError, type TagSuggestion } from '../types.js';
import { type Answer, BadAnswerError, checkAnswer, readAnswer } from './answer.js';
import { type AnswerCache, answerHash } from './cache.js';
import { ChatClient, type ChatOptions } from './client.js';
import { answerFault, MAX_WAIT_MS, waitBeforeRetry } from './faults.js';
import { type Prompt } from './prompt.js';
import { type Question, QuestionMaker } from './question.js';

export interface LlmTaggerOptions {
  readonly chat: ChatOptions;
  readonly cache: AnswerCache;
  /** Calls under way at the same time, in one session. */
  readonly concurrency: number;
  /** Tries of one group after the first one. */
  readonly retries: number;
  readonly retryDelayMs: number;
}

/**
 * One run's worth of questions. A group goes: prompt -> stored answer, or (retries of: a free slot -> call -> check ->
 * store) -> tags. Waiting for a retry takes no slot, but a server that asked for a pause is left alone by all groups.
 *
 * A group's prompt names the tags of the broader groups around it, so where those have none yet they are tagged first.
 * Tagging a group again, in this session or a later one, finds the stored answer.
 */
export class LlmSession implements TaggerSession {
  readonly #client: ChatClient;
  readonly #limit: ReturnType<typeof pLimit>;
  readonly #onePrompt = pLimit(1);
  readonly #closing = new AbortController();
  readonly #questions: QuestionMaker;
  readonly #groups: ReadonlyMap<string, TagGroup>;
  /** Under way or done, by group key; what failed is taken out again. */
  readonly #work = new Map<string, Promise<readonly TagSuggestion[]>>();
  readonly #failed = new Set<string>();
  readonly #storing = new Set<Promise<void>>();
  #fatal: TaggingError | null = null;
  #notBefore = 0;

  constructor(
    corpus: TaggingCorpus,
    private readonly options: LlmTaggerOptions,
  ) {
    this.#client = new ChatClient(options.chat);
    this.#limit = pLimit(options.concurrency);
    this.#questions = new QuestionMaker(corpus);
    this.#groups = new Map(corpus.groups.map((group) => [group.key, group]));
  }

  /**
   * Applies the retries itself. Groups of one session may be asked for all at once.
   * @throws {TaggingError} when they are used up, or at once where they could not help; the signal's reason, at once,
   * also in the middle of a call or a wait; an error of the answer cache as it is
   */
  tag(group: TagGroup, signal?: AbortSignal): Promise<readonly TagSuggestion[]> {
    // One of its own for each group: a run's signal would gather listeners by the hundred.
    const ends = AbortSignal.any(signal ? [signal, this.#closing.signal] : [this.#closing.signal]);
    const known = this.#work.get(group.key);
    if (known) return untilAborted(known, ends);
    const work = untilAborted(this.#tag(group, ends), ends);
    this.#work.set(group.key, work);
    work.catch((error: unknown) => {
      this.#work.delete(group.key);
      if (error instanceof TaggingError) this.#failed.add(group.key);
    });
    return work;
  }

  /** Cancels the calls still under way; answers that came already are stored first. */
  async close(): Promise<void> {
    this.#closing.abort(new Error('The tagger session was closed.'));
    await Promise.allSettled([...this.#work.values(), ...this.#storing]);
  }

  async #tag(group: TagGroup, signal: AbortSignal): Promise<readonly TagSuggestion[]> {
    signal.throwIfAborted();
    const parentTags = await this.#broaderTags(group, signal);
    const question = await this.#onePrompt(() => this.#question(group, parentTags, signal));
    const hash = answerHash(this.#client.model, question.prompt);
    return (await this.#limit(() => this.#stored(question, hash))) ?? (await this.#ask(question, hash, signal));
  }

  /** A prompt takes a millisecond of work, and a run has hundreds: one a turn of the event loop, others get theirs. */
  async #question(group: TagGroup, parentTags: readonly string[], signal: AbortSignal): Promise<Question> {
    await setImmediate();
    signal.throwIfAborted();
    return this.#questions.about(group, parentTags);
  }

  /** Tags of all groups around this one. A broader group that cannot be tagged does not take the narrower ones along. */
  async #broaderTags(group: TagGroup, signal: AbortSignal): Promise<readonly string[]> {
    const tags: string[] = [];
    for (let at = this.#parent(group); at; at = this.#parent(at)) {
      if (this.#failed.has(at.key) && !this.#work.has(at.key)) continue;
      try {
        tags.push(...(await this.tag(at, signal)).map(({ tag }) => tag));
      } catch (error) {
        signal.throwIfAborted();
        if (!(error instanceof TaggingError)) throw error;
      }
    }
    return tags;
  }

  #parent(group: TagGroup): TagGroup | undefined {
    return group.parentKey === null ? undefined : this.#groups.get(group.parentKey);
  }

  /** What the cache holds, checked like a fresh answer: the rules may have become stricter since. */
  async #stored(question: Question, hash: Buffer): Promise<readonly TagSuggestion[] | undefined> {
    const value = await this.options.cache.get(hash);
    try {
      return value === undefined ? undefined : question.tagsOf(checkAnswer(value));
    } catch (error) {
      if (error instanceof BadAnswerError) return undefined;
      throw error;
    }
  }

  async #ask(question: Question, hash: Buffer, signal: AbortSignal): Promise<readonly TagSuggestion[]> {
    let tries = 0;
    let complaint = '';
    const once = async () => {
      await this.#turn(signal);
      tries++;
      const content = await this.#call(question.prompt, complaint, signal);
      try {
        const answer = readAnswer(content);
        const tags = question.tagsOf(answer);
        await this.#store(hash, answer);
        return tags;
      } catch (error) {
        if (!(error instanceof BadAnswerError)) throw error;
        complaint = `\n\nYour last answer could not be used: ${error.message}. Follow the rules this time.`;
        throw answerFault(`The language model's answer could not be used: ${error.message}.`);
      }
    };
    const { retries, retryDelayMs: delayMs } = this.options;
    try {
      return await withRetries(() => this.#limit(once), { retries, delayMs, wait: waitBeforeRetry }, signal);
    } catch (error) {
      if (!(error instanceof TaggingError) || tries < 2) throw error;
      throw new TaggingError(error.kind, `${error.message} Tried ${tries} times.`, error.retryAfterMs);
    }
  }

  /** Waits until the server may be asked again. @throws what was fatal to an earlier group */
  async #turn(signal: AbortSignal): Promise<void> {
    for (;;) {
      signal.throwIfAborted();
      if (this.#fatal) throw this.#fatal;
      const wait = this.#notBefore - Date.now();
      if (wait <= 0) return;
      await pause(wait, signal);
    }
  }

  async #call({ system, user }: Prompt, complaint: string, signal: AbortSignal): Promise<string> {
    const messages = [
      { role: 'system' as const, content: system },
      { role: 'user' as const, content: user + complaint },
    ];
    try {
      return await this.#client.ask(messages, signal);
    } catch (error) {
      if (error instanceof TaggingError) {
        if (error.kind === 'fatal') this.#fatal = error;
        this.#notBefore = Math.max(this.#notBefore, Date.now() + Math.min(error.retryAfterMs ?? 0, MAX_WAIT_MS));
      }
      throw error;
    }
  }

  /** Resolves when the answer is safe; `close` waits for it even where the run was cancelled meanwhile. */
  async #store(hash: Buffer, answer: Answer): Promise<void> {
    const storing = this.options.cache.put(hash, this.#client.model, answer);
    this.#storing.add(storing);
    await storing.finally(() => this.#storing.delete(storing));
  }
}
