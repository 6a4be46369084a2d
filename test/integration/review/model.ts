import { tagKey } from '../../../src/common/fold.js';
import type { NewDecision } from '../../../src/review/decisions/decisions.schemas.js';

/** A tag as the wiki shows it, without its confidence. */
export interface Shown {
  readonly tag: string;
  readonly status: string;
  readonly source: string;
}
type Tags = ReadonlyMap<string, Shown>;
/** By page. */
export type Result = ReadonlyMap<string, readonly Shown[]>;

interface Word extends Shown {
  readonly seq: number;
  readonly page: string;
  readonly key: string;
}
interface Made extends NewDecision {
  readonly id: string;
  readonly seq: number;
  readonly words: readonly Word[];
}

const HUMAN = { status: 'applied', source: 'human' };

/**
 * What docs/review.md promises, the slow way: a wiki's results by run, and its decisions in their order. What is shown is
 * worked out anew from all of them every time.
 */
export class ModelWiki {
  readonly results = new Map<string, Result>();
  readonly before = new Map<string, string | null>();
  readonly applicable = new Set<string>();
  current: string | null = null;
  decisions: Made[] = [];

  constructor(private readonly pages: readonly string[]) {}

  /** A run that gives some pages these tags. @param dry changes nothing that is shown; only a `completed` one tidies up */
  run(id: string, given: Result, dry: boolean, completed: boolean): void {
    const base = this.current === null ? new Map() : this.results.get(this.current)!;
    this.results.set(id, new Map([...base, ...given]));
    this.before.set(id, this.current);
    if (!dry) this.current = id;
    if (!completed) return;
    if (dry) this.applicable.add(id);
    this.keepOnly([id, this.current]);
  }

  canUndo = (id: string) => id === this.current && this.before.has(id);

  undo(id: string): void {
    this.current = this.before.get(id)!;
    this.keepOnly([this.current]);
  }

  canApply = (id: string) => this.applicable.has(id) && this.before.has(id) && this.before.get(id) === this.current;

  apply(id: string): void {
    this.applicable.delete(id);
    this.current = id;
    this.keepOnly([id]);
  }

  /** Pages that the decision speaks of and that have the tag, rejected or not. */
  carriers({ tag, page_id }: NewDecision): string[] {
    return this.pages.filter(
      (page) => (page_id === undefined || page_id === page) && this.shown(page, this.current).has(tagKey(tag)),
    );
  }

  /** @param members pages of the cluster that it is for; null: not for one */
  decide(id: string, seq: number, request: NewDecision, members: readonly string[] | null): void {
    const key = tagKey(request.tag);
    const made = { ...request, id, seq, words: [] as Word[] };
    this.decisions.push(made); // an approval for the wiki lifts a rule before pages are looked at
    const wide = request.page_id === undefined && members === null;
    if (wide && request.decision !== 'approve') return;
    const words = this.carriers(request)
      .filter((page) => members === null || members.includes(page))
      .flatMap((page) => this.wordsOn(page, key, seq, request));
    this.decisions = this.decisions.map((d) => (d.id === id ? { ...made, words } : d));
  }

  takeBack(id: string): void {
    this.decisions = this.decisions.filter((made) => made.id !== id);
  }

  /** The tags of a page in the result of a run (null: of none), by key. */
  shown(page: string, version: string | null): Tags {
    const raw = new Map(
      (version === null ? [] : (this.results.get(version)!.get(page) ?? [])).map((t) => [tagKey(t.tag), t]),
    );
    const out = new Map<string, Shown & { place: number }>();
    const put = (key: string, tag: Shown, place: number) => {
      const known = out.get(key);
      if (known === undefined || place < known.place || (place === known.place && tag.tag < known.tag))
        out.set(key, { ...tag, place });
    };
    const words = this.lastWords(page);
    const approved = [...words].filter(([, word]) => word.status === 'applied').map(([key]) => key);
    for (const key of new Set([...raw.keys(), ...approved])) {
      const word = words.get(key);
      const own = raw.get(key) ?? word!;
      const rule = word?.status === 'rejected' ? undefined : this.rule(key);
      if (rule !== undefined && rule.seq > (word?.seq ?? -1)) {
        put(key, { ...own, status: 'rejected' }, 3);
        if (rule.to !== null && words.get(tagKey(rule.to))?.status !== 'rejected')
          put(tagKey(rule.to), { tag: rule.to, ...HUMAN }, 0);
      } else if (word === undefined) put(key, own, 2);
      else if (word.status === 'rejected') put(key, { ...own, status: 'rejected' }, 3);
      else if (word.source === 'human') put(key, { tag: word.tag, ...HUMAN }, 1);
      else put(key, { ...own, status: 'applied' }, 2);
    }
    return new Map([...out].map(([key, { tag, status, source }]) => [key, { tag, status, source }]));
  }

  private wordsOn(page: string, key: string, seq: number, { decision, new_tag, page_id }: NewDecision): Word[] {
    const { tag, status, source } = this.shown(page, this.current).get(key)!;
    if (page_id === undefined && status === 'rejected') return [];
    const word = { seq, page, key, tag, source };
    if (decision === 'approve') return [{ ...word, status: 'applied' }];
    const gone = { ...word, status: 'rejected' };
    if (new_tag === undefined) return [gone];
    const newKey = tagKey(new_tag);
    const renamed = { seq, page, key: newKey, tag: new_tag, ...HUMAN };
    const refused = page_id === undefined && this.lastWords(page).get(newKey)?.status === 'rejected';
    return [...(newKey === key ? [] : [gone]), ...(refused ? [] : [renamed])];
  }

  private lastWords(page: string): Map<string, Word> {
    return new Map(
      this.decisions.flatMap(({ words }) => words.filter((w) => w.page === page)).map((word) => [word.key, word]),
    );
  }

  /** What the decisions for the whole wiki make of a tag, going through them from the last on it. */
  private rule(key: string): { seq: number; to: string | null } | undefined {
    const wide = this.decisions.filter((d) => d.page_id === undefined && d.cluster_id === undefined);
    const from = wide.findLastIndex(({ tag }) => tagKey(tag) === key);
    if (from < 0 || wide[from]!.decision === 'approve') return undefined;
    let to: string | null | undefined;
    for (const { decision, tag, new_tag } of wide.slice(from))
      if (decision !== 'approve' && tagKey(tag) === (to === undefined ? key : to && tagKey(to))) to = new_tag ?? null;
    // renamed there and back: it keeps its name
    if (to !== undefined && to !== null && tagKey(to) === key && tagKey(wide[from]!.new_tag ?? '') !== key)
      return undefined;
    return { seq: wide[from]!.seq, to: to ?? null };
  }

  private keepOnly(kept: readonly (string | null)[]): void {
    const all = new Set([...kept, ...kept.map((id) => (id === null ? null : (this.before.get(id) ?? null)))]);
    for (const id of [...this.results.keys()]) if (!all.has(id)) this.results.delete(id);
    for (const [id, before] of [...this.before])
      if (!all.has(id) || (before !== null && !all.has(before))) this.before.delete(id);
  }
}
