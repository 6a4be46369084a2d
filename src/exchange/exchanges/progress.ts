import type { Exchange, Progress } from './exchanges.schemas.js';

/** An exchange with its pages counted by state. */
export interface ProgressRow {
  readonly exchange_id: string;
  readonly wiki_id: number;
  readonly kind: Exchange['kind'];
  readonly phase: 'import' | 'plan' | 'write' | 'undo';
  readonly status: Exchange['status'];
  readonly pages_total: number;
  readonly created: number;
  readonly updated: number;
  readonly deleted: number;
  readonly error: string | null;
  readonly waiting: string | null;
  readonly created_at: Date;
  readonly completed_at: Date | null;
  readonly states: Readonly<Record<string, number>>;
}

/** SQL: what to select, and from where. */
export const PROGRESS = `e.*, coalesce(s.states, '{}') AS states FROM exchanges e LEFT JOIN LATERAL (
    SELECT json_object_agg(state, n) AS states
      FROM (SELECT state, count(*)::int AS n FROM page_writes WHERE exchange_id = e.exchange_id GROUP BY state) by_state
  ) s ON true`;

export function toExchange(row: ProgressRow): Exchange {
  const { exchange_id, wiki_id, kind, status, error, waiting, created_at, completed_at } = row;
  return {
    exchange_id,
    wiki_id,
    kind,
    status,
    progress: kind === 'import' ? importProgress(row) : exportProgress(row),
    waiting,
    error,
    created_at: created_at.toISOString(),
    completed_at: completed_at?.toISOString() ?? null,
  };
}

const NONE: Progress = {
  pages_total: 0,
  pages_done: 0,
  created: 0,
  updated: 0,
  deleted: 0,
  unchanged: 0,
  planned: 0,
  written: 0,
  skipped: 0,
  conflicts: 0,
  restored: 0,
  kept: 0,
};

/** The pages that the wiki did not name as changed are unchanged: known at the end. */
function importProgress({ pages_total, created, updated, deleted, states, status }: ProgressRow): Progress {
  const skipped = states['skipped'] ?? 0;
  const done = created + updated + skipped;
  const ended = status === 'completed';
  const unchanged = ended ? Math.max(0, pages_total - done) : 0;
  return {
    ...NONE,
    pages_total,
    pages_done: ended ? pages_total : done,
    created,
    updated,
    deleted,
    unchanged,
    skipped,
  };
}

function exportProgress({ phase, states }: ProgressRow): Progress {
  const of = (...names: string[]) => names.reduce((sum, name) => sum + (states[name] ?? 0), 0);
  const total = Object.values(states).reduce((sum, n) => sum + n, 0);
  const undone = of('restored', 'kept');
  const open = { plan: of('new'), write: of('planned', 'prepared'), undo: of('written', 'undo_prepared'), import: 0 };
  const pages_total = phase === 'undo' ? open.undo + undone : total;
  return {
    ...NONE,
    pages_total,
    pages_done: pages_total - open[phase],
    unchanged: of('unchanged'),
    planned: of('planned', 'prepared'),
    written: of('written', 'undo_prepared'),
    skipped: of('skipped'),
    conflicts: of('conflict'),
    restored: of('restored'),
    kept: of('kept'),
  };
}
