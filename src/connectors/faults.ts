/**
 * What can be in the way, and who can do something about it.
 * - `conflict`: the page has changed since the edit was prepared. Prepare it again.
 * - `gone`, `protected`, `refused`: this page cannot be written. Skip it and say so.
 * - `rate_limited`, `read_only`, `unreachable`: the wiki takes nothing now. Wait, then try again.
 * - `unauthorized`: the credentials are not (or no longer) good. Stop; people must see to it.
 * - `misconfigured`: what was said of the wiki is wrong, such as an address where no wiki is. Stop.
 */
export type WikiFaultKind =
  | 'conflict'
  | 'gone'
  | 'protected'
  | 'refused'
  | 'rate_limited'
  | 'read_only'
  | 'unreachable'
  | 'unauthorized'
  | 'misconfigured';

const WAITING: ReadonlySet<WikiFaultKind> = new Set(['rate_limited', 'read_only', 'unreachable']);
const PAGE: ReadonlySet<WikiFaultKind> = new Set(['gone', 'protected', 'refused']);

/** A message may quote a page, and is stored: a NUL in it would end the exchange instead of naming the page. */
const UNSTORABLE = /[\p{Cc}\p{Surrogate}]/gu;
const MOST_CHARACTERS = 1000;

/** A `refused` page could be written without this tag. */
interface TagFaultOptions extends ErrorOptions {
  readonly tag?: string;
}

/** The wiki is in the way. The message is for people and says what to do; it never holds a secret. */
export class WikiFault extends Error {
  override readonly name = 'WikiFault';
  /** The one tag that the wiki cannot have, where that is all that is wrong. */
  readonly tag: string | undefined;

  constructor(
    readonly kind: WikiFaultKind,
    message: string,
    /** Where the wiki said how long to wait. */
    readonly retryAfterSeconds?: number,
    options?: TagFaultOptions,
  ) {
    super(message.replace(UNSTORABLE, ' ').slice(0, MOST_CHARACTERS), options);
    this.tag = options?.tag;
  }

  /** The same call may go through later. */
  get passes(): boolean {
    return WAITING.has(this.kind);
  }

  /** Only this page cannot be written; the others can. */
  get concernsPage(): boolean {
    return PAGE.has(this.kind);
  }
}
