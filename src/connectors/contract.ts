/** The kinds of wikis that can be connected. Each has a folder of its own here. */
export const CONNECTOR_KINDS = ['markdown', 'mediawiki', 'http'] as const;
export type ConnectorKind = (typeof CONNECTOR_KINDS)[number];

/** A page as the wiki has it, in the shape that the import takes. `tags`: all that stand on the page, whoever put them there. */
export interface WikiPage {
  readonly page_id: string;
  readonly title: string;
  readonly text: string;
  readonly published: boolean;
  readonly tags: readonly string[];
}

/** What an import hears of: how many pages there are in all, then each that is new, changed or gone. */
export type Change =
  | { readonly type: 'counted'; readonly pages: number }
  | { readonly type: 'page'; readonly page: WikiPage; readonly revision: string }
  | { readonly type: 'gone'; readonly page_id: string }
  /** A page that could not be read; the others go on. */
  | { readonly type: 'unreadable'; readonly page_id: string; readonly reason: string };

/** What a look at the wiki told. */
export interface Checked {
  /** The wiki's own name for itself. */
  readonly title: string;
  readonly pages: number | null;
  readonly can_write: boolean;
  /** For people, each with what to do next. */
  readonly problems: readonly string[];
}

/** What one page should be like afterwards: these tags more, those less. Its other tags stay. */
export interface TagWish {
  /** Names the edit for ever; stands in the wiki's history where the wiki has one. */
  readonly edit_id: string;
  readonly page_id: string;
  readonly add: readonly string[];
  readonly remove: readonly string[];
}

/** An edit that is ready to be made and can be kept as JSON: a process that dies in the middle of it leaves no doubt. */
export interface PreparedEdit {
  readonly edit_id: string;
  readonly page_id: string;
  /** The page's revision that the edit is made on. Another one at the time of writing is a conflict. */
  readonly base_revision: string;
  /** What really changes, as the page spells it. */
  readonly added: readonly string[];
  readonly removed: readonly string[];
  /** The connector's own: what it needs to write, to recognise and to undo the edit. */
  readonly receipt: unknown;
}

/** How to take an edit back: absent where there is nothing left to take back. */
export interface PreparedUndo {
  readonly edit: PreparedEdit | undefined;
  /** Somebody has edited the page since; their edit stays, and only our tags go. */
  readonly edited_since: boolean;
}

/**
 * A wiki to read pages from and write tags to. Knows no database and no queue; what must survive the process is kept by its
 * caller. Every method stops when `signal` is aborted and throws `WikiFault` where the wiki is in the way.
 */
export interface Connector {
  readonly kind: ConnectorKind;

  /** Reaches the wiki, proves the credentials, and says what is wrong in words. */
  check(signal: AbortSignal): Promise<Checked>;

  /**
   * What changed since the caller last looked. Reads only what it must.
   * @param known revisions by page_id, as earlier changes gave them; empty the first time
   */
  changes(known: ReadonlyMap<string, string>, signal: AbortSignal): AsyncIterable<Change>;

  /**
   * Reads the page as it is now and works out the edit. Undefined where the page already is as wished.
   * @throws {WikiFault} `gone`, `protected` where the page cannot be edited
   */
  prepare(wish: TagWish, signal: AbortSignal): Promise<PreparedEdit | undefined>;

  /**
   * Makes the edit, on its base revision and on no other; never creates a page. Gives the page's new revision.
   * @throws {WikiFault} `conflict` where the page has changed since: prepare it again
   */
  apply(edit: PreparedEdit, signal: AbortSignal): Promise<string>;

  /** The revision that the edit made, where it was made: asked after a process died between writing and noting it. */
  landed(edit: PreparedEdit, signal: AbortSignal): Promise<string | undefined>;

  /**
   * Works out how to take back an edit that made `revision`. Where nobody has edited the page since, `apply` of it restores
   * the page byte for byte; otherwise only the tags that we added go, and those that we removed come back.
   * @param editId names the undoing edit
   */
  prepareUndo(edit: PreparedEdit, revision: string, editId: string, signal: AbortSignal): Promise<PreparedUndo>;

  /** Lets go of what it holds: a session, files. */
  close(): Promise<void>;
}
